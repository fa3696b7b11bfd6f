"""What a contract bills by every definition, as it is told: the range, what is the definition's, and the fair price."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from simulator.decisions.definition_spread import DefinitionBill, DefinitionSpread
from simulator.report.blocks.contract import titles
from simulator.report.charts.base import Chart, ChartTable, Margins, cut, padded, sheet
from simulator.report.charts.form import FILE, Form
from simulator.report.charts.rows import AmountColumn, heading, row_amount, rows_axes, rows_of
from simulator.report.studies.amounts_with_errors import few_digit_changes, few_digits
from simulator.report.studies.told import Table, Told
from simulator.report.style import BLUE, GREY, INK, MARGIN, look, money_axis
from simulator.report.words.figures import figures, one_unit, percents, short_rate, whole
from simulator.report.words.sentences import as_subject, capital, in_sentence

if TYPE_CHECKING:
    from simulator.decisions.worth import Estimate
    from simulator.forecast.forecast import Forecast
    from simulator.scenario.schema import Scenario

NAMED_ROWS: Final = 10
GRID_ROWS: Final = 2
"""Rows of the grid at either end."""
RIGHT: Final = 1.1


def definition_spread_told(found: DefinitionSpread, forecast: Forecast) -> Told:
    """Return a contract by every definition in words."""
    name, scenario = titles(forecast)[found.contract], forecast.scenario
    rows = shown(found)
    return Told(
        question=f"What does {as_subject(name)} bill by other definitions?",
        answer=_sentence(found, name, scenario.currency),
        tables=(_table(rows, scenario.currency),),
        notes=tuple(_notes(found, rows)),
        draw=partial(_chart, found, rows, name, scenario),
    )


def shown(found: DefinitionSpread) -> list[DefinitionBill]:
    """Return the rows of the table, the dearest first: those with a name that bill differently, and the grid's ends."""
    rows: list[DefinitionBill] = []
    for each in found.named:
        known = any(_same(each, other) for other in rows)
        if not known and len(rows) < NAMED_ROWS:
            rows.append(each)
    ordered = sorted(found.grid, key=lambda each: each.mean.value)
    for each in (*ordered[:GRID_ROWS], *reversed(ordered[-GRID_ROWS:])):
        if not any(_same(each, other) for other in rows):
            rows.append(each)
    return sorted(rows, key=lambda each: -each.mean.value)


def _same(one: DefinitionBill, other: DefinitionBill) -> bool:
    size = max(abs(one.mean.value), abs(other.mean.value))
    return abs(one.mean.value - other.mean.value) <= 1e-9 * size and abs(one.p90 - other.p90) <= 1e-9 * size


def _sentence(found: DefinitionSpread, name: str, code: str) -> str:
    """Return the range over the grid, and which part of the spread is the definition's; the futures' is the rest."""
    own, spread = found.own, found.over_grid
    amounts = figures([own.mean.value, spread.lowest, spread.highest], code)
    (share,) = percents([spread.of_definitions.value], against=[0, 1])
    lead = _taken(found, name)
    if spread.highest - spread.lowest <= 1e-9 * abs(spread.highest):
        return (
            f"{lead} bills {amounts[0]} on average by every definition that was tried: the definition does not matter."
        )
    return (
        f"{lead} bills {amounts[0]} on average by its own definition, and at the same price {amounts[1]} to "
        f"{amounts[2]} by the {spread.definitions} ways to write its clauses: {share} of the spread of the bill is the "
        "definition's."
    )


def _taken(found: DefinitionSpread, name: str) -> str:
    """Return the contract as the subject of the answer; why it is taken, where it is not the recommended one."""
    why = found.in_place
    if why is None:
        return capital(as_subject(name))
    lacks = "has no one definition of clauses" if why.bills_resolutions else "bills no resolutions"
    first = "the first that counts silence" if why.counts_silence else "the first that can be varied"
    return f"The recommended contract {lacks}; {in_sentence(name)}, {first},"


