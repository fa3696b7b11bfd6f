"""The assumptions that finance signs, in natural units, with what stands behind each and what it moves in money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Measure = Literal["share", "money", "factor", "amount"]
"""How figures are written: a share of 1 in percent, money, a factor, or an amount of a unit."""
Ends = Literal["tenths of the futures", "a tenth less and more"]
"""What the two ends of an effect are: the tenths of the futures in which a range is lowest and highest, or a number
that is taken as certain, a tenth lower and higher."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What an assumption moves: P90 of what the recommended contract costs, at its low and its high end.

    Attributes:
        visible: whether it can be told from sampling noise.
    """

    ends: Ends
    at_low: float
    at_high: float
    visible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumptionToSign:
    """One number to sign.

    Attributes:
        key: its dotted path in the scenario, or the name of a driver.
        title: what it is in plain words.
        unit: what the figures count, after them; empty where the title says it.
        currency: code of amounts of money, else empty.
        low, middle, high: P10, P50 and P90 of the stated range in natural units; of a number that is taken as certain
            the middle alone. None where nothing of the kind happens.
        told: the same in words: "18 % to 36 %, middle 26 %".
        kind, source, as_of, owner: what stands behind it, as written.
        missing: why nothing stands behind it that finance could check, in words; empty where something does.
        moved: None where the run does not show it.
        moved_told: the same in words.
    """

    key: str
    title: str
    measure: Measure
    unit: str
    currency: str
    low: float | None
    middle: float | None
    high: float | None
    told: str
    kind: str
    source: str
    as_of: str
    owner: str
    missing: str
    moved: Moved | None
    moved_told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingAssumption(AssumptionToSign):
    """One number that the saving against today rests on.

    Attributes:
        saving_more: by how much a tenth more raises the expected saving, exactly; None where it has another effect,
            which `moved_told` says, or where the run shows the tenths of the futures alone.
    """

    saving_more: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssumptionsToSign:
    """The assumptions to sign, those that move most money first.

    Attributes:
        contract: name of the recommended contract, whose P90 they move.
        title: its title.
        p90: of its invoice, or of invoice and human work where that is what contracts are ranked by.
        how_to_read: what the ranges and the amounts are, in words.
        evidenced: those that somebody measured, signed, quoted or published, with the source named.
        unevidenced: those that are a judgement or a default, or that name no source.
        saving: what the saving against today rests on, what moves it most first; empty where the scenario has no today.
    """

    contract: str
    title: str
    p90: float
    how_to_read: str
    evidenced: tuple[AssumptionToSign, ...]
    unevidenced: tuple[AssumptionToSign, ...]
    saving: tuple[SavingAssumption, ...]
