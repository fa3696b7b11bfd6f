"""Chart 3: what contracts, or definitions alone, cost more than a reference, on the same futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simulator.report.charts.base import (
    AmountColumn,
    Chart,
    ChartTable,
    Margins,
    best_of,
    horizon_text,
    name_lines,
    no_answer,
    numbers_of,
    padded,
    row_amount,
    row_name,
    rows_axes,
    sheet,
    short,
    what,
)
from simulator.report.style import (
    BLUE,
    INK,
    MARGIN,
    ORANGE,
    PALE_BLUE,
    PALE_ORANGE,
    TEXT_SIZE,
    WIDTH,
    look,
    money_axis,
)
from simulator.report.words.figures import changes, figures, one_unit_changes, percents
from simulator.report.words.sentences import contract_of, futures_text, in_sentence
from simulator.report.words.summary_block import Block

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.forecast.forecast import Forecast

NAMES: Final = 1.9
FIGURES: Final = 1.85
"""Width of the figures at the right: P50 of the difference, and the share of the futures in which it is dearer."""
SHARE: Final = 0.75
"""Of that, the share's."""
ROW: Final = 0.42
NAME_LINE: Final = 0.165
ALWAYS: Final = 0.95
"""Share of the futures from which a title says "in at least"."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the chart: a name, and the difference to the reference as `summary` gives it."""

    name: str
    pair: Block


def paired_difference(source: Forecast | Block) -> Chart | None:
    """Draw what each contract costs more than the recommended one on the same futures; None for a single contract."""
    summary = numbers_of(source)
    if not summary["paired"]:
        return None
    rows = [Row(contract_of(summary, pair["contract"])["title"], pair) for pair in summary["paired"]]
    best = best_of(summary)
    title = no_answer(best) if not best["bills_units"] else contracts_title(rows, best, summary["currency"])
    subtitle = (
        f"{what(summary)}: what each costs more (right) or less (left) than {in_sentence(short(best))} in the same "
        "future; band P10 to P90, line P50"
    )
    return difference_chart(rows, title, subtitle, summary["currency"])


def definition_difference(source: Forecast | Block) -> Chart | None:
    """Draw what other definitions would bill more than a contract's own, at its price; None where none was studied."""
    summary = numbers_of(source)
    found = summary["clauses"]
    if not found:
        return None
    others = [each for each in found["compared"] if not each["own"]]
    rows = [Row(each["title"], each["less_own"]) for each in sorted(others, key=lambda each: -each["less_own"]["mean"])]
    if not rows:
        return None
    title = definitions_title(found, rows, summary["currency"])
    subtitle = (
        f"What {in_sentence(short(found))} would bill more (right) or less (left) by another definition at the same "
        f"price, {horizon_text(summary)}, {summary['currency']}, in all {futures_text(summary)} of this run"
        f"{_known(others, summary['currency'])}; band P10 to P90, line P50; reference: {found['definition_title']}"
    )
    return difference_chart(rows, title, subtitle, summary["currency"])


def _known(others: Sequence[Block], code: str) -> str:
    """Return the largest standard error of a mean difference; nothing of a single future."""
    errors = [each["less_own_error"] for each in others if each["less_own_error"] is not None]
    return f" (means known to a standard error of {figures([max(errors)], code)[0]} or less)" if errors else ""


def definitions_title(found: Block, rows: Sequence[Row], code: str) -> str:
    """Return the message: how far definitions alone move the invoice."""
    least, most = min(rows, key=lambda row: row.pair["mean"]), max(rows, key=lambda row: row.pair["mean"])
    low, high = min(0.0, least.pair["mean"]), max(0.0, most.pair["mean"])
    if low == high == 0:
        return "All definitions bill the same here"
    (between,) = figures([high - low], code)
    strict = in_sentence(_cut(least.name)) if low < 0 else in_sentence(_cut(str(found["definition_title"])))
    loose = in_sentence(_cut(most.name)) if high > 0 else in_sentence(_cut(str(found["definition_title"])))
    return f'The definition alone moves the expected invoice by {between}, from "{strict}" to "{loose}"'.replace(
        '""', '"'
    )


