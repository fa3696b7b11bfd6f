"""The charts of a comparison of the engines: expected values and noise of the invoices with intervals, all scores."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from simulator.report.charts import Chart
from simulator.report.style import (
    BLUE,
    GREY,
    INK,
    LINE,
    MARGIN,
    ORANGE,
    PALE_BLUE,
    TEXT_SIZE,
    TITLE_SIZE,
    WIDTH,
    header,
    look,
    wrapped,
)
from simulator.report.verify.block import furthest
from simulator.report.verify.verify_words import number, over_ledger, sized

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.verify.comparisons import Comparison
    from simulator.verify.quantities import ComparedQuantity
    from simulator.verify.suite import PartResult, Verification

MOST: Final = 12
"""Contracts drawn, those furthest apart."""
NAMES: Final = 2.1
ROW: Final = 0.4
STRIP: Final = 0.42
FOOT: Final = 0.55
NORMAL95: Final = 1.96
COLUMNS: Final = {"expected": "expected value", "spread": "noise"}
LABELS: Final = {
    "expected": "expected values",
    "sampled": "sampled means",
    "spread": "noise",
    "correlation": "correlations",
    "total": "invoices, all months",
    "edge": "shares at edges",
}


def charts(found: Verification) -> dict[str, Chart]:
    """Return all charts by the name of their file."""
    return {"1-invoices": invoices(found), "2-scores": scores(found)}


def invoices(found: Verification) -> Chart:
    """Draw, for each invoice, expected value and noise against the ledger engine, with 95 % intervals."""
    from matplotlib.figure import Figure

    shown = _shown(found.parts[-1])
    title = f"Invoices against the ledger engine: {_largest(found, shown)}"
    subtitle = (
        f"Left: expected value less mean of the ledger engine, at {sized(found.parts[-1])}. Right: noise of the "
        f"sampled engine less that of the ledger engine, at {sized(found.parts[0])}. Bar: 95 % interval by chance"
    )
    heads = _heads(title, subtitle)
    top = _top(heads) + LINE
    height = top + ROW * max(len(shown), 1) + FOOT
    width = (WIDTH - NAMES - MARGIN) / 2
    with look():
        figure = Figure(figsize=(WIDTH, height))
        header(figure, *heads)
        for column, (what, label) in enumerate(COLUMNS.items()):
            box = (NAMES + column * width + 0.1, FOOT, width - 0.3, ROW * max(len(shown), 1))
            axes = _axes(figure, box)
            _intervals(axes, [_of(found, each, what) for each in shown])
            axes.set_title(f"{label}, %", size=TEXT_SIZE, color=INK, weight="bold", pad=4)
            if column == 0:
                _names(axes, [each.title for each in shown], width - 0.3)
    told = "; ".join(f"{each.title}: {_told(found, each)}" for each in shown)
    return Chart(figure, title, f"{title}. {subtitle}. {told}.")


def _of(found: Verification, quantity: ComparedQuantity, what: str) -> Comparison | None:
    """Return a comparison where it sees most: of expected values at the largest volume, of noise at the smallest."""
    return furthest(found.parts[0 if what == "spread" else -1], quantity, what)


def _largest(found: Verification, shown: Sequence[ComparedQuantity]) -> str:
    texts = []
    for what, label in COLUMNS.items():
        every = [each for each in (_of(found, quantity, what) for quantity in shown) if each is not None]
        if every:
            texts.append(f"{label} at most {number(100 * max(abs(over_ledger(each)) for each in every))} % off")
    return ", ".join(texts) or "nothing varies"


def _told(found: Verification, quantity: ComparedQuantity) -> str:
    texts = []
    for what, label in COLUMNS.items():
        each = _of(found, quantity, what)
        if each is not None:
            sign = "+" if over_ledger(each) > 0 else "-"
            texts.append(f"{label} {sign}{number(100 * over_ledger(each))} %")
    return ", ".join(texts) or "does not vary"


def interval(found: Comparison) -> tuple[float, float, float]:
    """Return how far something lies over the ledger engine and the ends of its 95 % interval, in percent."""
    ends = (replace(found, difference=found.difference + side * NORMAL95 * found.error) for side in (0, 1, -1))
    middle, low, high = (100 * over_ledger(each) for each in ends)
    return middle, low, high


def _intervals(axes: Axes, found: Sequence[Comparison | None]) -> None:
    axes.axvline(0, color=INK, linewidth=0.8)
    drawn = [None if each is None else interval(each) for each in found]
    reach = max((abs(end) for each in drawn if each is not None for end in each if math.isfinite(end)), default=1.0)
    for place, each in enumerate(drawn):
        if each is None:
            axes.text(
                0, place, "does not vary", va="center", ha="center", color=GREY, size=TEXT_SIZE, backgroundcolor="white"
            )
            continue
        middle, low, high = each
        axes.plot([low, min(high, 2 * reach)], [place] * 2, color=GREY, linewidth=2)
        axes.plot(middle, place, marker="D", markersize=5, color=BLUE)
    axes.set_ylim(max(len(found), 1) - 0.5, -0.5)
    axes.set_yticks([])
    axes.set_xlim(-1.1 * reach, 1.1 * reach)
    step = float(f"{reach / 2:.1g}")
    axes.set_xticks([-step, 0, step], [f"-{number(step)}", "0", f"+{number(step)}"])
    axes.tick_params(colors=INK, length=3)


def _names(axes: Axes, titles: Sequence[str], width: float) -> None:
    for place, title in enumerate(titles):
        lines = wrapped(title, NAMES - MARGIN - 0.1, TEXT_SIZE, most=2)
        axes.text((MARGIN - NAMES - 0.1) / width, place, "\n".join(lines), transform=axes.get_yaxis_transform(),
                  va="center", linespacing=1.05, color=INK, size=TEXT_SIZE)  # fmt: skip


def scores(found: Verification) -> Chart:
    """Draw every score of every comparison with the limit of the false alarms."""
    from matplotlib.figure import Figure

    rows = _score_rows(found)
    beyond = len(found.apart)
    title = f"{beyond:,} of {len(found.by_score):,} comparisons of the engines lie beyond the limit"
    subtitle = (
        "Standard errors, expected value less ledger engine, or sampled engine less expected value or ledger engine; "
        f"one mark a comparison; dashed: limit of false alarms, {found.limit:.1f}; those without chance are not drawn"
    )
    heads = _heads(title, subtitle)
    top = _top(heads)
    height = top + STRIP * len(rows) + FOOT
    reach = 1.08 * max(found.limit, *(abs(value) for _, values in rows for value in values))
    with look():
        figure = Figure(figsize=(WIDTH, height))
        header(figure, *heads)
        width = WIDTH - NAMES - 0.9 - MARGIN
        axes = _axes(figure, (NAMES + 0.9, FOOT, width, STRIP * len(rows)))
        for place, (_, values) in enumerate(rows):
            _strip(axes, place, values, found.limit)
        axes.axvline(0, color=GREY, linewidth=0.8, zorder=0)
        axes.set_xlim(-reach, reach)
        axes.set_xticks(_round_places(reach))
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_yticks(range(len(rows)), [label for label, _ in rows])
        axes.tick_params(colors=INK, length=3)
        axes.tick_params(axis="y", length=0)
    told = "; ".join(f"{label}: largest {max(map(abs, values)):.1f}" for label, values in rows)
    return Chart(figure, title, f"{title}. {subtitle}. {told}.")


def _score_rows(found: Verification) -> list[tuple[str, list[float]]]:
    """Return label and scores of each row."""
    rows = []
    for part in found.parts:
        name = part.part.name.removesuffix(" volume")
        judged = [each for each in part.comparisons if each.judged and not each.exact]
        for what, label in LABELS.items():
            sign = 1 if what == "sampled" else -1
            rows.append((f"{label}, {name}", [sign * each.score for each in judged if each.what == what]))
    return [row for row in rows if row[1]]


def _round_places(reach: float) -> list[float]:
    """Return a few round numbers around 0, at most four on each side."""
    size = 10.0 ** math.floor(math.log10(reach / 4))
    step = next(size * each for each in (1, 2, 5, 10) if reach / (size * each) < 5)
    most = math.floor(0.97 * reach / step)
    return [place * step for place in range(-most, most + 1)]


def _strip(axes: Axes, place: int, values: Sequence[float], limit: float) -> None:
    inside = [value for value in values if abs(value) <= limit]
    outside = [value for value in values if abs(value) > limit]
    look_of: dict[str, Any] = {"linestyle": "none", "markersize": 4}
    axes.plot(inside, [place] * len(inside), marker="|", color=BLUE, markeredgewidth=0.8, **look_of)
    axes.plot(outside, [place] * len(outside), marker="x", color=ORANGE, markeredgewidth=1.6, **look_of)
    for side in (-limit, limit):
        axes.plot([side] * 2, [place - 0.35, place + 0.35], color=INK, linewidth=1.2, linestyle=(0, (3, 2)))
    axes.axhspan(place - 0.3, place + 0.3, color=PALE_BLUE, alpha=0.25, linewidth=0)


def _shown(part: PartResult) -> list[ComparedQuantity]:
    """Invoices to draw, in the scenario's order; of many those furthest apart."""
    furthest = part.invoices[:MOST]
    return [each for each in part.quantities if each in furthest]


def _heads(title: str, subtitle: str) -> tuple[list[str], list[str]]:
    room = WIDTH - 2 * MARGIN
    return wrapped(title, room, TITLE_SIZE, bold=True, most=3), wrapped(subtitle, room, TEXT_SIZE, most=4)


def _top(heads: tuple[list[str], list[str]]) -> float:
    return MARGIN + LINE * (len(heads[0]) + len(heads[1])) + 0.2


def _axes(figure: Figure, inches: tuple[float, float, float, float]) -> Axes:
    """Return axes at left, bottom, width, height in inches."""
    height = figure.get_figheight()
    left, bottom, width, tall = inches
    return figure.add_axes((left / WIDTH, bottom / height, width / WIDTH, tall / height))
