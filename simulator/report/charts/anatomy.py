"""Chart 9a: what a conversation of each intent is made of, in tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from simulator.decisions.anatomy import PARTS
from simulator.report.charts.base import (
    Chart,
    ChartTable,
    Margins,
    cut,
    numbers_of,
    sheet,
)
from simulator.report.charts.form import FILE
from simulator.report.charts.rows import NAMES, AmountColumn, Beside, row_amount, rows_axes, rows_of
from simulator.report.style import BLUE, GREY, INK, MARGIN, ORANGE, TEXT_SIZE, WIDTH, look, text_width, ticks
from simulator.report.summary.anatomy import IntentAnatomy
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import count, percents

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.forecast.forecast import Forecast

FIGURES: Final = 0.75
ROW: Final = 0.3
MOST: Final = 20
WORDS: Final = ("prompt, new", "prompt, from cache", "answer", "reasoning")
LOOKS: Final[tuple[dict[str, Any], ...]] = (
    {"color": BLUE, "edgecolor": "white"},
    {"color": "#D6E6F0", "edgecolor": BLUE, "hatch": "\\\\\\"},
    {"color": ORANGE, "edgecolor": "white"},
    {"color": "#EEEEEE", "edgecolor": GREY, "hatch": "///"},
)


def token_anatomy(source: Forecast | Summary) -> Chart | None:
    """Draw tokens per conversation of each intent, the heaviest first; None where they were not looked at."""
    summary = numbers_of(source)
    if not summary.anatomy or not any(sum(each.tokens.values()) for each in summary.anatomy.intents):
        return None
    rows = summary.anatomy.intents[:MOST]
    title = _title(summary.anatomy.intents)
    subtitle = (
        f"Mean tokens per conversation by intent, from {summary.anatomy.conversations:,} conversations drawn one "
        "by one; at the right the sum"
    )
    with look():
        names = rows_of([each.name.replace("_", " ") for each in rows], FILE, Beside(height=ROW, lines=1))
        figure, axes = sheet(title, subtitle, names.body, Margins(left=NAMES, right=FIGURES))
        rows_axes(axes, len(rows))
        _bars(axes, rows)
        _key(figure, axes)
        for place, each in enumerate(rows):
            names.write(axes, place)
            row_amount(axes, place, count(_sum(each)), AmountColumn(MARGIN, FIGURES - MARGIN - 0.05))
    return Chart(figure, title, _alt(rows, title, subtitle), subtitle, _table(summary.anatomy.intents))


def _sum(each: IntentAnatomy) -> float:
    return float(sum(each.tokens.values()))


def _title(intents: Sequence[IntentAnatomy]) -> str:
    most, least = intents[0], intents[-1]
    cached = sum(each.share * each.tokens["cached_input"] for each in intents)
    (share,) = percents([cached / sum(each.share * _sum(each) for each in intents)], against=[0, 1])
    told = f"{share} of all tokens are read from the cache"
    name = cut(most.name.replace("_", " "), 40)
    if len(intents) == 1 or _sum(least) <= 0:
        return f"A conversation takes {count(_sum(most))} tokens; {told}"
    times = f"{_sum(most) / _sum(least):.1f}"
    lightest = cut(least.name.replace("_", " "), 40)
    return f"A conversation on {name} takes {times} times the tokens of one on {lightest}; {told}"


def _bars(axes: Axes, rows: Sequence[IntentAnatomy]) -> None:
    for place, each in enumerate(rows):
        left = 0.0
        for part, look_of in zip(PARTS, LOOKS, strict=True):
            width = each.tokens[part]
            axes.barh(place, width, left=left, height=0.62, linewidth=0.6, **look_of)
            left += width
    high = 1.03 * max(map(_sum, rows))
    axes.set_xlim(0, high)
    places = ticks(0, high, most=5)
    axes.set_xticks(places, [f"{place:,.0f}" for place in places])
    axes.tick_params(axis="x", colors=INK, length=3)


def _key(figure: Figure, axes: Axes) -> None:
    """Name the parts above the axes, each beside a patch that looks like it."""
    from matplotlib.patches import Rectangle

    height = figure.get_figheight()
    y, x = axes.get_position().y1 + 0.1 / height, MARGIN
    for word, look_of in zip(WORDS, LOOKS, strict=True):
        patch: dict[str, Any] = {"facecolor": look_of["color"], **{k: v for k, v in look_of.items() if k != "color"}}
        figure.add_artist(Rectangle((x / WIDTH, y), 0.22 / WIDTH, 0.13 / height, linewidth=0.6, **patch))
        figure.text((x + 0.28) / WIDTH, y + 0.065 / height, word, va="center", color=INK, size=TEXT_SIZE)
        x += 0.28 + text_width(word, TEXT_SIZE) + 0.25


def _table(intents: Sequence[IntentAnatomy]) -> ChartTable:
    shares = percents([each.share for each in intents])
    return ChartTable(
        ("intent", "of conversations", *WORDS, "sum"),
        tuple(
            (
                each.name.replace("_", " "),
                shares[place],
                *(count(each.tokens[part]) for part in PARTS),
                count(_sum(each)),
            )
            for place, each in enumerate(intents)
        ),
    )


def _alt(rows: Sequence[IntentAnatomy], title: str, subtitle: str) -> str:
    parts = "; ".join(f"{each.name.replace('_', ' ')} {count(_sum(each))}" for each in rows)
    return f"Token anatomy. {title}. {subtitle}. {parts}."