def contracts_title(rows: Sequence[Row], best: Block, code: str) -> str:
    """Return the message: whether others are dearer in all futures, or which one is cheaper how often."""
    named = in_sentence(short(best))
    if all(row.pair["share_dearer"] == row.pair["share_cheaper"] == 0 for row in rows):
        return f"All contracts cost the same as {named} in every future"
    least = min(rows, key=lambda row: row.pair["share_dearer"])
    dearer = least.pair["share_dearer"]
    others = "The other contract is" if len(rows) == 1 else "Every other contract is"
    if dearer == 1:
        return f"{others} dearer than {named} in every future"
    if dearer >= ALWAYS:
        return f"{others} dearer than {named} in at least {percents([dearer], against=[ALWAYS, 1])[0]} of the futures"
    most = max(rows, key=lambda row: (row.pair["share_cheaper"], -row.pair["mean"]))
    (cheaper,) = percents([most.pair["share_cheaper"]], against=[0, 0.5, 1])
    (median,) = changes([most.pair["p50"]], code)
    name = in_sentence(_cut(most.name))
    return f"In the same future, {name} is cheaper than {named} in {cheaper} of the futures; middle difference {median}"


def difference_chart(rows: Sequence[Row], title: str, subtitle: str, code: str) -> Chart:
    """Draw rows of differences with their P50 and the share of futures in which each is dearer."""
    ends = [row.pair[key] for row in rows for key in ("p10", "p50", "p90")]
    low, high = padded(min(0.0, *ends), max(0.0, *ends), 0.06)
    with look():
        names = [name_lines(row.name, NAMES - MARGIN - 0.1) for row in rows]
        height = max(ROW, NAME_LINE * max(map(len, names)))
        figure, axes = sheet(title, subtitle, height * len(rows), Margins(left=NAMES, right=FIGURES))
        money_axis(axes, low, high, code, signed=True)
        rows_axes(axes, len(rows))
        axes.axvline(0, color=INK, linewidth=1)
        _draw_rows(axes, rows, names, code)
        _headings(figure, axes)
    return Chart(figure, title, _alt(rows, title, subtitle, code), subtitle, table_of(rows, code))


def _draw_rows(axes: Axes, rows: Sequence[Row], names: Sequence[list[str]], code: str) -> None:
    medians = one_unit_changes([row.pair["p50"] for row in rows], code)
    shares = percents([row.pair["share_dearer"] for row in rows], against=[0, 1])
    for place, row in enumerate(rows):
        pair, dearer = row.pair, row.pair["p50"] > 0
        strong, pale = (ORANGE, PALE_ORANGE) if dearer else (BLUE, PALE_BLUE)
        look_of: dict[str, Any] = {"hatch": "///"} if dearer else {}
        axes.barh(place, pair["p90"] - pair["p10"], left=pair["p10"], height=0.5, color=pale, edgecolor=strong,
                  linewidth=1.2, **look_of)  # fmt: skip
        axes.plot([pair["p50"]] * 2, [place - 0.25, place + 0.25], color=INK, linewidth=2.6, solid_capstyle="butt")
        row_name(axes, place, names[place], NAMES)
        room = FIGURES - MARGIN - SHARE - 0.1
        row_amount(axes, place, medians[place], AmountColumn(MARGIN + SHARE + 0.05, room), color=strong)
        row_amount(axes, place, shares[place], AmountColumn(MARGIN, SHARE), bold=False)


def row_right(figure: Figure, right: float, text: str, y: float) -> None:
    """Write a heading that ends as far from the right edge as a column of figures."""
    figure.text(1 - right / WIDTH, y, text, ha="right", va="bottom", weight="bold", color=INK, size=TEXT_SIZE)


def _headings(figure: Figure, axes: Axes) -> None:
    above = axes.get_position().y1 + 0.05 / figure.get_figheight()
    row_right(figure, MARGIN, "dearer in", above)
    row_right(figure, MARGIN + SHARE + 0.05, "P50", above)


def table_of(rows: Sequence[Row], code: str) -> ChartTable:
    """Return the differences as text."""
    keys = ("p10", "p50", "mean", "p90")
    columns = {key: one_unit_changes([row.pair[key] for row in rows], code) for key in keys}
    dearer = percents([row.pair["share_dearer"] for row in rows], against=[0, 1])
    return ChartTable(
        ("same futures", "P10", "P50", "mean", "P90", "dearer in"),
        tuple((row.name, *(columns[key][place] for key in keys), dearer[place]) for place, row in enumerate(rows)),
    )


def _alt(rows: Sequence[Row], title: str, subtitle: str, code: str) -> str:
    parts = [
        f"{row[0]}: P10 {row[1]}, P50 {row[2]}, P90 {row[4]}, dearer in {row[5]}" for row in table_of(rows, code).rows
    ]
    return f"Paired differences. {title}. {subtitle}. {'; '.join(parts)}."


def _cut(text: str) -> str:
    return short({"title": text})
