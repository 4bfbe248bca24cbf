"""A DNS server (dnsmasq) whose answers change, and programs that ask it."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

ADDRESS = "127.0.0.53"
"""A resolv.conf can't name a port: it has to be 53, which needs root."""


def why_not() -> str:
    """Why there can be none; empty where there can."""
    if os.geteuid() != 0:
        return "port 53 and a file system namespace need root"
    if shutil.which("dnsmasq") is None:
        return "there is no dnsmasq: install it (on Debian: dnsmasq-base)"
    can_mount = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
    if can_mount.returncode:
        return "file system namespaces are not allowed here"
    with socket.socket(type=socket.SOCK_DGRAM) as other:
        try:
            other.bind((ADDRESS, 53))
        except OSError as e:
            return f"{ADDRESS}:53 is taken: {e}"
    return ""


class NameServer:
    """Knows one name. Its answers have a time to live of 0."""

    def __init__(self, folder: Path, name: str, addresses: Sequence[str]) -> None:
        self.name = name
        self.hosts = folder / "hosts"
        self.resolv_conf = folder / "resolv.conf"
        self.resolv_conf.write_text(f"nameserver {ADDRESS}\n")
        self._write(addresses)
        command = ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv"]
        command += ["--no-hosts", f"--addn-hosts={self.hosts}", f"--listen-address={ADDRESS}"]
        command += ["--bind-interfaces", "--user=root", "--pid-file="]
        self.process = subprocess.Popen(command)
        # Before it answers, SIGHUP would end it.
        end = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < end, "dnsmasq does not answer"

    def asked_by(self, *command: str | Path) -> list[str | Path]:
        """The command, for whose process this is the name server."""
        mount = 'mount --bind "$0" /etc/resolv.conf && exec "$@"'
        return ["unshare", "--mount", "sh", "-c", mount, self.resolv_conf, *command]

    def answer(self, addresses: Sequence[str]) -> None:
        """From now on the name has these addresses."""
        self._write(addresses)
        self.process.send_signal(signal.SIGHUP)

    def _write(self, addresses: Sequence[str]) -> None:
        self.hosts.write_text("".join(f"{address} {self.name}\n" for address in addresses))

    def _answers(self) -> bool:
        labels = b"".join(bytes([len(part)]) + part.encode() for part in self.name.split("."))
        query = b"\0\1\1\0\0\1" + bytes(6) + labels + b"\0\0\1\0\1"
        with socket.socket(type=socket.SOCK_DGRAM) as client:
            client.settimeout(1)
            client.connect((ADDRESS, 53))
            try:
                client.send(query)
                return bool(client.recv(512))
            except OSError:
                time.sleep(0.05)
                return False

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
