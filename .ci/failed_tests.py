"""The Java tests that failed, by Surefire's and Failsafe's reports; exit code 1 for any."""

import sys
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]


def failed_tests() -> list[str]:
    failed = []
    for report in sorted(ROOT.glob("*/target/*-reports/TEST-*.xml")):
        for test in ElementTree.parse(report).iter("testcase"):
            for problem in (*test.iter("failure"), *test.iter("error")):
                message = (problem.get("message") or problem.get("type") or "").strip()
                first_line = next(iter(message.splitlines()), "")
                name = f"{test.get('classname')}.{test.get('name')}"
                failed.append(f"{name}: {first_line[:200]}")
    return failed


def main() -> int:
    failed = failed_tests()
    for test in failed:
        print(f"  {test}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
