"""Chart 3: what contracts, or definitions alone, cost more than a reference, on the same futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simulator.report.charts.base import (
    LONGEST_SHORT,
    Chart,
    ChartTable,
    Margins,
    best_of,
    cut,
    horizon_text,
    no_answer,
    numbers_of,
    padded,
    sheet,
    short,
    what,
)
from simulator.report.charts.form import FILE, Form
from simulator.report.charts.rows import AmountColumn, Rows, heading, row_amount, rows_axes, rows_of
from simulator.report.style import (
    BLUE,
    GREY,
    INK,
    MARGIN,
    ORANGE,
    PALE_BLUE,
    PALE_GREY,
    PALE_ORANGE,
    TEXT_SIZE,
    look,
    money_axis,
    text_width,
)
from simulator.report.summary.clauses import ClauseNumbers, ComparedDefinition
from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.distribution import Difference
from simulator.report.summary.summary import Summary
from simulator.report.words.compared import compared
from simulator.report.words.figures import figures, one_unit, one_unit_changes, percents
from simulator.report.words.sentences import futures_text, in_sentence

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulator.forecast.forecast import Forecast

SHARE: Final = 0.75
"""Width of the share of the futures in which a row is dearer, at the right."""
MEDIANS: Final = (0.75, 1.35)
"""Width of the median differences beside it, from and to."""
ALWAYS: Final = 0.95
"""Share of the futures from which a title says "in at least"."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the chart: a name, and the difference to the reference as `summary` gives it.

    Attributes:
        title: what a sentence calls it; the name where that is the same.
    """

    name: str
    pair: Difference
    title: str = ""

    @property
    def side(self) -> int:
        """-1 where it is cheaper in more than nine of ten futures, 1 where it is dearer, 0 between."""
        return int(self.pair.p10 > 0) - int(self.pair.p90 < 0)


BANDS_TEXT: Final = (
    "band P10 to P90, line the median; plain blue: cheaper in more than nine of ten futures, hatched orange: dearer in "
    "more than nine of ten, grey: cheaper in some and dearer in others"
)


def paired_difference(source: Forecast | Summary, form: Form = FILE) -> Chart | None:
    """Draw what each contract costs more than the recommended one on the same futures; None for a single contract.

    Where only few are asked for, those that a reader compares.
    """
    summary = numbers_of(source)
    if not summary.paired:
        return None
    every = {pair.contract: row_of(summary.contract(pair.contract), pair) for pair in summary.paired}
    few = compared(summary)
    rows = [row for name, row in every.items() if not form.few or name in few]
    best = best_of(summary)
    title = no_answer(best) if not best.bills_units else contracts_title(list(every.values()), best, summary.currency)
    left = len(every) - len(rows)
    subtitle = (
        f"{what(summary)}: what each costs more (right) or less (left) than {in_sentence(short(best))} in the same "
        f"future; {BANDS_TEXT}{f'; {left} more not shown here' if left else ''}"
    )
    return difference_chart(rows, title, subtitle, summary.currency, form)


def row_of(block: ContractNumbers, pair: Difference) -> Row:
    """Return the row of a contract: its label beside the band, its title in a sentence."""
    return Row(block.label, pair, short(block))


def definition_difference(source: Forecast | Summary, form: Form = FILE) -> Chart | None:
    """Draw what other definitions would bill more than a contract's own, at its price; None where none was studied."""
    summary = numbers_of(source)
    found = summary.clauses
    if not found:
        return None
    others = [each for each in found.compared if not each.own]
    rows = [Row(each.title, each.less_own) for each in others]
    if not rows:
        return None
    title = definitions_title(found, rows, summary.currency)
    code = summary.currency
    subtitle = (
        f"{speaks_of(summary, found)}What {in_sentence(_cut(found.title))} would bill more (right) or less (left) by "
        f"another definition at the same price, {horizon_text(summary)}, {code}, in all {futures_text(summary)} of "
        f"this run{_known(others, code)}; {BANDS_TEXT}; reference: {found.definition_title}"
    )
    return difference_chart(rows, title, subtitle, summary.currency, form)


def speaks_of(summary: Summary, found: ClauseNumbers) -> str:
    """Say of which contract a study of definitions speaks, where that is not the recommended one."""
    if found.contract == summary.recommended:
        return ""
    named = in_sentence(_cut(found.title))
    return f"This is about {named}, not about {in_sentence(short(best_of(summary)))}, which is recommended. "


def _known(others: Sequence[ComparedDefinition], code: str) -> str:
    """Return the largest standard error of a mean difference; nothing of a single future."""
    errors = [each.less_own_error for each in others if each.less_own_error is not None]
    return f" (means known to a standard error of {figures([max(errors)], code)[0]} or less)" if errors else ""


def definitions_title(found: ClauseNumbers, rows: Sequence[Row], code: str) -> str:
    """Return the message: how far definitions alone move the invoice."""
    least, most = min(rows, key=lambda row: row.pair.mean), max(rows, key=lambda row: row.pair.mean)
    low, high = min(0.0, least.pair.mean), max(0.0, most.pair.mean)
    if low == high == 0:
        return "All definitions bill the same here"
    (between,) = figures([high - low], code)
    strict = in_sentence(_cut(least.name)) if low < 0 else in_sentence(_cut(str(found.definition_title)))
    loose = in_sentence(_cut(most.name)) if high > 0 else in_sentence(_cut(str(found.definition_title)))
    return f'The definition alone moves the expected invoice by {between}, from "{strict}" to "{loose}"'.replace(
        '""', '"'
    )


