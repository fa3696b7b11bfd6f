"""The charts of a comparison of two engines: noise side by side, biases and spreads with intervals, all scores."""

from __future__ import annotations

import math
from collections.abc import Sequence
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
from simulator.report.verify.words import number, sized

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.verify.features import Feature
    from simulator.verify.pairs import Pair
    from simulator.verify.suite import PartResult, Verification

MOST: Final = 12
"""Contracts drawn, those furthest apart."""
COLUMNS: Final = 3
PANEL: Final = 1.6
"""Height of a panel with its name and ticks, inches."""
NAMES: Final = 2.1
ROW: Final = 0.4
STRIP: Final = 0.42
FOOT: Final = 0.55
NORMAL95: Final = 1.96
LABELS: Final = {
    "mean": "means",
    "spread": "noise",
    "distribution": "distributions",
    "total": "horizon totals",
    "correlation": "correlations",
}


def charts(found: Verification) -> dict[str, Chart]:
    """Return all charts by the name of their file."""
    return {"1-invoices": invoices(found), "2-bias-and-spread": forest(found), "3-scores": scores(found)}


def invoices(found: Verification) -> Chart:
    """Draw, for each contract, the difference of the distribution functions of both engines' noise in the invoice."""
    from matplotlib.figure import Figure

    part = found.parts[-1]
    shown = _shown(part)
    worst = max((abs(each.difference) for pair in shown for each in _noise(part, pair)), default=0.0)
    title = f"Noise of the invoices: the drawn distributions are at most {number(100 * worst)} points apart"
    subtitle = (
        f"At {sized(part)}. Share of months with less noise than the edge, ledger less atlas, percentage points; "
        "bars: 95 % interval of each, from the number of futures"
    )
    heads = _heads(title, subtitle)
    top, rows = _top(heads), max(1, -(-len(shown) // COLUMNS))
    height = top + PANEL * rows + MARGIN
    reach = 100 * max((abs(each.difference) + NORMAL95 * each.error for pair in shown for each in _noise(part, pair)),
                      default=1.0) * 1.1  # fmt: skip
    with look():
        figure = Figure(figsize=(WIDTH, height))
        header(figure, *heads)
        for place, pair in enumerate(shown):
            row, column = divmod(place, COLUMNS)
            width = (WIDTH - MARGIN) / COLUMNS
            box = (
                column * width + 0.6,
                height - top - PANEL * row - PANEL + 0.35,
                width - 0.75,
                PANEL - 0.8,
            )
            _panel(_axes(figure, box), pair.title, _noise(part, pair), reach, width - 0.75)
    return Chart(figure, title, f"{title}. {subtitle}. {_noise_alt(part, shown)}")


def _noise(part: PartResult, pair: Pair) -> list[Feature]:
    return [feature for feature in part.of(pair) if feature.what == "distribution"]


def _noise_alt(part: PartResult, shown: Sequence[Pair]) -> str:
    parts = []
    for pair in shown:
        features = _noise(part, pair)
        most = max(features, key=lambda each: abs(each.difference), default=None)
        told = "no noise" if most is None else f"{number(100 * most.difference)} points at P{100 * most.level:g}"
        parts.append(f"{pair.title}: {told}")
    return "; ".join(parts) + "."


def _panel(axes: Axes, title: str, features: Sequence[Feature], reach: float, width: float) -> None:
    places = [100 * each.level for each in features]
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.errorbar(
        places,
        [100 * each.difference for each in features],
        yerr=[100 * NORMAL95 * each.error for each in features],
        fmt="o",
        color=BLUE,
        ecolor=GREY,
        markersize=3.5,
        elinewidth=1,
    )
    axes.set_xlim(-3, 103)
    axes.set_ylim(-reach, reach)
    axes.set_xticks([1, 50, 99], ["P1", "P50", "P99"])
    step = float(f"{reach / 2:.1g}")
    axes.set_yticks([-step, 0, step], [f"-{number(step)}", "0", f"+{number(step)}"])
    axes.tick_params(colors=INK, length=3, labelsize=TEXT_SIZE)
    name = "\n".join(wrapped(title, width, TEXT_SIZE, most=2))
    axes.text(0, 1.06, name, linespacing=1.05, transform=axes.transAxes, va="bottom", color=INK, size=TEXT_SIZE)


def forest(found: Verification) -> Chart:
    """Draw bias and noise of the atlas engine against the ledger engine for each invoice, with 95 % intervals."""
    from matplotlib.figure import Figure

    part = found.parts[-1]
    shown = _shown(part)
    title = f"Invoices of the atlas against the ledger: {_largest(part, shown)}"
    subtitle = (
        f"At {sized(part)}. Point: difference; bar: 95 % interval, from the number of futures; line: no difference"
    )
    heads = _heads(title, subtitle)
    top = _top(heads) + LINE
    height = top + ROW * max(len(shown), 1) + FOOT
    width = (WIDTH - NAMES - MARGIN) / 2
    with look():
        figure = Figure(figsize=(WIDTH, height))
        header(figure, *heads)
        for column, (what, label) in enumerate((("mean", "mean, %"), ("spread", "noise, %"))):
            box = (NAMES + column * width + 0.1, FOOT, width - 0.3, ROW * max(len(shown), 1))
            axes = _axes(figure, box)
            _intervals(axes, [_one(part, pair, what) for pair in shown])
            axes.set_title(label, size=TEXT_SIZE, color=INK, weight="bold", pad=4)
            if column == 0:
                _names(axes, [pair.title for pair in shown], width - 0.3)
    told = "; ".join(f"{pair.title}: {_told(part, pair)}" for pair in shown)
    return Chart(figure, title, f"{title}. {subtitle}. {told}.")


def _one(part: PartResult, pair: Pair, what: str) -> Feature | None:
    return next((feature for feature in part.of(pair) if feature.what == what), None)


def _largest(part: PartResult, shown: Sequence[Pair]) -> str:
    texts = []
    for what, label in (("mean", "means"), ("spread", "noise")):
        found = [each for each in (_one(part, pair, what) for pair in shown) if each is not None]
        if found:
            texts.append(f"{label} at most {number(100 * max(abs(each.difference) for each in found))} % apart")
    return ", ".join(texts) or "neither varies"


def _told(part: PartResult, pair: Pair) -> str:
    texts = []
    for what, label in (("mean", "mean"), ("spread", "noise")):
        each = _one(part, pair, what)
        if each is not None:
            sign = "-" if each.difference > 0 else "+"
            texts.append(f"{label} {sign}{number(100 * each.difference)} %")
    return ", ".join(texts) or "does not vary"


def _intervals(axes: Axes, found: Sequence[Feature | None]) -> None:
    axes.axvline(0, color=INK, linewidth=0.8)
    reach = max((abs(each.difference) + NORMAL95 * each.error for each in found if each is not None), default=0.01)
    for place, each in enumerate(found):
        if each is None:
            axes.text(0, place, "does not vary", va="center", ha="center", color=GREY, size=TEXT_SIZE)
            continue
        half = 100 * NORMAL95 * each.error
        axes.plot(
            [-100 * each.difference - half, -100 * each.difference + half],
            [place] * 2,
            color=GREY,
            linewidth=2,
        )
        axes.plot(-100 * each.difference, place, marker="D", markersize=5, color=BLUE)
    axes.set_ylim(max(len(found), 1) - 0.5, -0.5)
    axes.set_yticks([])
    axes.set_xlim(-110 * reach, 110 * reach)
    step = float(f"{50 * reach:.1g}")
    axes.set_xticks([-step, 0, step], [f"-{number(step)}", "0", f"+{number(step)}"])
    axes.tick_params(colors=INK, length=3)


def _names(axes: Axes, titles: Sequence[str], width: float) -> None:
    for place, title in enumerate(titles):
        lines = wrapped(title, NAMES - MARGIN - 0.1, TEXT_SIZE, most=2)
        axes.text((MARGIN - NAMES - 0.1) / width, place, "\n".join(lines), transform=axes.get_yaxis_transform(),
                  va="center", linespacing=1.05, color=INK, size=TEXT_SIZE)  # fmt: skip


def scores(found: Verification) -> Chart:
    """Draw every score of every comparison with the limits of the false alarms."""
    from matplotlib.figure import Figure

    rows = _score_rows(found)
    beyond = len(found.apart) + len(found.wrong_means)
    every = sum(len(values) for _, values, _ in rows)
    title = f"{beyond:,} of {every:,} comparisons of the engines lie beyond their limit"
    subtitle = (
        "Standard errors, atlas less ledger or engine less expectation; one mark a comparison; "
        "dashed: limit of false alarms"
    )
    heads = _heads(title, subtitle)
    top = _top(heads)
    height = top + STRIP * len(rows) + FOOT
    reach = 1.08 * max(max((abs(value) for _, values, _ in rows for value in values), default=1.0),
                       *(limit for _, _, limit in rows))  # fmt: skip
    with look():
        figure = Figure(figsize=(WIDTH, height))
        header(figure, *heads)
        width = WIDTH - NAMES - 0.9 - MARGIN
        axes = _axes(figure, (NAMES + 0.9, FOOT, width, STRIP * len(rows)))
        for place, (_, values, limit) in enumerate(rows):
            _strip(axes, place, values, limit)
        axes.axvline(0, color=GREY, linewidth=0.8, zorder=0)
        axes.set_xlim(-reach, reach)
        axes.set_xticks(_round_places(reach))
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_yticks(range(len(rows)), [label for label, _, _ in rows])
        axes.tick_params(colors=INK, length=3)
        axes.tick_params(axis="y", length=0)
    told = "; ".join(f"{label}: largest {max(map(abs, values), default=0):.1f}, limit {limit:.1f}"
                     for label, values, limit in rows)  # fmt: skip
    return Chart(figure, title, f"{title}. {subtitle}. {told}.")


def _score_rows(found: Verification) -> list[tuple[str, list[float], float]]:
    """Return label, scores and limit of each row."""
    rows = []
    for part in found.parts:
        name = part.part.name.removesuffix(" volume")
        for what, label in LABELS.items():
            values = [-each.score for each in part.features if each.what == what]
            rows.append((f"{label}, {name}", values, found.chance.limit))
        for engine in ("ledger", "atlas"):
            means = [check.score for check in part.means if check.engine == engine and check.judged]
            rows.append((f"{engine} against expected, {name}", means, found.mean_limit))
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


def _shown(part: PartResult) -> list[Pair]:
    """Invoices to draw, in the scenario's order; of many those furthest apart."""
    every = [pair for pair in part.paired.pairs if pair.kind == "invoice"]
    furthest = sorted(every, key=lambda pair: -max((abs(each.score) for each in part.of(pair)), default=0.0))[:MOST]
    return [pair for pair in every if pair in furthest]


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
