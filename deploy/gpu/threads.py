"""Processor time of a process's threads, by name: threads.py PID SECONDS

Prints the processors that each group of threads used, threads of one name with a number behind it
together.
"""

import re
import sys
import time
from collections import Counter
from pathlib import Path

TICKS = 100


def sample(pid):
    times = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            stat = (task / "stat").read_text()
        except OSError:
            continue
        name, rest = (
            stat[stat.index("(") + 1 : stat.rindex(")")],
            stat[stat.rindex(")") + 2 :].split(),
        )
        times[task.name] = (name, int(rest[11]) + int(rest[12]))
    return times


def main(pid, seconds):
    before = sample(pid)
    time.sleep(float(seconds))
    used = Counter()
    for thread, (name, ticks) in sample(pid).items():
        used[re.sub(r"[-#\d]+$", "", name)] += ticks - before.get(thread, (name, 0))[1]
    for name, ticks in used.most_common(14):
        if ticks:
            print(f"  {ticks / TICKS / float(seconds):6.2f} processors  {name}")


if __name__ == "__main__":
    main(*sys.argv[1:])
