"""Adds what bin/fetch-openvino fetches to target/bom.json, which Maven writes without it."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PIN = re.compile(r"^(\S+)==(\S+) --hash=sha256:([0-9a-f]{64})$", re.MULTILINE)


def component(pin: str) -> dict[str, object]:
    """The package of a requirements file with one line, as CycloneDX has it."""
    name, version, sha256 = PIN.search(pin).groups()
    purl = f"pkg:pypi/{name}@{version}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "hashes": [{"alg": "SHA-256", "content": sha256}],
        "licenses": [{"license": {"id": "MIT"}}, {"license": {"id": "Apache-2.0"}}],
        "purl": purl,
    }


def main() -> None:
    path = ROOT / "target" / "bom.json"
    bom = json.loads(path.read_text())
    bom["components"].append(component((ROOT / "feature-service" / "openvino.txt").read_text()))
    path.write_text(json.dumps(bom, indent=2) + "\n")


if __name__ == "__main__":
    main()
