"""One number to sign: what it is, what it states in natural units, and what stands behind it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.quantities.distributions import Source
from simulator.report.blocks.natural_units import NaturalUnit
from simulator.report.summary.assumptions_to_sign import AssumptionToSign, Moved
from simulator.report.words.natural_words import told
from simulator.report.words.terms_words import FIRM
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.sources import quantities


@dataclass(frozen=True, slots=True)
class Subject:
    """What is signed: its key, its name in plain words, and what stands behind it."""

    key: str
    title: str
    source: Source


@dataclass(frozen=True, slots=True)
class Effect:
    """What it moves, and the same in words."""

    moved: Moved | None
    told: str


def signed_number(subject: Subject, unit: NaturalUnit, values: Sequence[float], effect: Effect) -> AssumptionToSign:
    """Return an assumption of one value, or of three: P10, P50 and P90 of what the number states.

    A number that lowers the share that it makes has the lower share first.
    """
    known = [value if math.isfinite(value) else None for value in values]
    low, middle, high = None, known[len(known) // 2], None
    if len(known) > 1 and None not in known:
        low, high = min(values), max(values)
    source = subject.source
    return AssumptionToSign(
        key=subject.key,
        title=subject.title,
        measure=unit.measure,
        unit=unit.words,
        currency=unit.currency,
        low=low,
        middle=middle,
        high=high,
        told=told(unit.measure, low, middle, high, unit.words, unit.currency),
        kind=source.kind,
        source=source.source,
        as_of=source.as_of,
        owner=source.owner,
        missing=_missing(source),
        moved=effect.moved,
        moved_told=effect.told,
    )


def _missing(source: Source) -> str:
    """Return why nothing stands behind a number that finance could check; nothing where something does."""
    if source.kind == "default":
        return "a default of the simulator"
    if source.kind not in FIRM:
        return "a judgement"
    return "" if source.source else f"{source.kind}, but no source is named"


def source_behind(keys: frozenset[str], scenario: Scenario) -> Source:
    """Return what stands behind the first written number with one of some keys; a default where none is written."""
    found = (each.source for each in quantities(scenario) if each.name.rpartition(".")[2] in keys)
    return next((source for source in found if source.kind != "default"), Source())
