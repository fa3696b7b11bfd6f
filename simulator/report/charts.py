"""The charts of a forecast: the interval strip and the S-curve.

Each title is the message, computed from the numbers; alt text comes with it. Adding a chart: one function that
returns a `Chart`, and one line in `charts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.forecast import horizon_cost, ranked_by
from simulator.report.figures import figures, percents
from simulator.report.sentences import NO_UNIT, contract_of, in_sentence
from simulator.report.style import (
    BLUE,
    GREY,
    INK,
    LINE,
    MARGIN,
    ORANGE,
    PALE_BLUE,
    PALE_GREY,
    TEXT_SIZE,
    TITLE_SIZE,
    WIDTH,
    header,
    look,
    money_axis,
    text_width,
    wrapped,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.forecast import Forecast

Array = NDArray[np.float64]
Block = Mapping[str, Any]

NAMES: Final = 1.9
"""Width of the contracts' names, inches."""
AMOUNTS: Final = 0.95
"""Width of the P90 figures at the right, inches."""
ROW: Final = 0.42
"""Height of a contract's row, inches; more where its name takes three lines."""
NAME_LINE: Final = 0.165
CURVE: Final = 2.6
"""Height of the S-curve's axes, inches."""
FOOT: Final = 0.55
WIDE: Final = 50.0
"""Ratio of the largest to the smallest amount from which an axis is logarithmic."""
DROPS: Final = ((0.5, "p50"), (0.8, "p80"), (0.9, "p90"))


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart with its message and the text for those who cannot see it."""

    figure: Figure
    title: str
    alt: str


def charts(forecast: Forecast, summary: Block) -> dict[str, Chart]:
    """Return all charts by the name of their file."""
    amounts = horizon_cost(forecast.recommended, ranked_by(forecast.scenario))
    return {"1-interval-strip": interval_strip(summary), "2-s-curve": s_curve(summary, amounts)}


def interval_strip(summary: Block) -> Chart:
    """Draw one row per contract: band P10 to P90, line P50, diamond mean, P90 in figures, and the budget."""
    from matplotlib.figure import Figure

    of = summary["ranked_by"]
    rows = [contract_of(summary, name) for name in summary["ranking"]]
    title = _strip_title(summary, rows, of)
    low, high, logarithmic = _strip_range(rows, of, summary["budget"])
    extra = f"{_star(summary)}{'; logarithmic axis' if logarithmic else ''}"
    subtitle = f"{_what(summary)}; band P10 to P90, line P50, diamond mean{extra}"
    heads = _heads(title, subtitle)
    names = [_name_lines(block["title"], best=place == 0) for place, block in enumerate(rows)]
    row = max(ROW, NAME_LINE * max(map(len, names)))
    top = MARGIN + LINE * (len(heads[0]) + len(heads[1])) + 0.35
    height = top + row * len(rows) + FOOT
    with look():
        figure = Figure(figsize=(WIDTH, height))
        header(figure, *heads)
        axes = figure.add_axes((NAMES / WIDTH, FOOT / height, 1 - (NAMES + AMOUNTS) / WIDTH, row * len(rows) / height))
        money_axis(axes, low, high, summary["currency"], logarithmic=logarithmic)
        _strip_rows(axes, summary, rows, names)
        _budget_line(figure, axes, summary, (low, high), f"budget {_budget_text(summary)}", right=0.6)
        figure.text(
            1 - MARGIN / WIDTH,
            1 - (top - 0.05) / height,
            "P90",
            ha="right",
            va="bottom",
            weight="bold",
            color=INK,
        )
    return Chart(figure, title, _strip_alt(summary, rows, of, title))


def s_curve(summary: Block, amounts: Array) -> Chart:
    """Draw the chance that the recommended contract stays at or under an amount, with P50, P80, P90 and the budget.

    Args:
        amounts: cost over the horizon in each future, (trial,).
    """
    from matplotlib.figure import Figure

    best, of = contract_of(summary, summary["recommended"]), summary["ranked_by"]
    title = _curve_title(summary, best, of)
    subtitle = f"{best['title']}. {_what(summary)}; chance that it stays at or under an amount; diamond mean"
    heads = _heads(title, subtitle)
    top = MARGIN + LINE * (len(heads[0]) + len(heads[1])) + 0.35
    height = top + CURVE + FOOT
    with look():
        figure = Figure(figsize=(WIDTH, height))
        header(figure, *heads)
        axes = figure.add_axes((0.6 / WIDTH, FOOT / height, 1 - (0.6 + 0.3) / WIDTH, CURVE / height))
        low, high = _curve_range(amounts, summary["budget"])
        money_axis(axes, low, high, summary["currency"], logarithmic=False)
        _curve(axes, amounts, best[of], summary["currency"], (low, high))
        _budget_line(figure, axes, summary, (low, high), _budget_read_off(summary), right=MARGIN)
    return Chart(figure, title, _curve_alt(summary, best, of, title))


def _what(summary: Block) -> str:
    name = {"invoice": "Invoice", "cost_to_serve": "Invoice and human work"}[summary["ranked_by"]]
    months = "1 month" if summary["months"] == 1 else f"{summary['months']} months"
    futures = "1 future" if summary["trials"] == 1 else f"{summary['trials']:,} futures"
    return f"{name} over {months} from {summary['start']}, {summary['currency']}, {futures}"


def _heads(title: str, subtitle: str) -> tuple[list[str], list[str]]:
    room = WIDTH - 2 * MARGIN
    return wrapped(title, room, TITLE_SIZE, bold=True, most=4), wrapped(subtitle, room, TEXT_SIZE, most=4)


def _star(summary: Block) -> str:
    if len(summary["contracts"]) == 1:
        return ""
    return "; star: lowest P90" if summary["too_close_to_call"] else "; star: recommended"


def _strip_title(summary: Block, rows: list[Block], of: str) -> str:
    best, code = rows[0], summary["currency"]
    name, p90 = _short(best), best[of]["p90"]
    if not best["bills_units"]:
        return f"No answer: {in_sentence(name)} {NO_UNIT}"
    if len(rows) == 1 or not rows[1]["bills_units"]:
        return f"{name}: nine in ten futures cost {figures([p90], code)[0]} or less"
    rival = rows[1]
    if summary["too_close_to_call"]:
        return _strip_title_close(summary, best, rival)
    ours, theirs = figures([p90, rival[of]["p90"]], code)
    if ours == theirs:
        return f"{name} and {in_sentence(_short(rival))} have the same P90, {ours}; the first is cheaper on average"
    return f"{name} costs least at P90: {ours}, against {theirs} for {in_sentence(_short(rival))}"


def _strip_title_close(summary: Block, best: Block, rival: Block) -> str:
    of = summary["ranked_by"]
    first, second = in_sentence(_short(best)), in_sentence(_short(rival))
    ours, theirs = figures([best[of]["p90"], rival[of]["p90"]], summary["currency"])
    pair = next(pair for pair in summary["paired"] if pair["contract"] == rival["name"])
    if pair["share_dearer"] == pair["share_cheaper"] == 0:
        return f"{_short(best)} and {second} cost the same in every future, P90 {ours}"
    return f"Too close to call: {first} and {second}, P90 {ours} and {theirs}"


def _curve_title(summary: Block, best: Block, of: str) -> str:
    budget, code = summary["budget"], summary["currency"]
    if not best["bills_units"]:
        return f"No answer: {in_sentence(_short(best))} {NO_UNIT}"
    if budget is None:
        return f"Budget {figures([best[of]['p90']], code)[0]}: nine in ten futures cost no more"
    p90, amount = figures([best[of]["p90"], budget["amount"]], code)
    return f"Nine in ten futures cost {p90} or less; the budget of {amount} is enough in {_enough(budget)}"


def _short(block: Block) -> str:
    title = str(block["title"])
    return title if len(title) <= 45 else title[:44].rstrip() + "…"


def _strip_range(rows: list[Block], of: str, budget: Block | None) -> tuple[float, float, bool]:
    """Return the range of the axis and whether it is logarithmic; a budget far outside does not stretch it."""
    low, high = min(block[of]["p10"] for block in rows), max(block[of]["p90"] for block in rows)
    low, high = (
        min(low, *(block[of]["mean"] for block in rows)),
        max(high, *(block[of]["mean"] for block in rows)),
    )
    if low > 0 and high / low > WIDE:
        return low / 1.6, high * 1.6, True
    if budget is not None and low - (high - low) <= budget["amount"] <= high + (high - low):
        low, high = min(low, budget["amount"]), max(high, budget["amount"])
    return *_padded(low, high, 0.06), False


def _padded(low: float, high: float, share: float) -> tuple[float, float]:
    """Return a range with room at both ends; a single amount gets a tenth of itself, and 0 gets 1."""
    span = high - low
    if span <= 1e-6 * abs(high):
        span = abs(high) / 10 or 1.0
        return low - span / 2, high + span / 2
    return low - share * span, high + share * span


def _strip_rows(axes: Axes, summary: Block, rows: list[Block], names: list[list[str]]) -> None:
    of = summary["ranked_by"]
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    codes = figures([block[of]["p90"] for block in rows], summary["currency"])
    for place, (block, amount) in enumerate(zip(rows, codes, strict=True)):
        best = block["name"] == summary["recommended"]
        _band(axes, place, block[of], best=best)
        _row_texts(axes, place, names[place], amount, best=best)


def _band(axes: Axes, place: int, cost: Block, *, best: bool) -> None:
    strong, pale = (BLUE, PALE_BLUE) if best else (GREY, PALE_GREY)
    axes.barh(
        place,
        cost["p90"] - cost["p10"],
        left=cost["p10"],
        height=0.5,
        color=pale,
        edgecolor=strong,
        linewidth=1.2,
    )
    axes.plot([cost["p50"]] * 2, [place - 0.25, place + 0.25], color=strong, linewidth=2.6, solid_capstyle="butt")
    axes.plot(cost["mean"], place, marker="D", markersize=5, markerfacecolor="white", markeredgecolor=INK, zorder=4)


def _name_lines(title: str, *, best: bool) -> list[str]:
    """Return a contract's name in lines, the recommended one with its mark."""
    lines = wrapped(f"{title} *" if best else title, NAMES - MARGIN - 0.1, TEXT_SIZE, bold=best, most=3)
    if best and not lines[-1].endswith("*"):
        lines[-1] = f"{wrapped(lines[-1], NAMES - MARGIN - 0.35, TEXT_SIZE, bold=True, most=1)[0]} *"
    return lines


