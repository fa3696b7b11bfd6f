"""The table of a sweep on a terminal, a row for each combination, at most 100 columns wide."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from simulator.report.sweep.folder import FILES
from simulator.report.sweep.found import Sweep
from simulator.report.terminal.first_table import share
from simulator.report.words.figures import changes, compact, figures, finer, scale_for, signed
from simulator.report.words.terminal_text import WIDTH, cut, in_lines, padded, printable, width_of

GAP: Final = 2
LEAST_NAME: Final = 20
"""Columns that the recommended contract's name has at least, where values stand in columns of their own."""
MOST_NAME: Final = 44
MOST_VALUE: Final = 16
"""Columns of a value; a longer one is cut."""
NAME_LINES: Final = 2
MOST_ROWS: Final = 200
"""Rows that are shown; the files have all."""
MOST_LISTED: Final = 12
"""Values of a key that the heading lists."""
CLOSE: Final = "?"
"""Stands behind a recommended contract where the first two are too close to call."""


def heading(sweep: Sweep) -> str:
    """Return what was varied, and what the combinations share."""
    rows = sweep.rows
    files = ", ".join(printable(path.as_posix()) for path in sweep.paths)
    lines = [f"Sweep of {len(rows):,} combinations   {files}"]
    for key, values in sweep.over.items():
        more = f" ... {len(values):,} values" if len(values) > MOST_LISTED else ""
        lines.append(f"  {printable(key)} = {', '.join(map(printable, values[:MOST_LISTED]))}{more}")
    return "\n".join([*(cut(line, WIDTH) for line in lines), *in_lines(_shared(rows), WIDTH)])


def _shared(rows: Sequence[dict[str, Any]]) -> str:
    """Return which futures the rows have in common."""
    seeds, trials = {row["seed"] for row in rows}, {row["trials"] for row in rows}
    if len(seeds) > 1 or len(trials) > 1:
        return "Seeds or numbers of futures differ, so that rows differ by chance too, and not by their values alone."
    return (
        f"{trials.pop():,} futures each, seed {seeds.pop()}: the same random numbers in all rows, so that they differ "
        "by their values and hardly by chance."
    )


def table(sweep: Sweep) -> str:
    """Return the table and the lines that explain it."""
    rows = sweep.rows[:MOST_ROWS]
    numbers = _numbers(sweep.rows)
    values = _values(sweep)
    room = WIDTH - sum(_width(column) + GAP for column in (*values, *numbers))
    if room < LEAST_NAME:
        return "\n".join([*_in_blocks(sweep, rows, numbers), *_below(sweep)])
    names = [_name(row) for row in rows]
    width = min(max(map(width_of, (*names, "recommended"))), MOST_NAME, room)
    lines = [_line(values, "recommended", width, numbers, 0)]
    for place, name in enumerate(names, 1):
        first, *rest = in_lines(name, width, NAME_LINES)
        lines.append(_line(values, first, width, numbers, place))
        indent = " " * sum(_width(column) + GAP for column in values)
        lines += [f"{indent}{text}" for text in rest]
    return "\n".join([*lines, *_below(sweep)])


def _in_blocks(sweep: Sweep, rows: Sequence[dict[str, Any]], numbers: Sequence[list[str]]) -> list[str]:
    """Return the table with the values of a row in lines above it, where columns of their own have no room."""
    width = min(max(width_of(_name(row)) for row in rows), MOST_NAME)
    lines = [_line([], "recommended", width, numbers, 0)]
    for place, (row, found) in enumerate(zip(rows, sweep.found, strict=False), 1):
        given = ", ".join(f"{key} = {value}" for key, value in found.values.items())
        file = f"{row['scenario']}: " if len(sweep.paths) > 1 else ""
        lines += in_lines(printable(f"{place}. {file}{given}"), WIDTH)
        first, *rest = in_lines(_name(row), width, NAME_LINES)
        lines += [_line([], first, width, numbers, place), *rest]
    return lines


def _line(values: Sequence[list[str]], name: str, width: int, numbers: Sequence[list[str]], row: int) -> str:
    """Return one line of the table, the heading for row 0: values, the recommended contract, numbers."""
    left = "".join(_aligned(column, row) + " " * GAP for column in values)
    right = "".join(" " * GAP + column[row].rjust(_width(column)) for column in numbers)
    return f"{left}{padded(name, width)}{right}".rstrip()


