"""What the terminal shows of a comparison of the engines: at most a screen, plain text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simulator import risk
from simulator.report.verify.block import furthest, noise_ratio, smallest_of
from simulator.report.verify.verify_words import number, over_ledger, sampled, score, sized, told
from simulator.report.words.figures import Scale, finer, scale_for
from simulator.report.words.terminal_text import WIDTH, cut, in_lines, padded, printable, width_of

if TYPE_CHECKING:
    from simulator.verify.quantities import ComparedQuantity
    from simulator.verify.suite import PartResult, Verification

ROWS: Final = 6
"""Contracts shown of each part, those furthest apart."""
WORST: Final = 3
"""Comparisons listed where none is beyond the limit."""
MOST_WORST: Final = 8
LEAST_NAME, MOST_NAME = 14, 42
HEADS: Final = ("mean", "", "P90", "", "expected", "noise", "worst")
SECOND: Final = ("ledger", "sampled", "ledger", "sampled", "off by", "ratio", "score")
POWER: Final = (
    ("expected value against ledger engine, invoices", "an expected value of an invoice off by {every} %", 100),
    ("expected value against ledger engine, meters", "of half of the meters by {middle} %", 100),
    ("mean of sampled engine against expected value, invoices", "a mean of the sampled engine off by {every} %", 100),
    ("noise of sampled engine against ledger engine, invoices", "noise of an invoice off by {every} %", 100),
    ("noise of sampled engine against ledger engine, meters", "of half of the meters by {middle} %", 100),
    ("correlation of noise", "half of the correlations off by {middle}", 1),
    ("share of futures at or below an edge, invoices", "a share of futures off by {every} points", 100),
)
"""What is told of which smallest differences, and their unit: of invoices least and largest, of meters the median."""


def heading(found: Verification, path: str) -> str:
    """Return the lines above the tables: what is compared."""
    lines = (
        f"{printable(found.scenario.title)}   {printable(path)}",
        f"Expected values and sampled engine against the ledger engine, same futures, seed {found.scenario.seed}",
    )
    return "\n".join([cut(line, WIDTH) for line in lines] + in_lines(sampled(found.sample), WIDTH))


def tables(found: Verification) -> str:
    """Return a table of the contracts for each volume, with what would have been seen there."""
    return "\n\n".join("\n".join(_part(found, part)) for part in found.parts)


def _part(found: Verification, part: PartResult) -> list[str]:
    invoices = part.invoices
    lines = in_lines(f"At {sized(part)}", WIDTH) + _table(found, part, invoices[:ROWS])
    if len(invoices) > ROWS:
        lines.append(f"  and {len(invoices) - ROWS} more contracts, less far apart, in verify.json")
    if part.every_case:
        lines += in_lines(
            "Every case of every month is in the sample here: the sampled engine must equal the ledger engine, and the "
            "expected values alone are compared by chance.",
            WIDTH,
        )
    return lines + in_lines(power(found, part), WIDTH) + _left_out(part)


def _table(found: Verification, part: PartResult, invoices: Sequence[ComparedQuantity]) -> list[str]:
    if not invoices:
        return []
    amounts = [amount for each in invoices for amount in _amounts(each)]
    scale = finer(scale_for(amounts, found.scenario.currency, []), amounts)
    rows = [_cells(part, each, scale) for each in invoices]
    sizes = [max(len(text) for text in column) for column in zip(HEADS, SECOND, *rows, strict=True)]
    names = [printable(each.title) for each in invoices]
    room = max(min(MOST_NAME, WIDTH - sum(sizes) - 2 * len(sizes), max(map(width_of, names))), LEAST_NAME)
    shown = [("", HEADS), (f"Invoice, {scale.heading}", SECOND), *zip(names, rows, strict=True)]
    return [
        padded(cut(name, room), room) + "".join(f"  {cell:>{size}}" for cell, size in zip(cells, sizes, strict=True))
        for name, cells in shown
    ]


def _amounts(invoice: ComparedQuantity) -> list[float]:
    """Return mean and P90 of the horizon: ledger, sampled, ledger, sampled."""
    assert invoice.bills is not None
    totals = [months.sum(axis=1) for months in invoice.bills]
    return [*map(risk.mean, totals), *(risk.quantile(each, 0.9) for each in totals)]


def _cells(part: PartResult, invoice: ComparedQuantity, scale: Scale) -> tuple[str, ...]:
    ratio, expected = noise_ratio(invoice), furthest(part, invoice, "expected")
    worst = max((each for each in part.of(invoice) if each.judged), key=lambda each: abs(each.score), default=None)
    return (
        *(scale.text(amount) for amount in _amounts(invoice)),
        "none" if expected is None else f"{100 * over_ledger(expected):+.2f} %",
        "none" if ratio is None else f"{ratio:.3f}",
        "none" if worst is None else score(worst),
    )


def power(found: Verification, part: PartResult) -> str:
    """Return the smallest differences that would have been seen, in words."""
    seen = smallest_of(found, part)
    texts = []
    for name, text, unit in POWER:
        sizes = {each: unit * size for each, size in seen.get(name, {}).items()}
        if sizes and math.isfinite(sizes["median"]):
            least, middle, most = (number(sizes[each]) for each in ("least", "median", "largest"))
            every = f"{least} to {most}" if least != most else least
            every = every if math.isfinite(sizes["largest"]) else f"at least {least}"
            texts.append(text.format(middle=middle, every=every))
    if not texts:
        return "Nothing varies here, so nothing could have been seen."
    return f"Would have been seen in 9 of 10 runs: {'; '.join(texts)}."


def _left_out(part: PartResult) -> list[str]:
    """Return what is not judged at a volume."""
    texts = []
    if part.not_judged:
        counts = {what: len(keys) for what, keys in part.not_judged.items()}
        names = {"expected": "expected values", "sampled": "means of the sampled engine", "spread": "noise",
                 "correlation": "correlations", "total": "totals", "edge": "edges"}  # fmt: skip
        listed = ", ".join(f"{names[what]} of {number}" for what, number in counts.items())
        texts.append(f"too rare or too heavy-tailed: {listed}")
    if part.no_edges:
        texts.append(f"shares of futures at edges of {len(part.no_edges)} contracts, where a sample is only near")
    if part.off:
        texts.append(f"what a sample is known to bill with an error: {', '.join(map(printable, part.off))}")
    return in_lines(f"Not judged: {'; '.join(texts)} (see verify.json).", WIDTH, 4) if texts else []


def worst(found: Verification) -> str:
    """Return what lies furthest apart."""
    shown = found.apart[:MOST_WORST] or found.by_score[:WORST]
    lines = [f"Furthest apart, in standard errors (limit {found.limit:.1f}):"]
    lines += [cut(f"  {score(each):>5}  {part.part.name}, {told(part, each)}", WIDTH) for part, each in shown]
    return "\n".join(lines)


def written(folder: Path) -> str:
    """Return where the results are."""
    return f"Written to {printable(folder.as_posix())}/   verify.json, charts/"
