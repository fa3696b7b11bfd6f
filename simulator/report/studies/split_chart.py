"""What moving each part of the conversations to the other contract would add, coloured by where it is put."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.decisions.split import PartFound, Splits
from simulator.report.charts.base import Chart, ChartTable, Margins, cut, sheet
from simulator.report.charts.form import FILE, Form
from simulator.report.studies.amounts_with_errors import few_digits
from simulator.report.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    LINE,
    ORANGE,
    TEXT_SIZE,
    look,
    money_axis,
    text_width,
)
from simulator.report.words.figures import percents
from simulator.report.words.meter_words import spaced
from simulator.scenario.schema import Scenario

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS: Final = (BLUE, ORANGE, GREEN, GREY)
ROW: Final = 0.24
MOST: Final = 20
LONGEST: Final = 28
RIGHT: Final = 0.9


def part_name(part: PartFound) -> str:
    """Return a part as a row names it: its intent, its channel, or both."""
    return ", ".join(spaced(name) for name in (part.intent, part.channel) if name is not None)


def parts_word(found: Splits, count: int) -> str:
    """Return what so many parts are called."""
    word = {"intent": "intent", "channel": "channel", "both": "part"}[found.by]
    return word if count == 1 else f"{word}s"


def split_chart(found: Splits, scenario: Scenario, form: Form = FILE) -> Chart:
    """Draw what moving each part to the other contract adds to the expected cost."""
    code = scenario.currency
    shown = _shown(found)
    title = _title(found)
    subtitle = (
        f"What moving each part to the contract where it costs least besides adds to the expected cost over "
        f"{scenario.months} months from {scenario.start}, {code}, {scenario.trials:,} futures; lines are 95 % intervals"
    )
    names = [cut(part_name(each), LONGEST) for each in shown]
    left = min(max(text_width(name, TEXT_SIZE) for name in names) + 0.2, form.width * 0.45)
    with look():
        above = 0.15 + LINE * len(found.held)
        figure, axes = sheet(title, subtitle, ROW * len(shown) + 0.1, Margins(left, RIGHT, above), form)
        _bars(axes, shown, found, code)
        axes.set_yticks(range(len(shown)), names)
        axes.tick_params(axis="y", colors=INK, length=0)
        _legend(axes, found)
    return Chart(figure, title, f"Split by part. {title}. {subtitle}.", subtitle, _table(shown, code))


def _shown(found: Splits) -> list[PartFound]:
    order = {each.contract: place for place, each in enumerate(found.held)}
    largest = sorted(found.parts, key=lambda each: -each.share)[:MOST]
    return sorted(largest, key=lambda each: (-order[each.contract], _moving(each)))


def _moving(part: PartFound) -> float:
    return 0.0 if part.moving is None else part.moving.value


def _title(found: Splits) -> str:
    if not found.pays:
        return "No split saves 1 % or more that is told apart from chance on futures on which it was not chosen"
    shares = percents([each.share for each in found.held])
    held = ", ".join(f"{share} under {each.title}" for share, each in zip(shares, found.held, strict=True))
    return f"A split costs less than one contract: {held}"


def _bars(axes: Axes, shown: list[PartFound], found: Splits, code: str) -> None:
    colours = {each.contract: COLOURS[place % len(COLOURS)] for place, each in enumerate(found.held)}
    texts = few_digits([_moving(each) for each in shown], code)
    most = max((_moving(each) for each in shown), default=0.0)
    low = min(min((_moving(each) for each in shown), default=0.0), 0.0)
    money_axis(axes, low, (most or 1.0) * 1.02, code, signed=low < 0)
    for place, (each, text) in enumerate(zip(shown, texts, strict=True)):
        axes.barh(place, _moving(each), height=0.62, color=colours[each.contract])
        of = each.moving
        if of is not None and of.low is not None and of.high is not None:
            axes.plot([of.low, of.high], [place, place], color=INK, linewidth=0.9)
        axes.text(1.01, place, text, transform=axes.get_yaxis_transform(), va="center", color=INK, size=TEXT_SIZE)
    axes.set_ylim(-0.6, len(shown) - 0.4)


def _legend(axes: Axes, found: Splits) -> None:
    from matplotlib.patches import Patch

    patches = [Patch(color=COLOURS[place % len(COLOURS)]) for place in range(len(found.held))]
    axes.legend(
        patches, [cut(f"under {each.title}", 60) for each in found.held], loc="lower left", bbox_to_anchor=(0, 1.0),
        frameon=False, borderaxespad=0, borderpad=0.2, handlelength=1.2, labelspacing=0.2, fontsize=TEXT_SIZE,
        labelcolor=INK,
    )  # fmt: skip


def _table(shown: list[PartFound], code: str) -> ChartTable:
    moving = few_digits([_moving(each) for each in shown], code)
    rows = tuple((part_name(each), each.title, more) for each, more in zip(shown, moving, strict=True))
    return ChartTable(("part", "under", "moving it adds"), rows[::-1])