def _table(rows: Sequence[DefinitionBill], code: str) -> Table:
    means = few_digits([each.mean.value for each in rows], code)
    equal = iter(few_digits([each.equal_p90 for each in rows if each.equal_p90 is not None], code))
    differences = few_digit_changes([each.less_own.value for each in rows], code)
    shares = percents([each.dearer.value for each in rows], against=[0, 1])
    cells = tuple(
        (
            each.title, means[place], differences[place], _interval(each, code), shares[place], _price(each, code),
            "n/a" if each.equal_p90 is None else next(equal),
        )
        for place, each in enumerate(rows)
    )  # fmt: skip
    return Table(
        (
            "Definition", "expected", "against\nits own", "±", "dearer\nin", "price of\nequal bill",
            "P90 at\nthat price",
        ),
        cells,
        marked=next((place for place, each in enumerate(rows) if each.kind == "own"), None),
        star="the contract's own definition",
    )  # fmt: skip


def _interval(each: DefinitionBill, code: str) -> str:
    low, high = each.less_own.low, each.less_own.high
    if low is None or high is None:
        return "n/a"
    return whole((high - low) / 2, code) if high > low else "0"


def _price(each: DefinitionBill, code: str) -> str:
    if each.equal_factor is None:
        return "none"
    if each.equal_price is None:
        return f"x {each.equal_factor:.3g}"
    return short_rate(float(f"{each.equal_price:.3g}"), code)


def _notes(found: DefinitionSpread, rows: Sequence[DefinitionBill]) -> Iterator[str]:
    grid, named = found.over_grid, found.over_named
    shares = percents([grid.of_definitions.value, named.of_definitions.value], against=[0, 1])
    yield (
        f"Every definition counts the same conversations, in {found.futures:,} futures. The share of the definition is "
        "the variance of the mean bills, of the variance over definitions and futures, each definition as likely as "
        f"the other: {shares[0]}{_ends(grid.of_definitions)} over the {grid.definitions} definitions of the grid, "
        f"{shares[1]}{_ends(named.of_definitions)} over the {named.definitions} that have a name."
    )
    yield (
        "The price of an equal bill leaves the expected bill as it is by the contract's own definition: a vendor who "
        "sets the price anew loses nothing by a stricter one. ± is half of the 95 % interval of the difference, from "
        "the number of futures alone."
    )
    missing = len(found.named) + len(found.grid) - len(rows)
    yield f"{missing} further definitions are not shown; --json has all, with their clauses."


def _ends(share: Estimate) -> str:
    if share.low is None or share.high is None:
        return ""
    first, last = percents([share.low, share.high], against=[0, 1])
    return f" ({first} to {last})"


def _chart(
    found: DefinitionSpread, rows: Sequence[DefinitionBill], name: str, scenario: Scenario, form: Form = FILE
) -> Chart:
    """Draw P10 to P90 and the mean of the bill by each definition, the contract's own in colour."""
    code, spread = scenario.currency, found.over_grid
    low, high = figures([spread.lowest, spread.highest], code)
    title = f"{cut(name, 45)}: {low} to {high} at the same price, by what counts as a resolution"
    months = f"{scenario.months} month{'' if scenario.months == 1 else 's'}"
    subtitle = (
        f"Invoice over {months} from {scenario.start}, {code}, {found.futures:,} futures: P10 to P90, diamond mean; "
        "bold: the contract's own definition"
    )
    bold = {place: "" for place, each in enumerate(rows) if each.kind == "own"}
    amounts = one_unit([each.mean.value for each in rows], code)
    with look():
        laid = rows_of([each.title for each in rows], form, bold=bold)
        margins = Margins(left=laid.left, right=RIGHT)
        figure, axes = sheet(title, subtitle, laid.body, margins, form)
        money_axis(axes, *padded(min(0.0, *(each.p10 for each in rows)), max(each.p90 for each in rows), 0.02), code)
        rows_axes(axes, len(rows))
        heading(axes, MARGIN, "expected")
        for place, each in enumerate(rows):
            middle, colour = laid.middle(place), BLUE if each.kind == "own" else GREY
            laid.write(axes, place)
            axes.plot([each.p10, each.p90], [middle, middle], color=colour, linewidth=5, solid_capstyle="butt")
            axes.plot(each.mean.value, middle, marker="D", markersize=6, markerfacecolor="white", markeredgecolor=INK)
            row_amount(axes, middle, amounts[place], AmountColumn(MARGIN, RIGHT - MARGIN), bold=place in bold)
    table = _table(rows, code)
    alt = "; ".join(f"{each.title}: {amount}" for each, amount in zip(rows, amounts, strict=True))
    return Chart(
        figure, title, f"{title}. {subtitle}. {alt}.", subtitle,
        ChartTable(tuple(head.replace("\n", " ") for head in table.columns), table.rows),
    )  # fmt: skip
