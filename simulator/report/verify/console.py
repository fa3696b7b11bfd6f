"""What the terminal shows of a comparison of two engines: at most a screen, plain text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simulator import risk
from simulator.report.figures import Scale, finer, scale_for
from simulator.report.terminal import WIDTH, cut, in_lines, padded, printable, width_of
from simulator.report.verify.block import furthest, noise_ratio, smallest_of
from simulator.report.verify.words import exchanged, expected, number, sized

if TYPE_CHECKING:
    from simulator.verify.pairs import Pair
    from simulator.verify.suite import PartResult, Verification

ROWS: Final = 10
"""Contracts shown of each part, those furthest apart."""
WORST: Final = 3
"""Comparisons listed where none is beyond the limit."""
MOST_WORST: Final = 8
LEAST_NAME, MOST_NAME = 14, 42
HEADS: Final = ("mean", "", "P90", "", "noise", "largest", "worst")
SECOND: Final = ("ledger", "atlas", "ledger", "atlas", "ratio", "distance", "score")


POWER: Final = (
    ("mean of invoices", "a bias of an invoice of {every} %", 100),
    ("mean of meters", "of half of the meters of {middle} %", 100),
    ("mean of the atlas against its expectation, meters", "of those against their expectation of {middle} %", 100),
    ("spread of invoices", "noise of an invoice off by {every} %", 100),
    ("spread of meters", "of half of the meters by {middle} %", 100),
    ("distribution of invoices", "a share of months off by {every} points", 100),
    ("correlation", "a correlation off by {every}", 1),
)
"""What is told of which smallest differences, and their unit: of invoices least and largest, of meters the median."""


def heading(found: Verification, path: str) -> str:
    """Return the lines above the tables: what is compared."""
    lines = (
        f"{printable(found.scenario.title)}   {printable(path)}",
        f"Ledger engine (one conversation at a time) against atlas engine, same futures, seed {found.scenario.seed}",
    )
    return "\n".join(cut(line, WIDTH) for line in lines)


def tables(found: Verification) -> str:
    """Return a table of the contracts for each volume, with what would have been seen there."""
    return "\n\n".join("\n".join(_part(found, part)) for part in found.parts)


def _part(found: Verification, part: PartResult) -> list[str]:
    invoices = sorted(
        (pair for pair in part.paired.pairs if pair.kind == "invoice"),
        key=lambda pair: -_worst_score(part, pair),
    )
    shown = invoices[:ROWS]
    lines = in_lines(f"At {sized(part)}", WIDTH)
    lines += _table(found, part, shown)
    if len(invoices) > len(shown):
        lines.append(f"  and {len(invoices) - len(shown)} more contracts, less far apart, in verify.json")
    return lines + in_lines(power(found, part), WIDTH)


def _table(found: Verification, part: PartResult, invoices: Sequence[Pair]) -> list[str]:
    if not invoices:
        return []
    totals = [pair.totals(engine) for pair in invoices for engine in ("ledger", "atlas")]
    amounts = [figure for total in totals for figure in (risk.mean(total), risk.quantile(total, 0.9))]
    scale = finer(scale_for(amounts, found.scenario.currency, []), amounts)
    rows = [_cells(part, pair, scale) for pair in invoices]
    sizes = [max(len(text) for text in column) for column in zip(HEADS, SECOND, *rows, strict=True)]
    names = [printable(pair.title) for pair in invoices]
    room = max(min(MOST_NAME, WIDTH - sum(sizes) - 2 * len(sizes), max(map(width_of, names))), LEAST_NAME)
    unit = f"Invoice, {scale.heading}"
    shown = [("", HEADS), (unit, SECOND), *zip(names, rows, strict=True)]
    return [
        padded(cut(name, room), room) + "".join(f"  {cell:>{size}}" for cell, size in zip(cells, sizes, strict=True))
        for name, cells in shown
    ]


def _cells(part: PartResult, pair: Pair, scale: Scale) -> tuple[str, ...]:
    ledger, atlas = pair.totals("ledger"), pair.totals("atlas")
    ratio = noise_ratio(pair)
    distance = furthest(part.of(pair), "distribution")
    return (
        scale.text(risk.mean(ledger)),
        scale.text(risk.mean(atlas)),
        scale.text(risk.quantile(ledger, 0.9)),
        scale.text(risk.quantile(atlas, 0.9)),
        "none" if ratio is None else f"{ratio:.3f}",
        "none" if distance is None else f"{100 * abs(distance.difference):.1f} pt",
        f"{_worst_score(part, pair):.1f}",
    )


def _worst_score(part: PartResult, pair: Pair) -> float:
    return max((abs(feature.score) for feature in part.of(pair)), default=0.0)


def power(found: Verification, part: PartResult) -> str:
    """Return the smallest differences that would have been seen, in words."""
    seen = smallest_of(found, part)
    told = []
    for name, text, unit in POWER:
        if name in seen:
            least, middle, most = (number(unit * seen[name][each]) for each in ("least", "median", "largest"))
            told.append(text.format(middle=middle, every=least if least == most else f"{least} to {most}"))
    if not told:
        return "Nothing varies here, so nothing could have been seen."
    return f"Would have been seen in 9 of 10 runs: {'; '.join(told)}."


def worst(found: Verification) -> str:
    """Return what lies furthest apart, and what was not compared."""
    rows = [(abs(check.score), expected(part, check), part) for part, check in found.wrong_means]
    rows += [(abs(feature.score), exchanged(part, feature), part) for part, feature in found.apart]
    most = MOST_WORST
    if not rows:
        most = WORST
        rows = [(abs(feature.score), exchanged(part, feature), part) for part, feature in found.by_score[:WORST]]
    lines = [
        f"Furthest apart, in standard errors (limits: engines {found.chance.limit:.1f}, means {found.mean_limit:.1f}):"
    ]
    lines += [cut(f"  {score:5.1f}  {part.part.name}, {words}", WIDTH) for score, words, part in rows[:most]]
    return "\n".join([*lines, *_not_compared(found)])


def _not_compared(found: Verification) -> list[str]:
    texts = []
    left_out = found.parts[0].left_out
    if left_out:
        texts.append(f"Not in the atlas and not compared: {', '.join(map(printable, left_out))}.")
    unjudged = max((len(part.not_judged) for part in found.parts), default=0)
    if unjudged:
        texts.append(
            f"Too rare or heavy-tailed to hold a mean against its expectation: {unjudged} quantities, see verify.json; "
            "the engines are compared with each other all the same."
        )
    return [line for text in texts for line in in_lines(text, WIDTH, 3)]


def written(folder: Path) -> str:
    """Return where the results are."""
    return f"Written to {printable(folder.as_posix())}/   verify.json, charts/"