def _row_texts(axes: Axes, place: int, lines: list[str], amount: str, *, best: bool) -> None:
    """Write name and P90 beside the axes, in inches from its edges; the recommended one in bold."""
    width = WIDTH - NAMES - AMOUNTS
    look_of: dict[str, Any] = {"weight": "bold" if best else "normal", "color": INK, "size": TEXT_SIZE}
    transform = axes.get_yaxis_transform()
    axes.text(
        (MARGIN - NAMES) / width,
        place,
        "\n".join(lines),
        transform=transform,
        va="center",
        linespacing=1.05,
        **look_of,
    )
    size = min(TEXT_SIZE, TEXT_SIZE * (AMOUNTS - MARGIN - 0.05) / text_width(amount, TEXT_SIZE, bold=True))
    axes.text(1 + (AMOUNTS - MARGIN) / width, place, amount, transform=transform, va="center", ha="right",
              weight="bold", color=BLUE if best else INK, size=size)  # fmt: skip


def _budget_text(summary: Block) -> str:
    budget = summary["budget"]
    return "" if budget is None else figures([budget["amount"]], summary["currency"])[0]


def _budget_read_off(summary: Block) -> str:
    budget = summary["budget"]
    if budget is None:
        return ""
    return f"budget {_budget_text(summary)}: enough in {_enough(budget, 'the futures')}"


