"""What each term of a contract is worth at P90, as bars: what to ask for, and what not to give away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from simulator.decisions.clause_prices import ClausePrices, PricedChange
from simulator.decisions.worth import Estimate
from simulator.report.charts.base import Chart, ChartTable, Margins, cut, padded, sheet
from simulator.report.charts.form import FILE, Form
from simulator.report.charts.rows import AmountColumn, Beside, Rows, heading, row_amount, rows_axes, rows_of
from simulator.report.studies.amounts_with_errors import few_digit_changes
from simulator.report.style import BLUE, INK, ORANGE, PALE_BLUE, PALE_ORANGE, look, money_axis
from simulator.report.words.draft_words import draft_words
from simulator.report.words.figures import figures, percents
from simulator.scenario.schema import Scenario

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES: Final = 2.75
COLUMN: Final = 0.75
RIGHT: Final = 0.15
MOST_ASKED: Final = 8
MOST_GIVEN: Final = 4


def clauses_chart(found: ClausePrices, scenario: Scenario, form: Form = FILE) -> Chart:
    """Draw what the terms that matter most are worth at P90, with the intervals of sampling."""
    code = scenario.currency
    gains = [each for each in found.changes if each.worth.p90.value > 0][:MOST_ASKED]
    costs = [each for each in found.changes if each.worth.p90.value < 0][-MOST_GIVEN:]
    rows = [*gains, *costs] or list(found.changes[:1])
    title = _title(gains, found, code)
    subtitle = (
        f"{found.title}: what the P90 of the invoice falls by with one term changed, over {scenario.months} months "
        f"from {scenario.start}, {code}, {scenario.trials:,} futures; lines: 95 % intervals; hatched: costs more"
    )
    with look():
        names = rows_of(
            [draft_words(each.change, found.currency, brief=True) for each in rows], form, Beside(NAMES, lines=2)
        )
        room = RIGHT + 2 * COLUMN
        figure, axes = sheet(title, subtitle, names.body, Margins(names.left, room, 0.35), form)
        money_axis(axes, *_range(rows), code)
        rows_axes(axes, len(rows))
        axes.axvline(0.0, color=INK, linewidth=1)
        _bars(axes, rows, names)
        _amounts(axes, rows, names, code)
    table = _table(rows, found, code)
    alt = f"Bars of what terms are worth. {title}. {subtitle}. {'; '.join(': '.join(row[:2]) for row in table.rows)}."
    return Chart(figure, title, alt, subtitle, table)


def _title(gains: Sequence[PricedChange], found: ClausePrices, code: str) -> str:
    best = next((each for each in gains if each.change.term != "price"), None)
    if best is None:
        return "No term beside the price lowers the P90 of the invoice"
    saved, of = figures([best.worth.p90.value, found.invoice[1]], code)
    name = cut(draft_words(best.change, found.currency, brief=True), 60)
    return f"Worth most: {name[:1].lower()}{name[1:]}, {saved} of a P90 of {of}"


def _ends(of: Estimate) -> tuple[float, float]:
    return (of.value if of.low is None else of.low), (of.value if of.high is None else of.high)


def _range(rows: Sequence[PricedChange]) -> tuple[float, float]:
    ends = [end for each in rows for end in (*_ends(each.worth.p90), 0.0)]
    return padded(min(ends, default=0.0), max(ends, default=0.0), 0.04)


def _bars(axes: Axes, rows: Sequence[PricedChange], names: Rows) -> None:
    for place, each in enumerate(rows):
        of = each.worth.p90
        pale, strong, hatch = (PALE_BLUE, BLUE, None) if of.value >= 0 else (PALE_ORANGE, ORANGE, "///")
        middle = names.middle(place)
        axes.barh(middle, of.value, height=names.thick, color=pale, edgecolor=strong, linewidth=1.2, hatch=hatch,
                  zorder=2)  # fmt: skip
        axes.plot(_ends(of), (middle, middle), color=INK, linewidth=1.4, solid_capstyle="butt", zorder=3)
        names.write(axes, place)


def _amounts(axes: Axes, rows: Sequence[PricedChange], names: Rows, code: str) -> None:
    texts = few_digit_changes([each.worth.p90.value for each in rows], code)
    heading(axes, RIGHT + COLUMN, "at P90")
    heading(axes, RIGHT, "off price")
    for place, (each, text) in enumerate(zip(rows, texts, strict=True)):
        row_amount(axes, names.middle(place), text, AmountColumn(RIGHT + COLUMN, COLUMN - 0.05))
        row_amount(axes, names.middle(place), cut_text(each), AmountColumn(RIGHT, COLUMN - 0.05), bold=False)


def cut_text(each: PricedChange) -> str:
    """Return the share off the price that is worth as much; no price does what is worth more than all of it."""
    if each.cut is None:
        return "n/a"
    return "over 100 %" if each.cut > 1 else percents([each.cut])[0]


def _table(rows: Sequence[PricedChange], found: ClausePrices, code: str) -> ChartTable:
    worths = [each.worth for each in rows]
    columns = [
        few_digit_changes([part.value for part in parts], code)
        for parts in zip(*((each.p90, each.mean, each.tail) for each in worths), strict=True)
    ]
    names = [draft_words(each.change, found.currency, brief=True) for each in rows]
    return ChartTable(
        ("change", "worth at P90", "on average", "in the tail", "as much off the price"),
        tuple(zip(names, *columns, map(cut_text, rows), strict=True)),
    )
