"""What JaCoCo counted, as shares: a line for each of its CSV reports, and one for all of them."""

import csv
import sys
from collections import Counter
from pathlib import Path


def counted(report: Path) -> Counter[str]:
    """Lines and branches, executed and missed."""
    total: Counter[str] = Counter()
    with report.open(newline="") as rows:
        for row in csv.DictReader(rows):
            for key in ("LINE_COVERED", "LINE_MISSED", "BRANCH_COVERED", "BRANCH_MISSED"):
                total[key] += int(row[key])
    return total


def described(name: str, total: Counter[str]) -> str:
    line = share(total["LINE_COVERED"], total["LINE_MISSED"])
    branch = share(total["BRANCH_COVERED"], total["BRANCH_MISSED"])
    return f"coverage: {name:<16} lines {line}, branches {branch}"


def share(covered: int, missed: int) -> str:
    known = covered + missed
    return f"{100 * covered / known:5.1f} % of {known:5}" if known else "none"


def main(reports: list[str]) -> None:
    totals = {Path(report).stem: counted(Path(report)) for report in reports}
    for name, total in totals.items():
        print(described(name, total))
    print(described("all modules", sum(totals.values(), Counter())))


if __name__ == "__main__":
    main(sys.argv[1:])
