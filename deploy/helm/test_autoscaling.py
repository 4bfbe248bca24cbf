"""The ScaledObject that the chart renders: what its queries make of metrics, and what Kubernetes
makes of their values under a load that comes and goes.

    RENDERED=RENDERED.yaml PROMTOOL=promtool python3 -m unittest test_autoscaling
"""

import os
import subprocess
import tempfile
import unittest
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import Any

import check_chart
import yaml

Object = dict[str, Any]

SCALED = next(t for t in check_chart.load(os.environ["RENDERED"]) if t["kind"] == "ScaledObject")[
    "spec"
]
WAIT, BUSY = SCALED["triggers"]


def series(metric: str, pod: str, values: str, **labels: str) -> Object:
    more = "".join(f', {name}="{value}"' for name, value in labels.items())
    return {
        "series": f'{metric}{{namespace="default", pod="{pod}"{more}}}',
        "values": values,
    }


def pod(name: str, queued: int, images: int, busy: float) -> list[Object]:
    """A replica for ten minutes of samples each 30 s, with so many images and seconds in each."""
    return [
        series("vgg16_batch_queued", name, f"{queued}x20"),
        series("vgg16_batch_parked", name, "0x20"),
        series("vgg16_batch_size_sum", name, f"0+{images}x20"),
        series("vgg16_batch_duration_seconds_sum", name, f"0+{busy}x20"),
        series("vgg16_batch_workers", name, "2x20"),
    ]


def evaluates(trigger: Object, expected: float, *inputs: list[Object]) -> None:
    test = {
        "evaluation_interval": "30s",
        "tests": [
            {
                "interval": "30s",
                "input_series": [each for of_pod in inputs for each in of_pod],
                "promql_expr_test": [
                    {
                        "expr": trigger["metadata"]["query"],
                        "eval_time": "10m",
                        "exp_samples": [{"labels": "{}", "value": expected}],
                    }
                ],
            }
        ],
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "test.yml"
        file.write_text(yaml.safe_dump(test), encoding="utf-8")
        ran = subprocess.run(
            [os.environ["PROMTOOL"], "test", "rules", file],
            capture_output=True,
            text=True,
            check=False,
        )
    assert ran.returncode == 0, ran.stdout + ran.stderr


class QueriesTest(unittest.TestCase):
    other_release = pod("other-feature-service-a", 900, 9000, 60)

    def test_the_wait_is_what_is_queued_over_what_is_computed(self) -> None:
        # 150 images wait, and 100 are computed in a second.
        two = [
            pod("vgg16-feature-service-a", 100, 1500, 30),
            pod("vgg16-feature-service-b", 50, 1500, 30),
        ]
        evaluates(WAIT, 1.5, *two, self.other_release)

    def test_pods_without_work_have_no_wait(self) -> None:
        evaluates(WAIT, 0, pod("vgg16-feature-service-a", 0, 0, 0))

    def test_busy_counts_pods(self) -> None:
        # Two workers each: of 60 s in half a minute one pod has used 45, the other 15.
        two = [
            pod("vgg16-feature-service-a", 0, 900, 45),
            pod("vgg16-feature-service-b", 0, 300, 15),
        ]
        evaluates(BUSY, 1, *two, self.other_release)


@dataclass
class Autoscaler:
    """The HorizontalPodAutoscaler's algorithm, as documented, with KEDA's two values."""

    pods: int
    wait_threshold: float
    busy_threshold: float
    history: list[tuple[int, int]] = field(default_factory=list)
    removed: int = -(10**9)

    def decide(self, now: int, wait: float, busy: float) -> None:
        wanted = max(
            self._wanted(self.pods * wait / self.wait_threshold),
            self._wanted(busy / self.busy_threshold),
        )
        wanted = min(max(wanted, SCALED["minReplicaCount"]), SCALED["maxReplicaCount"])
        down = SCALED["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"]
        window = down["stabilizationWindowSeconds"]
        self.history = [(t, n) for t, n in [*self.history, (now, wanted)] if t > now - window]
        if wanted > self.pods:
            # The default policy: four pods, or as many again, in 15 s.
            self.pods = min(wanted, self.pods + max(4, self.pods))
        elif (stable := max(n for _, n in self.history)) < self.pods:
            one_pod, percent = down["policies"]
            at_most = max(one_pod["value"], ceil(self.pods * percent["value"] / 100))
            if now - self.removed >= one_pod["periodSeconds"]:
                self.pods = max(stable, self.pods - at_most)
                self.removed = now

    def _wanted(self, exact: float) -> int:
        """Within a tenth of what there is, nothing changes."""
        return self.pods if abs(exact / self.pods - 1) <= 0.1 else ceil(exact)


def simulate(load: dict[int, int], minutes: int, busy_threshold: float) -> list[int]:
    """Pods at the end of each minute; load in images a second from a minute on."""
    pod_rate, queue_limit, start_seconds = 50, 256, 30
    step = SCALED["pollingInterval"]
    scaler = Autoscaler(
        SCALED["minReplicaCount"], float(WAIT["metadata"]["threshold"]), busy_threshold
    )
    pods = []
    serving, queued = scaler.pods, 0.0
    pending: list[tuple[int, int]] = []
    for now in range(0, minutes * 60, step):
        rate = load[max(minute for minute in load if minute * 60 <= now)]
        serving = min([scaler.pods, *(n for ready, n in pending if ready > now)])
        computed = min(rate + queued / step, serving * pod_rate)
        queued = min(max(0.0, queued + (rate - computed) * step), serving * queue_limit)
        before = scaler.pods
        scaler.decide(now, queued / max(computed, 1), computed / pod_rate)
        if scaler.pods > before:
            # Those that were there serve alone until the new ones are ready.
            pending.append((now + start_seconds, before))
        if (now + step) % 60 == 0:
            pods.append(scaler.pods)
    return pods


def turns(pods: list[int]) -> int:
    """How often pods were added after some had been taken away, or the other way round."""
    steps = [b - a for a, b in pairwise(pods) if a != b]
    return sum((a > 0) != (b > 0) for a, b in pairwise(steps))


# 180 images a second need 3.6 pods, or 4.5 where they are busy for 0.8 of their time.
LOAD = {0: 60, 10: 180, 60: 60}
BUSY_THRESHOLD = float(BUSY["metadata"]["threshold"])


class SimulationTest(unittest.TestCase):
    def test_more_load_brings_pods_and_they_stay(self) -> None:
        pods = simulate(LOAD, 100, BUSY_THRESHOLD)
        assert pods[9] == 2, pods
        assert max(pods[10:13]) >= 4, pods
        assert set(pods[40:60]) == {5}, pods
        assert turns(pods[:60]) <= 1, pods

    def test_less_load_takes_them_away(self) -> None:
        pods = simulate(LOAD, 100, BUSY_THRESHOLD)
        assert pods[-1] == 2, pods
        assert turns(pods[60:]) == 0, pods

    def test_by_the_wait_alone_they_would_come_and_go(self) -> None:
        pods = simulate(LOAD, 100, busy_threshold=1e9)
        assert turns(pods[:60]) > 1, pods
