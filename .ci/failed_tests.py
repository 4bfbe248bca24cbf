"""The Java tests that failed, in the reports of `surefire`, of `failsafe` or of both."""

import sys
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]


def failed_tests(plugin: str) -> list[str]:
    failed = []
    for report in sorted(ROOT.glob(f"*/target/{plugin}-reports/TEST-*.xml")):
        for test in ElementTree.parse(report).iter("testcase"):
            for problem in (*test.iter("failure"), *test.iter("error")):
                message = (problem.get("message") or problem.get("type") or "").strip()
                first_line = next(iter(message.splitlines()), "")
                name = f"{test.get('classname')}.{test.get('name')}"
                failed.append(f"{name}: {first_line[:200]}")
    return failed


def main() -> int:
    """Exit code 1 where any failed."""
    failed = failed_tests(sys.argv[1] if len(sys.argv) > 1 else "*")
    for test in failed:
        print(f"  {test}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
