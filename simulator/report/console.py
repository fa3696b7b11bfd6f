"""What the terminal shows: the first table, the line on what carries the spread, and the answer. Plain text, no markup.

All functions read the dictionary that `summary` makes. No line is longer than 100 characters except the answer itself,
which is one sentence and is never broken.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from simulator.report.drivers import SHOWN
from simulator.report.figures import Scale, compact, count, figures, rate, scale_for
from simulator.report.sentences import contract_of, futures_text, interval_line

Block = Mapping[str, Any]

WIDTH: Final = 100
LEAST_NAME: Final = 12
"""Characters a contract's name is never cut below."""
GAP: Final = "  "
FILES: Final = (
    ("charts/", "interval strip and S-curve, SVG and PNG"),
    ("summary.json", "all numbers, for programs"),
    ("trials.parquet", "every future, contract and month"),
    ("manifest.json", "scenario, seed, versions and sources: how to repeat it"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the first table: three lines of heading and a cell for each row, contracts first, then today."""

    heading: tuple[str, str, str]
    cells: tuple[str, ...]

    @property
    def width(self) -> int:
        """Characters of its widest line."""
        return max(len(text) for text in (*self.heading, *self.cells))


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
    """Return the first table: one row per contract by P90, then today's; at most 100 characters wide."""
    contracts = [contract_of(summary, name) for name in summary["ranking"]]
    scale, columns, room = _fitting(summary, contracts)
    names = [printable(block["title"]) for block in contracts]
    if summary["status_quo"] is not None:
        names.append(printable(summary["status_quo"]["title"]))
    width = max(min(max(map(len, names)), room - len(GAP)), LEAST_NAME)
    what = f"{summary['months']} month{'' if summary['months'] == 1 else 's'}, {scale.heading}"
    lines = [
        _line(text, width, "", [(column.heading[line], column.width) for column in columns])
        for line, text in enumerate(("", "", what))
    ]
    for row, name in enumerate(names):
        mark, (first, *rest) = "*" if row == 0 else "", in_lines(name, width)
        lines.append(_line(first, width, mark, [(column.cells[row], column.width) for column in columns]))
        lines += [f"  {text}" for text in rest]
    return "\n".join([*lines, *below(summary, scale)])


def _fitting(summary: Block, contracts: Sequence[Block]) -> tuple[Scale, list[Column], int]:
    """Return scale, columns and the room left for names: one unit for all if that leaves enough room."""
    ranked = [block[summary["ranked_by"]]["p90"] for block in contracts]
    one_unit = scale_for(_main_amounts(summary, contracts), summary["currency"], ranked)
    for scale in (one_unit, Scale(one_unit.of, None)):
        columns = _columns(summary, contracts, scale)
        room = WIDTH - sum(column.width + len(GAP) for column in columns)
        if room - len(GAP) >= LEAST_NAME:
            break
    return scale, columns, room


def below(summary: Block, scale: Scale) -> list[str]:
    """Return the lines under the table: the mark, human work, what carries the spread, and what to beware of."""
    work = summary["human_work"]
    mean, p90 = figures([work["mean"], work["p90"]], summary["currency"])
    of = " with human work" if summary["ranked_by"] == "cost_to_serve" else ""
    first = f"* recommended: lowest P90{of}. Human work: {mean} (P90 {p90}) under every contract."
    return [
        *_wrapped(first),
        *_wrapped(spread_line(summary)),
        *(line for note in summary["notes"] for line in _wrapped(f"Note: {printable(note)}.")),
    ]


def spread_line(summary: Block) -> str:
    """Return the assumptions that carry most of the spread of the recommended invoice, each with its kind of source."""
    spread = summary["most_of_the_spread"]
    if not spread["candidates"]:
        return "Most of the spread: chance alone; no number is given as an interval and nothing moves by month."
    found = spread["assumptions"][:SHOWN]
    if not found:
        return f"Most of the spread: {summary['trials']:,} futures are too few to tell."
    return "Most of the spread: " + ", ".join(f"{printable(item['name'])} ({item['kind']})" for item in found) + "."


def answer(summary: Block) -> str:
    """Return the last lines: the sentence, and how well its P90 is known."""
    return f"{printable(summary['sentence'])}\n{interval_line(summary)}"


def printable(text: str) -> str:
    """Return a text without control, format and surrogate characters or line breaks: each becomes U+FFFD."""
    return "".join("\ufffd" if unicodedata.category(letter) in _UNPRINTABLE else letter for letter in text)


_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def cut(text: str, width: int) -> str:
    """Return a text of at most `width` characters, with an ellipsis where it was cut."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def in_lines(text: str, width: int) -> list[str]:
    """Return a name in one line of the width, or two of which the second is meant to be indented by 2."""
    import textwrap

    first, *rest = textwrap.wrap(text, width) or [""]
    return [first, *([cut(" ".join(rest), width - 2)] if rest else [])]


def _main_amounts(summary: Block, contracts: Sequence[Block]) -> list[float]:
    amounts = [
        block[of][figure]
        for block in contracts
        for of, figure in (("invoice", "mean"), ("invoice", "p90"), ("cost_to_serve", "mean"))
    ]
    return [*amounts, *([] if summary["status_quo"] is None else [summary["status_quo"]["cost"]["mean"]])]


def _columns(summary: Block, contracts: Sequence[Block], scale: Scale) -> list[Column]:
    today, code = summary["status_quo"], summary["currency"]

    def column(heading: str, cells: Iterable[str], of_today: str = "") -> Column:
        first, second, third = f"||{heading}".split("|")[-3:]
        return Column((first, second, third), (*cells, *([] if today is None else [of_today])))

    def amounts(heading: str, of: str, figure: str, of_today: str = "") -> Column:
        return column(heading, [scale.text(block[of][figure]) for block in contracts], of_today)

    return [
        amounts("expected", "invoice", "mean"),
        amounts("budget|(P90)", "invoice", "p90"),
        amounts("with|human|work", "cost_to_serve", "mean", "" if today is None else scale.text(today["cost"]["mean"])),
        column("per|solved|case", [_price(block["cost_per_solved_case"]["mean"], code) for block in contracts],
               "" if today is None else _price(today["cost_per_solved_case"]["mean"], code)),
        column("billed,|not|solved", _billed_not_solved(contracts, scale)),
        column("price", [_rate(block, code) for block in contracts]),
        column("ties|at", [_tie_cell(block, summary) for block in contracts]),
        column("owed if|we stop|6/12", _owed_cells(contracts, scale)),
        column("we|can|count", ["yes" if block["countable_by_buyer"] else "no" for block in contracts]),
    ]  # fmt: skip


def _billed_not_solved(contracts: Sequence[Block], scale: Scale) -> list[str]:
    cells = []
    for block in contracts:
        units = block["units"]
        if units["billed_not_solved"] is None:
            cells.append("n/a")
        else:
            cells.append(f"{count(units['billed_not_solved'])} {scale.text(units['billed_not_solved_amount'])}")
    return cells


def _owed_cells(contracts: Sequence[Block], scale: Scale) -> list[str]:
    def one(amount: float | None) -> str:
        return "-" if amount is None else scale.text(amount)

    return [
        f"{one(block['owed_if_stopped'].get('6'))}/{one(block['owed_if_stopped'].get('12'))}" for block in contracts
    ]


def _tie_cell(block: Block, summary: Block) -> str:
    """The unit price at which a contract ties with the recommended one, or the factor on its prices."""
    if block["name"] == summary["recommended"]:
        return ""
    tie = block["tie"]
    if tie is None:
        return "never"
    if block["unit_rate"] is None or tie["unit_price"] is None:
        return f"x{tie['factor']:.3g}"
    return figures([tie["unit_price"], block["unit_rate"]], summary["currency"])[0]


def _rate(block: Block, code: str) -> str:
    """The unit price, empty where there is no single one; cut to four significant digits."""
    return "" if block["unit_rate"] is None else rate(float(f"{block['unit_rate']:.4g}"), code)


def _price(amount: float | None, code: str) -> str:
    return "n/a" if amount is None else compact(amount, code)


def _line(name: str, width: int, mark: str, cells: Sequence[tuple[str, int]]) -> str:
    text = GAP.join(cell.rjust(size) for cell, size in cells)
    return f"{name.ljust(width)} {mark or ' '}{text.rjust(len(text) + 1)}".rstrip()


def _wrapped(text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def written(folder: Path) -> str:
    """Return where the results are, and what each file is for."""
    lines = [f"Written to {printable(folder.as_posix())}/"]
    return "\n".join([*lines, *(f"  {name:<15} {what}" for name, what in FILES)])