def _aligned(column: list[str], row: int) -> str:
    missing = " " * (_width(column) - width_of(column[row]))
    return missing + column[row]


def _width(column: Sequence[str]) -> int:
    return max(map(width_of, column))


def _name(row: dict[str, Any]) -> str:
    return f"{printable(row['recommended_title'])}{f' {CLOSE}' if row['too_close_to_call'] else ''}"


def _values(sweep: Sweep) -> list[list[str]]:
    """Return the columns of the values, each with its heading first; the file too where there are several."""
    columns = [] if len(sweep.paths) == 1 else [["scenario", *(each.scenario.stem for each in sweep.found)]]
    for key, short in zip(sweep.over, short_names(list(sweep.over)), strict=True):
        columns.append([short, *(each.values[key] for each in sweep.found)])
    return [[cut(printable(cell), MOST_VALUE) for cell in column[: MOST_ROWS + 1]] for column in columns]


def short_names(keys: Sequence[str]) -> list[str]:
    """Return the shortest end of each key that no other key has."""
    parts = [key.split(".") for key in keys]
    found = []
    for mine in parts:
        others = [other for other in parts if other is not mine]
        length = next(
            (size for size in range(1, len(mine)) if all(other[-size:] != mine[-size:] for other in others)), len(mine)
        )
        found.append(".".join(mine[-length:]))
    return found


def _numbers(rows: Sequence[dict[str, Any]]) -> list[list[str]]:
    """Return the columns of amounts and chances, each with its heading first."""
    codes = {row["currency"] for row in rows}
    amounts = [row[figure] for row in rows for figure in ("expected", "p90")]
    differences = [row["to_next"] for row in rows]
    if len(codes) == 1:
        (code,) = codes
        scale = finer(scale_for(amounts, code), amounts)
        unit = f", {scale.heading}"
        texts = {figure: [scale.text(row[figure]) for row in rows] for figure in ("expected", "p90")}
        to_next = ["-" if each is None else signed(scale, each) for each in differences]
    else:
        unit = ""
        texts = {figure: [compact(row[figure], row["currency"]) for row in rows] for figure in ("expected", "p90")}
        to_next = ["-" if row["to_next"] is None else changes([row["to_next"]], row["currency"])[0] for row in rows]
    columns = [[f"expected{unit}", *texts["expected"]], ["P90", *texts["p90"]]]
    if any(row["chance_of_budgets"] is not None for row in rows):
        chances = [row["chance_of_budgets"] for row in rows]
        columns.append(["budget held", *("-" if each is None else share(each) for each in chances)])
    return [column[: MOST_ROWS + 1] for column in (*columns, ["to next", *to_next])]


def _below(sweep: Sweep) -> list[str]:
    """Return the lines that explain the table."""
    of = {row["ranked_by"] for row in sweep.rows}
    what = "the invoice" if of == {"invoice"} else "what the budget covers: the invoice, or invoice and human work"
    texts = [
        f"Expected and P90 are of {what}, under the recommended contract over the horizon. To next is by how much the "
        "next contract of the ranking is dearer on average, on the same futures. Where it is below 0 the next contract "
        "is cheaper, and ranked lower because its risk is larger or because we cannot recount it.",
    ]
    budgets = {(row["budget"], row["currency"]) for row in sweep.rows if row["budget"] is not None}
    if len(budgets) == 1:
        ((amount, code),) = budgets
        texts.append(
            f"Budget held is the share of the futures in which the budget of {figures([amount], code)[0]} is kept."
        )
    if any(row["too_close_to_call"] for row in sweep.rows):
        texts.append(f"{CLOSE} stands where it is too close to call against the next contract.")
    if len(sweep.rows) > MOST_ROWS:
        texts.append(f"The first {MOST_ROWS} of {len(sweep.rows):,} combinations; the files have all.")
    best = {row["recommended"]: row["recommended_title"] for row in sweep.rows}
    if len(best) == 1 and len(sweep.rows) > 1:
        texts.append(f'"{printable(next(iter(best.values())))}" is recommended in every combination.')
    return [line for text in texts for line in in_lines(text, WIDTH)]


def written(folder: Path) -> str:
    """Return where the files are, and what each is for."""
    lines = [f"Written to {printable(folder.as_posix())}/"]
    return "\n".join([*lines, *(f"  {name:<18} {what}" for name, what in FILES)])
