"""Each finding of check_chart.py is made by breaking what the chart renders.

    RENDERED=RENDERED.yaml python3 -m unittest test_check_chart

RENDERED is the chart with ci/tls.yaml and ci/autoscaling.yaml together.
"""

import copy
import os
import unittest
from typing import Any

import check_chart

Object = dict[str, Any]


def named(things: list[Object], kind: str, name: str) -> Object:
    (found,) = (t for t in things if t["kind"] == kind and t["metadata"]["name"] == f"vgg16-{name}")
    return found


class CheckChartTest(unittest.TestCase):
    whole = check_chart.load(os.environ["RENDERED"])

    def setUp(self) -> None:
        self.things = copy.deepcopy(self.whole)
        self.deployment = named(self.things, "Deployment", "feature-service")
        self.pod = self.deployment["spec"]["template"]["spec"]
        (self.container,) = self.pod["containers"]

    def variable(self, name: str) -> Object:
        (found,) = (v for v in self.container["env"] if v["name"] == name)
        return found

    def finds(self, text: str) -> None:
        found = list(check_chart.findings(self.things))
        assert any(text in f for f in found), f"{text!r} is not in {found}"

    def test_the_chart_as_it_is(self) -> None:
        assert list(check_chart.findings(self.things)) == []

    def test_pods_that_are_not_restricted(self) -> None:
        context = self.pod["securityContext"]
        for text, broken in {
            "has hostNetwork": lambda: self.pod.update(hostNetwork=True),
            "has hostPID": lambda: self.pod.update(hostPID=True),
            "has hostIPC": lambda: self.pod.update(hostIPC=True),
            "may run as root": lambda: context.pop("runAsNonRoot"),
            "has no seccomp": lambda: context.pop("seccompProfile"),
            "has sysctls": lambda: context.update(sysctls=[{"name": "a", "value": "1"}]),
            "a volume of hostPath": lambda: self.pod["volumes"][0].update(hostPath={"path": "/"}),
            "token of the API": lambda: self.pod.pop("automountServiceAccountToken"),
        }.items():
            with self.subTest(text):
                broken()
                self.finds(text)

    def test_containers_that_are_not_restricted(self) -> None:
        context = self.container["securityContext"]
        for text, broken in {
            "can gain privileges": lambda: context.pop("allowPrivilegeEscalation"),
            "is privileged": lambda: context.update(privileged=True),
            "keeps capabilities": lambda: context["capabilities"].update(add=["NET_ADMIN"]),
            "can write to its root": lambda: context.pop("readOnlyRootFilesystem"),
            "runs as root": lambda: context.update(runAsUser=0),
            "no seccomp": lambda: context.update(seccompProfile={"type": "Unconfined"}),
            "has a procMount": lambda: context.update(procMount="Unmasked"),
            "port of the host": lambda: self.container["ports"][0].update(hostPort=1),
            "has no memory limit": lambda: self.pod.update(
                initContainers=[{"name": "other", "securityContext": context}]
            ),
        }.items():
            with self.subTest(text):
                broken()
                self.finds(text)

    def test_times_of_stopping(self) -> None:
        self.variable("FEATURE_SERVICE_DRAIN_DELAY_MS")["value"] = "5000"
        self.finds("stops to serve after 5000 ms")
        self.variable("FEATURE_SERVICE_GRACE_MS")["value"] = "60000"
        self.finds("before its own grace is over")

    def test_an_option_that_is_none(self) -> None:
        self.variable("FEATURE_SERVICE_GRACE_MS")["name"] = "FEATURE_SERVICE_GRACE"
        found = list(check_chart.options(self.deployment))
        assert "sets FEATURE_SERVICE_GRACE, which is no option of feature-service" in found

    def test_another_port(self) -> None:
        self.container["ports"][1]["containerPort"] = 9092
        self.finds("the service's are")

    def test_another_probe(self) -> None:
        self.container["livenessProbe"]["httpGet"]["path"] = "/readyz"
        self.finds("has the liveness probe")

    def test_memory_that_is_too_small(self) -> None:
        self.variable("JAVA_OPTS")["value"] = "-Xmx4096m -XX:MaxDirectMemorySize=1024m"
        self.finds("for a JVM with -Xmx4096m")
        self.variable("JAVA_OPTS")["value"] = "-Xmx512m"
        self.finds("does not bound the JVM's memory")

    def test_memory_that_was_not_requested(self) -> None:
        self.container["resources"]["requests"]["memory"] = "64Mi"
        self.finds("not set aside")

    def test_a_file_that_is_not_mounted(self) -> None:
        self.variable("FEATURE_SERVICE_TLS_CERT")["value"] = "/etc/other/tls.crt"
        self.finds("nothing is mounted there")
        self.pod["volumes"].pop()
        self.finds("and mounts")

    def test_heads_that_are_not_there(self) -> None:
        target = self.variable("FEATURE_SERVICE_HEAD_TARGET")
        for value, text in {
            "dns:///vgg16-head-service:50052": "no headless Service",
            "dns:///vgg16-head-service-headless:50051": "no such port",
            "dns:///vgg16-feature-service-headless:50051": "which are none",
        }.items():
            with self.subTest(text):
                target["value"] = value
                self.finds(text)

    def test_selectors_of_nothing(self) -> None:
        for kind, name in (
            ("Service", "head-service"),
            ("Service", "feature-service-headless"),
        ):
            named(self.things, kind, name)["spec"]["selector"]["app.kubernetes.io/instance"] = "b"
            self.finds(f"{kind} vgg16-{name} selects")
        for kind in ("PodDisruptionBudget", "NetworkPolicy"):
            spec = named(self.things, kind, "head-service")["spec"]
            selector = spec.get("selector") or spec["podSelector"]
            del selector["matchLabels"]["app.kubernetes.io/component"]
            self.finds(f"{kind} vgg16-head-service selects")

    def test_a_target_that_is_not_there(self) -> None:
        for kind, name in (
            ("HorizontalPodAutoscaler", "head-service"),
            ("ScaledObject", "feature-service"),
        ):
            named(self.things, kind, name)["spec"]["scaleTargetRef"]["name"] = "other"
            self.finds(f"{kind} vgg16-{name} scales other")

    def test_a_metric_that_is_none(self) -> None:
        trigger = named(self.things, "ScaledObject", "feature-service")["spec"]["triggers"][0]
        trigger["metadata"]["query"] = "vgg16_queue_length"
        self.finds("vgg16_queue_length")

    def test_another_job(self) -> None:
        (monitor,) = (t for t in self.things if t["kind"] == "ServiceMonitor")
        monitor["spec"]["jobLabel"] = "app.kubernetes.io/name"
        self.finds("makes the jobs {'vgg16-serving'}")

    def test_a_name_that_is_too_long(self) -> None:
        self.deployment["metadata"]["name"] = "a" * 64
        self.finds("more than 63 characters")

    def test_a_service_that_is_missing(self) -> None:
        self.things.remove(self.deployment)
        self.finds("deploys ['head-service']")


if __name__ == "__main__":
    unittest.main()
