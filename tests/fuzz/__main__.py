"""`python -m tests.fuzz 12345` prints a case and what happened; `python -m tests.fuzz 0 100000` tries many."""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Final

from tests.fuzz.mutations import Case, case
from tests.fuzz.running import Outcome, outcome, warm_up

REPORTED: Final = 1_000
"""Cases after which the program says how far it is."""


def main(arguments: list[str]) -> int:
    """Print one case, or what is wrong with those from a first number up to another; 1 if anything is."""
    numbers = [int(each) for each in arguments]
    with tempfile.TemporaryDirectory() as folder:
        if len(numbers) == 1:
            return _one(numbers[0], Path(folder))
        warm_up(Path(folder))
        return _many(range(*numbers[:2]), Path(folder))


def _one(number: int, folder: Path) -> int:
    of = case(number)
    found = outcome(of, folder)
    print(of.text)
    print(f"---- case {number} of {of.base}: {', '.join(of.done)}; engine {of.engine}; options {list(of.overrides)!r}")
    print(f"---- {found.verdict} in {found.seconds:.2f} s {' and '.join(found.engines)}\n{found.printed}")
    for said in found.wrong:
        print(f"---- WRONG: {said}")
    return bool(found.wrong)


def _many(numbers: range, folder: Path) -> int:
    counted: Counter[str] = Counter()
    slowest, wrong, start = 0.0, 0, time.process_time()
    for number in numbers:
        of = case(number)
        found = outcome(of, folder)
        counted[found.verdict] += 1
        slowest = max(slowest, found.seconds)
        if found.wrong:
            wrong += 1
            print(_line(of, found), flush=True)
        if (number + 1) % REPORTED == 0:
            print(f"up to {number:,}: {dict(counted)}, {wrong} wrong", file=sys.stderr, flush=True)
    print(f"{len(numbers):,} cases from {numbers.start}: {dict(counted)}; {wrong} wrong; slowest {slowest:.2f} s; "
          f"{time.process_time() - start:.0f} s in all")  # fmt: skip
    return bool(wrong)


def _line(of: Case, found: Outcome) -> str:
    return f"case {of.number} ({of.base}: {', '.join(of.done)}) {found.verdict}: {' / '.join(found.wrong)}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
