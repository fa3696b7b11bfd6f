"""What the terminal shows: the first table, what carries the spread, and the answer. Plain text, no markup.

All functions read the dictionary that `summary` makes. No line is wider than 100 columns except the answer itself,
which is one sentence and is never broken.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from simulator.report import first_table
from simulator.report.drivers import SHOWN
from simulator.report.figures import count, figures
from simulator.report.sentences import contract_of, futures_text, interval_line
from simulator.report.terminal import WIDTH, cut, in_lines, printable

Block = Mapping[str, Any]

LEGEND: Final = (
    "Expected, budget and owed: the vendor's invoice; per solved case: with human work; M6: month 6. Ties at: the "
    "price, or the factor (x) on all prices, at which the expected invoice equals that of *."
)
FILES: Final = (
    ("charts/", "interval strip and S-curve, SVG and PNG"),
    ("summary.json", "all numbers, for programs"),
    ("trials.parquet", "every future, contract and month"),
    ("manifest.json", "scenario, seed, versions and sources: how to repeat it"),
)


def heading(summary: Block, path: str) -> str:
    """Return the two lines above the table: what was simulated."""
    volume, months = summary["volume"], summary["months"]
    cases = (volume["cases"]["mean"] or 0) / months
    futures = f"{futures_text(summary)} x {months} month{'' if months == 1 else 's'}"
    lines = (
        f"{printable(summary['scenario'])}   {printable(path)}",
        f"{futures} from {summary['start']} (months of about {count(cases)} cases), seed {summary['seed']}",
    )
    return "\n".join(cut(line, WIDTH) for line in lines)


def table(summary: Block) -> str:
    """Return the first table and the lines that explain it."""
    return "\n".join([*first_table.table(summary), *below(summary)])


def below(summary: Block) -> list[str]:
    """Return the lines under the table: the mark, human work, what carries the spread, and what to beware of."""
    work = summary["human_work"]
    mean, p90 = figures([work["mean"], work["p90"]], summary["currency"])
    texts = [
        f"* {_what_is_marked(summary)}. Human work: expected {mean}, P90 {p90}, under every contract.",
        LEGEND,
        spread_line(summary),
        *levels_line(summary),
        *(f"Note: {note}." for note in summary["notes"]),
    ]
    return [line for text in texts for line in in_lines(printable(text), WIDTH)]


def _what_is_marked(summary: Block) -> str:
    of = " with human work" if summary["ranked_by"] == "cost_to_serve" else ""
    if not contract_of(summary, summary["recommended"])["bills_units"]:
        return "no answer: no unit is billed in any future"
    if len(summary["contracts"]) == 1:
        return "the only contract given"
    if summary["too_close_to_call"]:
        return f"lowest P90{of}, but too close to call"
    return f"recommended: lowest P90{of}"


def spread_line(summary: Block) -> str:
    """Return the assumptions that carry most of the spread of the recommended cost, each with its kind of source."""
    spread = summary["most_of_the_spread"]
    if not spread["candidates"]:
        return "Most of the spread: chance alone; no number is given as an interval and nothing moves by month."
    found = spread["assumptions"][:SHOWN]
    if not found:
        return f"Most of the spread: {futures_text(summary)} are too few to tell."
    return "Most of the spread: " + ", ".join(f"{item['label']} ({item['kind']})" for item in found) + "."


def levels_line(summary: Block) -> list[str]:
    """Return in one line from which levels of chance the recommended invoice varies; nothing if not known."""
    if summary["variance"] is None:
        return []
    split = summary["variance"][summary["recommended"]]
    if split["trial"] + split["month"] + split["conversation"] == 0:
        return []
    trial, month, conversation = (_roughly(split[level]) for level in ("trial", "month", "conversation"))
    return [
        f"Variance of the invoice of *: {trial} from what is not known today, {month} from month to month, "
        f"{conversation} from single conversations."
    ]


def _roughly(share: float) -> str:
    """Return a share that is known to about a percent."""
    return "under 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def answer(summary: Block) -> str:
    """Return the last lines: the sentence, and how well its P90 is known."""
    return f"{printable(summary['sentence'])}\n{interval_line(summary)}"


def written(folder: Path) -> str:
    """Return where the results are, and what each file is for."""
    lines = [f"Written to {printable(folder.as_posix())}/"]
    return "\n".join([*lines, *(f"  {name:<15} {what}" for name, what in FILES)])
