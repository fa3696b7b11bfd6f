"""The figure of what a cost hangs on: a tornado of P90 with shares of the variance beside; else P90 under stresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from simulator.decisions.sensitivities.stresses import Result
from simulator.decisions.sensitivities.whole_study import Sensitivity
from simulator.decisions.sensitivity import FLOOR_LEVEL
from simulator.report.charts.base import DASHED, Chart, ChartTable, Margins, cut, padded, sheet
from simulator.report.charts.form import FILE, Form
from simulator.report.charts.rows import AmountColumn, Beside, Rows, heading, row_amount, rows_axes, rows_of
from simulator.report.charts.tornado import bar_range, bar_texts, draw_bar_texts, draw_bars
from simulator.report.studies.sensitivity_rows import Row, share_text
from simulator.report.studies.stress_words import STRESSES
from simulator.report.style import (
    BLUE,
    GREY,
    INK,
    LINE,
    MARGIN,
    ORANGE,
    PALE_BLUE,
    PALE_GREY,
    PALE_ORANGE,
    TEXT_SIZE,
    axes_width,
    figure_height,
    figure_width,
    look,
    money_axis,
    wrapped,
)
from simulator.report.summary.curves import TornadoBar, TornadoNumbers
from simulator.report.words.figures import figures, one_unit, percents

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulator.scenario.schema import Scenario

NAMES: Final = 2.0
SHARES: Final = 1.3
"""Room of the two columns of shares."""
ONE: Final = 0.6
MOST: Final = 9
HEADS: Final = ("alone", "in all")
LONGEST: Final = 60


def sensitivity_chart(
    found: Sensitivity, rows: Sequence[Row], scenario: Scenario, title: str, lead: str, form: Form = FILE
) -> Chart:
    """Draw the tornado with shares; P90 under each stress where there is no bar.

    Args:
        title: of the contract.
        lead: what the figure says.
    """
    shown = [row for row in rows if row.bar is not None and row.bar.visible][:MOST]
    if found.tornado is None or found.indices is None or not shown:
        return stress_chart(found, scenario, title, form)
    bars = [TornadoBar(name=row.bar.name, label=row.name, at_low=row.bar.at_low, at_high=row.bar.at_high, visible=True)
            for row in shown if row.bar is not None]  # fmt: skip
    floor = (found.tornado.floor.low, found.tornado.floor.high)
    numbers = TornadoNumbers(p90=found.tornado.quantile, floor=floor, floor_level=FLOOR_LEVEL, bars=tuple(bars))
    subtitle = _subtitle(found, scenario, title)
    with look():
        note = wrapped(_note(len(rows) - len(shown)), form.width - 2 * MARGIN, TEXT_SIZE, most=4)
        names = rows_of([bar.label for bar in bars], form, Beside(NAMES, lines=2))
        margins = Margins(left=names.left, right=SHARES, above=0.3, foot=0.4 + LINE * len(note))
        figure, axes = sheet(lead, subtitle, names.body, margins, form)
        texts = bar_texts(bars, numbers.p90, scenario.currency)
        money_axis(axes, *bar_range(numbers, bars, texts, axes_width(axes)), scenario.currency)
        rows_axes(axes, len(bars))
        axes.axvspan(*floor, color=PALE_GREY, linewidth=0, zorder=0)
        axes.axvline(numbers.p90, color=INK, linewidth=1)
        draw_bars(axes, bars, names, numbers.p90)
        draw_bar_texts(axes, names, texts)
        for column, head in enumerate(HEADS):
            end = MARGIN + (1 - column) * ONE
            heading(axes, end, head)
            for place, row in enumerate(shown):
                share = row.first if column == 0 else row.total
                text = "" if share is None else percents([share.value])[0]
                row_amount(axes, names.middle(place), text, AmountColumn(end, ONE - 0.05), bold=column == 0)
        figure.text(MARGIN / figure_width(axes), 0.07 / figure_height(axes), "\n".join(note), va="bottom", color=INK,
                    size=TEXT_SIZE)  # fmt: skip
    table = _table(shown, scenario.currency)
    told = "; ".join(f"{row[0]}: {row[1]} to {row[2]}, {row[3]}" for row in table.rows)
    return Chart(figure, lead, f"Tornado with shares of the variance. {lead}. {subtitle}. {told}.", subtitle, table)


def _subtitle(found: Sensitivity, scenario: Scenario, title: str) -> str:
    what = {"invoice": "invoice", "cost_to_serve": "invoice and human work"}[found.of]
    months = f"{scenario.months} month{'' if scenario.months == 1 else 's'}"
    return (
        f"{title}: P90 of the {what} over {months} from {scenario.start}, {scenario.currency}, where an assumption is "
        "lowest (plain) and highest (hatched); at the right its share of the variance, alone and with others"
    )


def _note(left: int) -> str:
    more = "" if left == 0 else f"; {left} more {'is' if left == 1 else 'are'} not drawn, most within it"
    return f"Grey: sampling noise alone, in {100 * FLOOR_LEVEL:g} % of tenths taken at random{more}"


def _table(shown: Sequence[Row], code: str) -> ChartTable:
    low = one_unit([None if row.bar is None else row.bar.at_low for row in shown], code)
    high = one_unit([None if row.bar is None else row.bar.at_high for row in shown], code)
    rows = tuple(
        (row.name, low[place], high[place], share_text(row.first), share_text(row.total))
        for place, row in enumerate(shown)
    )
    return ChartTable(("assumption", "P90 where lowest", "P90 where highest", "share by itself", "with others"), rows)


def stress_chart(found: Sensitivity, scenario: Scenario, title: str, form: Form = FILE) -> Chart:
    """Draw P90 under each stress as bars from what it is without one."""
    stresses, code = found.stresses, scenario.currency
    results = stresses.results
    now, ends = stresses.without.p90, [each.judged.p90 for each in results]
    worst = max(results, key=lambda each: each.judged.p90)
    first, last = figures([now, worst.judged.p90], code)
    lead = cut(f"{STRESSES[worst.key]}: P90 of {title} is {last} instead of {first}", 2 * LONGEST)
    subtitle = f"{title}: P90 under each stress in {stresses.futures:,} futures, {scenario.currency}; line: without one"
    with look():
        names = rows_of([STRESSES[each.key] for each in results], form, Beside(NAMES, lines=2))
        figure, axes = sheet(lead, subtitle, names.body, Margins(left=names.left, right=SHARES), form)
        budget = found.budget
        seen = budget is not None and budget <= 2 * max(now, *ends)
        money_axis(axes, *padded(min(now, *ends), max(now, *ends, budget if seen and budget else now), 0.08), code)
        rows_axes(axes, len(results))
        axes.axvline(now, color=INK, linewidth=1)
        if seen and budget is not None:
            axes.axvline(budget, color=GREY, linewidth=1.2, linestyle=DASHED)
        texts = one_unit(ends, code)
        for place, each in enumerate(results):
            _bar(axes, names, place, each, now)
            row_amount(axes, names.middle(place), texts[place], AmountColumn(MARGIN, SHARES - MARGIN - 0.05))
    rows = tuple((STRESSES[each.key], text) for each, text in zip(results, texts, strict=True))
    told = "; ".join(f"{name}: {text}" for name, text in rows)
    return Chart(figure, lead, f"Stresses. {lead}. {subtitle}. {told}.", subtitle, ChartTable(("stress", "P90"), rows))


def _bar(axes: Axes, names: Rows, place: int, each: Result, now: float) -> None:
    dearer = each.judged.p90 > now
    pale, strong, hatch = (PALE_ORANGE, ORANGE, "///") if dearer else (PALE_BLUE, BLUE, None)
    axes.barh(names.middle(place), each.judged.p90 - now, left=now, height=names.thick, color=pale, edgecolor=strong,
              linewidth=1.2, hatch=hatch, zorder=2)  # fmt: skip
    names.write(axes, place)