def contracts_title(rows: Sequence[Row], best: ContractNumbers, code: str) -> str:
    """Return the message: whether others are dearer in all futures, or which one is cheaper how often."""
    named = in_sentence(short(best))
    if all(row.pair.share_dearer == row.pair.share_cheaper == 0 for row in rows):
        return f"All contracts cost the same as {named} in every future"
    least = min(rows, key=lambda row: row.pair.share_dearer)
    dearer = least.pair.share_dearer
    others = "The other contract is" if len(rows) == 1 else "Every other contract is"
    if dearer == 1:
        return f"{others} dearer than {named} in every future"
    if dearer >= ALWAYS:
        return f"{others} dearer than {named} in at least {percents([dearer], against=[ALWAYS, 1])[0]} of the futures"
    most = max(rows, key=lambda row: (row.pair.share_cheaper, -row.pair.mean))
    (cheaper,) = percents([most.pair.share_cheaper], against=[0, 0.5, 1])
    (median,) = _sides(figures([abs(most.pair.p50)], code), [most.pair.p50])
    name = in_sentence(_cut(most.title or most.name))
    return (
        f"In the same future, {name} is cheaper than {named} in {cheaper} of the futures; median difference: {median}"
    )


def _sides(amounts: Sequence[str], differences: Sequence[float]) -> list[str]:
    """Return differences in words, by their amounts as text: $17K cheaper, $5K dearer, the same."""
    words = ("cheaper", "the same", "dearer")
    return [
        words[1] if not difference else f"{amount} {words[1 + (difference > 0) - (difference < 0)]}"
        for amount, difference in zip(amounts, differences, strict=True)
    ]


def difference_chart(rows: Sequence[Row], title: str, subtitle: str, code: str, form: Form = FILE) -> Chart:
    """Draw rows of differences with their median and the share of futures in which each is dearer.

    Those that are cheaper nearly always stand first, then those that span both, then those that are dearer.
    """
    rows = sorted(rows, key=lambda row: (row.side, row.pair.mean))
    ends = [row.pair.amount(key) for row in rows for key in ("p10", "p50", "p90")]
    low, high = padded(min(0.0, *ends), max(0.0, *ends), 0.06)
    with look():
        names = rows_of([row.name for row in rows], form)
        middles = [row.pair.p50 for row in rows]
        medians = _sides(one_unit(list(map(abs, middles)), code), middles)
        room = max(text_width(text, TEXT_SIZE, bold=True) for text in medians)
        column = AmountColumn(MARGIN + SHARE + 0.05, min(max(room, MEDIANS[0]), MEDIANS[1]))
        figure, axes = sheet(title, subtitle, names.body, Margins(left=names.left, right=sum(column) + 0.1), form)
        money_axis(axes, low, high, code, signed=True)
        rows_axes(axes, len(rows))
        axes.axvline(0, color=INK, linewidth=1)
        _draw_rows(axes, rows, names)
        _figures(axes, rows, names, medians, column)
        heading(axes, MARGIN, "dearer in")
        heading(axes, column.end, "median")
    return Chart(figure, title, _alt(rows, title, subtitle, code), subtitle, table_of(rows, code))


SIDES: Final[dict[int, dict[str, Any]]] = {
    -1: {"color": PALE_BLUE, "edgecolor": BLUE},
    0: {"color": PALE_GREY, "edgecolor": GREY},
    1: {"color": PALE_ORANGE, "edgecolor": ORANGE, "hatch": "///"},
}
"""Fill and edge of a band by `Row.side`."""


def _draw_rows(axes: Axes, rows: Sequence[Row], names: Rows) -> None:
    for place, row in enumerate(rows):
        pair, middle, half = row.pair, names.middle(place), names.thick / 2
        axes.barh(middle, pair.p90 - pair.p10, left=pair.p10, height=2 * half, linewidth=1.2,
                  **SIDES[row.side])  # fmt: skip
        axes.plot([pair.p50] * 2, [middle - half, middle + half], color=INK, linewidth=2.6, solid_capstyle="butt")
        names.write(axes, place)


def _figures(axes: Axes, rows: Sequence[Row], names: Rows, medians: Sequence[str], column: AmountColumn) -> None:
    shares = [percents([row.pair.share_dearer], against=[0, 1])[0] for row in rows]
    for place, row in enumerate(rows):
        color = SIDES[row.side]["edgecolor"] if row.side else INK
        row_amount(axes, names.middle(place), medians[place], column, color=color)
        row_amount(axes, names.middle(place), shares[place], AmountColumn(MARGIN, SHARE), bold=False)


def table_of(rows: Sequence[Row], code: str) -> ChartTable:
    """Return the differences as text."""
    keys = ("p10", "p50", "mean", "p90")
    columns = {key: one_unit_changes([row.pair.amount(key) for row in rows], code) for key in keys}
    dearer = [percents([row.pair.share_dearer], against=[0, 1])[0] for row in rows]
    return ChartTable(
        ("same futures", "P10", "median", "mean", "P90", "dearer in"),
        tuple((row.name, *(columns[key][place] for key in keys), dearer[place]) for place, row in enumerate(rows)),
    )


def _alt(rows: Sequence[Row], title: str, subtitle: str, code: str) -> str:
    parts = [
        f"{row[0]}: P10 {row[1]}, median {row[2]}, P90 {row[4]}, dearer in {row[5]}"
        for row in table_of(rows, code).rows
    ]
    return f"Paired differences. {title}. {subtitle}. {'; '.join(parts)}."


def _cut(text: str) -> str:
    return cut(text, LONGEST_SHORT)
