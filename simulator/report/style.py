"""The look of every chart: colours that survive grey print and colour-blindness, text that stays inside, same bytes.

Sizes are in inches. Nothing here touches matplotlib's global state: figures are built and saved inside `look()`.
"""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from simulator.money import currency
from simulator.report.words.terminal_text import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE: Final = "#0072B2"
PALE_BLUE: Final = "#9CC4DD"
GREY: Final = "#767676"
PALE_GREY: Final = "#DDDDDD"
ORANGE: Final = "#B84E00"
PALE_ORANGE: Final = "#E8B89A"
GREEN: Final = "#00785A"
INK: Final = "#222222"
WIDTH: Final = 7.2
MARGIN: Final = 0.15
LINE: Final = 0.2
"""Height of a line of text."""
TITLE_SIZE: Final = 11.0
TEXT_SIZE: Final = 9.0
HINTING: Final = 1.04
"""Letters on a coarse grid of dots are set up to this much wider than on paper."""
GAP: Final = 0.15
"""Least room between two tick labels."""
_MOST_TICKS: Final = 7
_UNIT_SIZE: Final = 100
_NO_GLYPH: Final = 1.15
"""Advance of the box that stands for a letter which the font does not have, in sizes of the font."""


def contrast(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the contrast ratio of two colours (red, green, blue from 0 to 1), 1 to 21 (WCAG 2.2)."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Sequence[float]) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def readable_on(shade: Sequence[float]) -> str:
    """Return black or white, whichever reads better on a shade; the better of both has 4.5 to 1 or more on any."""
    white, black = (contrast(shade, (value,) * 3) for value in (1.0, 0.0))
    return "white" if white > black else "black"


@contextmanager
def look() -> Iterator[None]:
    """Build or save figures with the product's style: DejaVu Sans, "$" as a plain letter, SVG ids that repeat."""
    import matplotlib as mpl

    settings: Any = {
        "font.family": "DejaVu Sans",
        "font.size": TEXT_SIZE,
        "text.parse_math": False,
        "svg.hashsalt": "simulator",
        "svg.fonttype": "none",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.unicode_minus": False,
        "hatch.linewidth": 0.6,
    }
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of one line of text in inches."""
    return HINTING * size / 72 * sum(_advance(letter, bold=bold) for letter in text)


@cache
def _advance(letter: str, *, bold: bool) -> float:
    """Return how far a letter moves the pen, as a share of the size of the font."""
    from matplotlib.font_manager import FontProperties, findfont, get_font
    from matplotlib.ft2font import LoadFlags

    font = get_font(findfont(FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")))
    if not font.get_char_index(ord(letter)):
        return _NO_GLYPH
    font.set_size(_UNIT_SIZE, 72)
    glyph = font.load_glyph(font.get_char_index(ord(letter)), flags=LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance) / 65_536 / _UNIT_SIZE


def wrapped(text: str, width: float, size: float, *, bold: bool = False, most: int = 3) -> list[str]:
    """Return a text broken into lines of at most `width` inches, at most so many, with an ellipsis if cut.

    A number is not parted from its percent sign. Letters that would turn the writing around or hide it are replaced.
    """
    lines: list[str] = []
    rest = printable(" ".join(text.split())).replace(" %", "\u00a0%")
    while rest and len(lines) < most:
        cut = _fitting(rest, width, size, bold=bold)
        if cut < len(rest):
            if len(lines) == most - 1:
                cut = _fitting(rest, width - text_width("…", size, bold=bold), size, bold=bold)
                return [*lines, rest[:cut].rstrip() + "…"]
            space = rest.rfind(" ", 0, cut + 1)
            cut = space if space > cut // 4 else cut
        lines.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return lines or [""]


def _fitting(text: str, width: float, size: float, *, bold: bool) -> int:
    """Return how many letters of a text fit into a width, at least one, by bisection."""
    low, high = 1, min(len(text), 400)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if text_width(text[:middle], size, bold=bold) <= width else (low, middle - 1)
    return low


def tick_labels(ticks: Sequence[float], code: str) -> list[str]:
    """Return amounts on an axis as text that reads back to the very amount: decimals follow the step, one unit for all.

    On an axis over many powers of ten every label has its own unit.
    """
    symbol = currency(code).symbol
    positive = [abs(tick) for tick in ticks if tick]
    if not positive:
        return [f"{symbol}0" for _ in ticks]
    if max(positive) / min(positive) >= 1e4:
        return [_tick(tick, _unit(abs(tick)), symbol) for tick in ticks]
    unit = _unit(max(positive))
    decimals = max(_needed(tick / unit[0]) for tick in ticks)
    return [_tick(tick, unit, symbol, decimals) for tick in ticks]


def ticks(low: float, high: float, most: int = _MOST_TICKS, *, signed: bool = False) -> list[float]:
    """Return round amounts inside a range, a constant step apart; none below 0 unless amounts have a sign."""
    from matplotlib.ticker import MaxNLocator

    values = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    least = low if signed else max(low, 0.0)
    return [float(f"{value:.12g}") + 0.0 for value in values if least <= value <= high]


def powers_of_ten(low: float, high: float) -> list[float]:
    """Return powers of ten inside a range, at most six."""
    exponents = range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
    return [10.0**exponent for exponent in exponents][:: max(1, math.ceil(len(exponents) / _MOST_TICKS))]


def header(figure: Figure, title: Sequence[str], subtitle: Sequence[str]) -> None:
    """Write the message and, below it, what is plotted, from the top left."""
    height = figure.get_figheight()
    for number, line in enumerate([*title, *subtitle]):
        bold = number < len(title)
        figure.text(
            MARGIN / WIDTH,
            1 - (MARGIN + LINE * number) / height,
            line,
            va="top",
            size=TITLE_SIZE if bold else TEXT_SIZE,
            weight="bold" if bold else "normal",
            color=INK if bold else GREY,
        )


def figure_width(axes: Axes) -> float:
    """Return the width of the figure that axes stand in, in inches."""
    return float(axes.get_figure(root=True).get_figwidth())  # type: ignore[union-attr]


def figure_height(axes: Axes) -> float:
    """Return the height of the figure that axes stand in, in inches."""
    return float(axes.get_figure(root=True).get_figheight())  # type: ignore[union-attr]


def axes_width(axes: Axes) -> float:
    """Return the width of axes in inches."""
    return float(axes.get_position().width) * figure_width(axes)


def money_axis(
    axes: Axes, low: float, high: float, code: str, *, logarithmic: bool = False, signed: bool = False
) -> None:
    """Set the range and the ticks of an x-axis in money."""
    if logarithmic:
        axes.set_xscale("log")
        axes.minorticks_off()
    width = axes_width(axes)
    for most in range(_MOST_TICKS, 1, -1):
        places = powers_of_ten(low, high) if logarithmic else ticks(low, high, most, signed=signed)
        if sum(text_width(label, TEXT_SIZE) + GAP for label in tick_labels(places, code)) <= width:
            break
    axes.set_xlim(low, high)
    labels = zip(places, tick_labels(places, code), strict=True)
    kept = [(place, label) for place, label in labels if _inside(axes, place, label)]
    axes.set_xticks([place for place, _ in kept], [label for _, label in kept])
    axes.tick_params(axis="x", colors=INK, length=3)


def _inside(axes: Axes, place: float, label: str) -> bool:
    """Whether the label of a tick lies within the figure."""
    box = axes.get_position()
    share = float(axes.transAxes.inverted().transform(axes.transData.transform((place, 0)))[0])
    half, wide = text_width(label, TEXT_SIZE) / 2, figure_width(axes)
    return bool(half <= (box.x0 + box.width * share) * wide <= wide - half)


def upright_money_axis(axes: Axes, low: float, high: float, code: str, *, signed: bool = False) -> None:
    """Set the range and the ticks of a y-axis in money."""
    places = ticks(low, high, most=6, signed=signed)
    labels = tick_labels(places, code)
    axes.set_ylim(low, high)
    axes.set_yticks(places, labels)
    axes.tick_params(axis="y", colors=INK, length=3)


def svg(figure: Figure, title: str, alt: str) -> bytes:
    """Return a figure as SVG with title and description; the same figure gives the same bytes."""
    return _saved(figure, "svg", {"Date": None, "Creator": None, "Title": title, "Description": alt})


def png(figure: Figure, title: str, alt: str) -> bytes:
    """Return a figure as PNG at 144 dots an inch; the same figure gives the same bytes."""
    fast: dict[str, Any] = {"pil_kwargs": {"compress_level": 1}}  # a tenth of the time, 3 % more bytes
    return _saved(figure, "png", {"Software": None, "Title": title, "Description": alt}, **fast)


def _saved(figure: Figure, kind: str, metadata: dict[str, str | None], **options: Any) -> bytes:
    buffer = io.BytesIO()
    with look():
        figure.savefig(buffer, format=kind, dpi=144, metadata=metadata, **options)
    return buffer.getvalue()


def _unit(size: float) -> tuple[float, str]:
    units = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"))
    return next(((value, name) for value, name in units if size >= value), (1.0, ""))


def _tick(tick: float, unit: tuple[float, str], symbol: str, decimals: int | None = None) -> str:
    if tick == 0:
        return f"{symbol}0"
    number = tick / unit[0]
    shown = _needed(number) if decimals is None else decimals
    return f"{'-' if tick < 0 else ''}{symbol}{abs(number):,.{shown}f}{unit[1]}"


def _needed(number: float) -> int:
    """Return the fewest decimals that name a number to 12 digits."""
    return next((d for d in range(15) if math.isclose(round(number, d), number, rel_tol=1e-12, abs_tol=1e-15)), 15)
