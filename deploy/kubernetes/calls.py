"""What calls the services: a pod of the cluster with the command line and ghz."""

import contextlib
import json
import re
import secrets
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from cluster import (
    FEATURES,
    HEADS,
    NAMESPACE,
    ROOT,
    TIMEOUT,
    ScenarioError,
    attempt,
    kubectl,
    run,
    say,
    service,
)

POD = Path(__file__).parent / "client.yaml"
IN_CLIENT = ("kubectl", "--namespace", "client", "exec", "client", "--")

CERTIFICATES = {
    "feature": (f"{service(FEATURES)}-tls", [service(FEATURES), f"{service(FEATURES)}-headless"]),
    "head": (f"{service(HEADS)}-tls", [service(HEADS), f"{service(HEADS)}-headless"]),
    "client": ("client-tls", ["client"]),
}
TLS = (
    "--tls-ca",
    "/client/secrets/root.crt",
    "--tls-cert",
    "/client/secrets/client.crt",
    "--tls-key",
    "/client/secrets/client.key",
)
TOKEN = ("--token-file", "/client/secrets/feature-token")


def make_certificates(folder: Path) -> None:
    """As cert-manager's issuer of an own root would: ECDSA, PKCS #8."""
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    root = f"{folder}/root"
    run("openssl", "req", "-x509", *key, "-days", "30", "-subj", "/CN=root",
        "-keyout", f"{root}.key", "-out", f"{root}.crt")  # fmt: skip
    for name, (_, hosts) in CERTIFICATES.items():
        file = f"{folder}/{name}"
        of_hosts = [n for h in hosts for n in (h, f"{h}.{NAMESPACE}", f"{h}.{NAMESPACE}.svc")]
        Path(f"{file}.ext").write_text(f"subjectAltName={','.join(f'DNS:{n}' for n in of_hosts)}\n")
        run("openssl", "req", *key, "-subj", f"/CN={name}",
            "-keyout", f"{file}.key", "-out", f"{file}.csr")  # fmt: skip
        run("openssl", "x509", "-req", "-in", f"{file}.csr", "-CA", f"{root}.crt",
            "-CAkey", f"{root}.key", "-CAcreateserial", "-days", "30",
            "-extfile", f"{file}.ext", "-out", f"{file}.crt")  # fmt: skip


def make_secrets(folder: Path) -> None:
    make_certificates(folder)
    for name, (secret, _) in CERTIFICATES.items():
        kubectl(
            "create", "secret", "generic", secret,
            f"--from-file=tls.crt={folder}/{name}.crt", f"--from-file=tls.key={folder}/{name}.key",
            f"--from-file=ca.crt={folder}/root.crt",
        )  # fmt: skip
    for name in ("feature", "head"):
        token = secrets.token_hex(32)
        (folder / f"{name}-token").write_text(token)
        (folder / f"{name}-tokens").write_text(f"call {token}\n")
    files = [f"{name}-token{end}" for name in ("feature", "head") for end in ("", "s")]
    kubectl("create", "secret", "generic", "tokens", *(f"--from-file={folder}/{f}" for f in files))
    # The pod that calls has another user.
    for file in folder.iterdir():
        file.chmod(0o644)


def start(work: Path, version: str) -> None:
    data = ROOT / "bench/ghz/make-data.py"
    run(sys.executable, data, "--images", ROOT / "samples", "--out", work / "classify.bin")
    run(sys.executable, data, "--message", "score", "--out", work / "score.bin")
    pod = POD.read_text().replace("VERSION", version).replace("WORK", str(work))
    run("kubectl", "apply", "-f", "-", stdin=pod)
    run("kubectl", "-n", "client", "wait", "pod/client", "--for=condition=Ready", TIMEOUT)


def vgg16(command: str, *arguments: str) -> list[str]:
    """A command line of bin/vgg16."""
    target = f"{service(FEATURES)}.{NAMESPACE}:50051"
    return ["/opt/vgg16/bin/vgg16", command, "--target", target, *TLS, *arguments]


def classify(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Classifies the samples; each line of the output is an answer."""
    command = vgg16("classify", "--json", "--top-k", "1", *arguments, "samples")
    return attempt(*IN_CLIENT, *command)


class Load:
    """Calls that follow one another, from four callers.

    Runs of ghz, each on new connections, at least one and at most so many of them. gRPC sends again
    what no server has begun; nothing else is sent again.
    """

    RUNS = 200
    CALLS = 300

    def __init__(self, work: Path, component: str) -> None:
        kind, call, port, rate = {
            FEATURES: ("classify", "FeatureService.Classify", 50051, 8),
            HEADS: ("score", "HeadService.Score", 50052, 60),
        }[component]
        token = (work / "secrets" / f"{component.partition('-')[0]}-token").read_text()
        metadata = f"'{json.dumps({'authorization': f'Bearer {token}'})}'"
        self.ghz = (
            f"/client/ghz --call vgg16.v1.{call} --binary-file /client/{kind}.bin"
            " --cacert /client/secrets/root.crt --cert /client/secrets/client.crt"
            " --key /client/secrets/client.key"
            f" --metadata {metadata} --reflect-metadata {metadata}"
            f" --concurrency 4 --connections 4 --rps {rate} --timeout 120s"
            f" --format json {service(component)}.{NAMESPACE}:{port}"
        )

    def once(self) -> None:
        """Some calls, so that what is wrong with all of them is seen at once."""
        done = attempt(*IN_CLIENT, "bash", "-c", f"{self.ghz} --total 10")
        codes = self.codes(done.stdout)
        if done.returncode or codes.keys() != {"OK"}:
            raise ScenarioError(f"the first calls: {dict(codes)} {done.stderr}")

    @contextlib.contextmanager
    def during(self, what: str) -> Iterator[None]:
        self.once()
        output: list[str] = []
        script = (
            f"rm -f /tmp/stop; for ((i = 0; i < {self.RUNS}; i++)); do"
            f" [[ ! -e /tmp/stop ]] || exit 0; {self.ghz} --total {self.CALLS} || exit; done"
        )
        command = (*IN_CLIENT, "bash", "-c", script)
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        reader = threading.Thread(target=lambda: output.append(process.communicate()[0]))
        reader.start()
        try:
            yield
        finally:
            run(*IN_CLIENT, "touch", "/tmp/stop")
            reader.join()
        self.judge(what, process.returncode, output[0])

    def judge(self, what: str, exit_code: int, output: str) -> None:
        codes = self.codes(output)
        sent = codes.total()
        failed = {code: count for code, count in codes.items() if code != "OK"}
        say(f"{what}: {sent} sent, {sum(failed.values())} failed {failed or ''}".rstrip())
        if exit_code or failed or not sent:
            raise ScenarioError(f"{what}: {output[-3000:]}")

    @staticmethod
    def codes(output: str) -> Counter[str]:
        """How many calls ended with which code, of all runs of ghz."""
        codes: Counter[str] = Counter()
        for found in re.findall(r'"statusCodeDistribution":\s*(\{[^}]*\})', output):
            codes.update(json.loads(found))
        return codes
