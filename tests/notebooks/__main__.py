"""`python -m tests.notebooks` executes the notebooks and writes docs/notebooks; `--check` compares numbers."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from nbclient.exceptions import CellExecutionError

from tests.notebooks.rendering import PAGES, executed, moved_numbers, notebooks, page_of, read, rendered, with_trials


def main(arguments: list[str]) -> int:
    """Execute the notebooks; 1 if one fails, or if a committed page has other numbers."""
    parser = argparse.ArgumentParser(prog="python -m tests.notebooks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of notebooks, without .ipynb (default: all)")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--check", action="store_true", help="write nothing; list the numbers that differ from the pages")
    ways.add_argument("--trials", type=int, metavar="N", help="execute with N futures, and write nothing")
    given = parser.parse_args(arguments)
    known = {path.stem: path for path in notebooks()}
    unknown = [name for name in given.names if name not in known]
    if unknown or not known:
        parser.error(
            f"no notebook is called {', '.join(unknown) or 'anything'}; there are {', '.join(known) or 'none'}"
        )
    return max([_one(known[name], given.check, given.trials) for name in given.names or known])


def _one(path: Path, check: bool, trials: int | None) -> int:
    """Execute one notebook, write or compare its page, and say so; 1 if something is wrong."""
    start = time.perf_counter()
    notebook = read(path)
    try:
        page = rendered(executed(notebook if trials is None else with_trials(notebook, trials)), path.stem)
    except (CellExecutionError, RuntimeError) as error:
        print(f"{path.stem}: {error}", file=sys.stderr)
        return 1
    wrong = _difference(path, page) if check else []
    if not check and trials is None:
        PAGES.mkdir(parents=True, exist_ok=True)
        page_of(path).write_text(page, encoding="utf-8", newline="\n")
    size = f"{len(page.encode()) / 1024:,.0f} KB"
    print(f"{path.stem}: executed in {time.perf_counter() - start:.0f} s, page of {size}", flush=True)
    for each in wrong:
        print(f"  {each}")
    return int(bool(wrong))


def _difference(path: Path, page: str) -> list[str]:
    committed = page_of(path)
    if not committed.exists():
        return [f"there is no page {committed.name}: write it with python -m tests.notebooks {path.stem}"]
    return moved_numbers(page, committed.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