def _enough(budget: Block, of: str = "them") -> str:
    """In which share of the futures the budget is enough; 100 % and 0 % only where it is all or none."""
    over = budget["probability_over"]
    if over in (0, 1):
        return f"all of {of}" if over == 0 else f"none of {of}"
    return f"{percents([1 - over], against=[0, 0.9, 1])[0]} of {of}"


def _budget_line(
    figure: Figure, axes: Axes, summary: Block, limits: tuple[float, float], text: str, *, right: float
) -> None:
    """Draw the budget as a dashed line with its label above the axes; beyond the axis an arrow says where it lies.

    Args:
        right: room kept free at the right edge of the figure, inches.
    """
    if summary["budget"] is None:
        return
    amount, (low, high) = summary["budget"]["amount"], limits
    inside = low <= amount <= high
    if inside:
        axes.axvline(amount, color=ORANGE, linestyle=(0, (5, 3)), linewidth=1.4)
    box = axes.get_position()
    at = axes.transAxes.inverted().transform(axes.transData.transform((min(max(amount, low), high), 0)))[0]
    place = box.x0 + box.width * float(at)
    shown = text if inside else f"{text} ▸" if amount > high else f"◂ {text}"
    half = text_width(shown, TEXT_SIZE) / 2 / WIDTH
    figure.text(
        min(max(place, MARGIN / WIDTH + half), 1 - right / WIDTH - half), box.y1 + 0.04 / figure.get_figheight(), shown,
        ha="center", va="bottom", color=ORANGE, size=TEXT_SIZE,
    )  # fmt: skip


