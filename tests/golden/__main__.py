"""`python -m tests.golden` writes the golden results anew and prints what moved; a commit that does so says why."""

from __future__ import annotations

import sys

from tests.golden.comparing import FILE, moved, read, told, write
from tests.golden.runs import numbers, runs


def main() -> int:
    """Write the file, and print what moved against the one before."""
    before = read() if FILE.exists() else {}
    after = {}
    for run in runs():
        after[run.name] = numbers(run)
        print(run.name, file=sys.stderr, flush=True)
    found = [each for name in after for each in moved(name, before.get(name), after[name])]
    write(after)
    print(told(found))
    count = sum(len(each or {}) for each in after.values())
    print(f"{FILE.relative_to(FILE.parents[2])}: {count:,} numbers of {len(after)} runs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
