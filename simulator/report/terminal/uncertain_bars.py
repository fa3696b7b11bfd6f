"""Bars in text: to what P90 comes where an uncertain input is lowest and where it is highest.

All functions read the dictionary that `summary` makes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from simulator.report.summary.curves import TornadoBar
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import Scale
from simulator.report.words.sentences import futures_text, plain_label
from simulator.report.words.terminal_text import cut_middle, in_lines, padded, printable, width_of

MOST_BARS: Final = 3
MOST_NAME: Final = 44
LENGTHS: Final = (16, 40)
"""Least and most columns of the bars."""
CERTAIN: Final = (
    "Uncertain most: nothing but chance, because no input is given as a range. Write what you are not sure of as a "
    "range, as escalate = { p5 = 0.2, p95 = 0.4 }; until then P90 is near the expected."
)


def uncertain_bars(summary: Summary, scale: Scale, width: int, most: int = MOST_BARS) -> list[str]:
    """Return a heading and a bar for each of the inputs that move P90 most, or the line that says why there is none."""
    if not summary.most_of_the_spread.candidates:
        return in_lines(CERTAIN, width)
    found = summary.tornado
    if found is None:
        return [f"Uncertain most: {futures_text(summary)} are too few to tell."]
    bars = [bar for bar in found.bars if bar.visible][:most]
    if not bars:
        return in_lines("Uncertain most: no single input moves P90 by more than chance does.", width)
    heading = f"Uncertain most: P90 ({scale.heading}) where an input is lowest and highest; * is {{}}"
    return [*in_lines(heading.format(scale.text(found.p90)), width, 1), *_rows(summary, bars, found.p90, scale, width)]


def _rows(summary: Summary, bars: Sequence[TornadoBar], p90: float, scale: Scale, width: int) -> list[str]:
    names = [plain_label(printable(bar.label)) for bar in bars]
    kinds = [kind_of(summary, bar.name) for bar in bars]
    ends = [sorted((bar.at_low, bar.at_high)) for bar in bars]
    lows, highs = ([scale.text(end[place]) for end in ends] for place in (0, 1))
    left, right, last = (max(map(width_of, texts)) for texts in (lows, highs, kinds))
    rest = width - 2 - left - right - last - 8
    size = min(max(map(width_of, names)), MOST_NAME, rest - LENGTHS[0])
    length = min(rest - size, LENGTHS[1])
    low, high = min(end[0] for end in ends), max(end[1] for end in ends)
    drawn = [_bar(end, p90, (low, high), length) for end in ends]
    return [
        f"  {padded(cut_middle(names[row], size), size)}  {lows[row]:>{left}} {bar} {highs[row]:<{right}}  {kinds[row]}"
        for row, bar in enumerate(drawn)
    ]


def _bar(ends: Sequence[float], p90: float, span: tuple[float, float], length: int) -> str:
    """Return a bar from one end to the other on an axis of `length` columns, with a star where P90 is."""
    low, high = span
    size = (high - low) or 1.0
    first, last, star = (round((amount - low) / size * (length - 1)) for amount in (*ends, p90))
    cells = [" "] * length
    cells[first : last + 1] = "=" * (last + 1 - first)
    cells[first] = cells[last] = "|"
    if 0 <= star < length:
        cells[star] = "*"
    return "".join(cells)


def kind_of(summary: Summary, name: str) -> str:
    """Return the kind of source of an input; empty where it is not known."""
    kinds = {each.name: each.kind for each in summary.unknowns}
    kinds |= {each.name: each.kind for each in summary.most_of_the_spread.assumptions}
    return kinds.get(name, "")