def _curve_range(amounts: Array, budget: Block | None) -> tuple[float, float]:
    """Return the range of the curve with room for labels at its left; a budget far outside does not stretch it."""
    low, high = float(amounts.min()), float(amounts.max())
    if budget is not None and low - (high - low) <= budget["amount"] <= high + (high - low):
        low, high = min(low, budget["amount"]), max(high, budget["amount"])
    low, high = _padded(low, high, 0.05)
    return low - 0.22 * (high - low), high


def _curve(axes: Axes, amounts: Array, cost: Block, code: str, limits: tuple[float, float]) -> None:
    low, high = limits
    ordered = np.sort(amounts)
    x = np.concatenate(([low], ordered, [high]))
    y = np.concatenate(([0.0], np.arange(1, len(ordered) + 1) / len(ordered), [1.0]))
    axes.step(x, y, where="post", color=BLUE, linewidth=2)
    axes.set_ylim(-0.02, 1.05)
    levels = [0.0, 0.1, 0.5, 0.8, 0.9, 1.0]
    axes.set_yticks(levels, [f"{100 * level:.0f} %" for level in levels])
    for (level, name), amount in zip(DROPS, figures([cost[name] for _, name in DROPS], code), strict=True):
        axes.plot(
            [low, cost[name], cost[name]],
            [level, level, -0.02],
            color=GREY,
            linewidth=0.8,
            linestyle=(0, (2, 2)),
        )
        axes.text(low + 0.01 * (high - low), level + 0.012, f"{name.upper()} {amount}", va="bottom", color=INK,
                  weight="bold" if name == "p90" else "normal", size=TEXT_SIZE)  # fmt: skip
    share = float(np.mean(ordered <= cost["mean"]))
    axes.plot(cost["mean"], share, marker="D", markersize=6, markerfacecolor="white", markeredgecolor=INK, zorder=4)


def _strip_alt(summary: Block, rows: list[Block], of: str, title: str) -> str:
    parts = []
    for block in rows:
        p10, p50, mean, p90 = figures([block[of][key] for key in ("p10", "p50", "mean", "p90")], summary["currency"])
        parts.append(f"{block['title']}: P10 {p10}, P50 {p50}, mean {mean}, P90 {p90}")
    budget = "" if summary["budget"] is None else f" Budget {_budget_text(summary)}."
    return f"Interval strip. {title}. {_what(summary)}. {'; '.join(parts)}.{budget}"


def _curve_alt(summary: Block, best: Block, of: str, title: str) -> str:
    keys = ("p10", "p50", "p80", "p90", "mean")
    amounts = figures([best[of][key] for key in keys], summary["currency"])
    points = ", ".join(
        f"{key.upper() if key != 'mean' else key} {amount}" for key, amount in zip(keys, amounts, strict=True)
    )
    read = "" if summary["budget"] is None else f" {_budget_read_off(summary)}."
    return f"S-curve of {best['title']}. {title}. {_what(summary)}. {points}.{read}"
