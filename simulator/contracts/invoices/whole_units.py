"""Contracts that round a month's units: they need whole ones, which a scaled sample does not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, Final

from simulator.contracts.contract import Contract
from simulator.contracts.metering.meters import INPUT_TOKENS, MINUTES, OUTPUT_TOKENS, is_tokens, own_of
from simulator.contracts.metering.segments import whole_of
from simulator.contracts.prices.package import Package
from simulator.contracts.prices.priced_units import Conversion
from simulator.contracts.prices.rate_card import CardEntry
from simulator.contracts.prices.seats import HUMAN_MINUTES
from simulator.contracts.prices.tiers import Tier

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Meters


_AMOUNTS: Final = (INPUT_TOKENS, OUTPUT_TOKENS, MINUTES, HUMAN_MINUTES)


def rounds_units(contract: Contract) -> bool:
    """Return whether some charge rounds a month's units, as packages, rate cards by steps and conversions can."""
    sides = (contract,) if contract.switch is None else (contract.switch.before, contract.switch.after)
    return any(_rounds(part) for side in sides for charge in side.charges for part in _parts(charge))


def _parts(thing: Any) -> Iterator[Any]:
    """Yield a dataclass and all that it is made of."""
    yield thing
    for field in fields(thing):
        value = getattr(thing, field.name)
        for each in value if isinstance(value, tuple) else (value,):
            if is_dataclass(each):
                yield from _parts(each)


def _rounds(part: Any) -> bool:
    return (
        isinstance(part, Package)
        or (isinstance(part, Tier) and part.package is not None)
        or (isinstance(part, CardEntry) and part.per != 1.0)
        or (isinstance(part, Conversion) and part.round is not None)
    )


def counts_whole(meter: str) -> bool:
    """Return whether a meter counts whole things: not tokens, minutes and amounts of the scenario's own meters."""
    whole = whole_of(meter)
    return not is_tokens(meter) and own_of(meter) is None and whole.partition("[")[0] not in _AMOUNTS


def with_whole_units(contract: Contract, meters: Meters, share: Array, level: Array) -> Mapping[str, Array]:
    """Return meters with whole units where a contract rounds: floor(units + level), in months that are sampled.

    The mean over levels is that of the units, and more units never become fewer.

    Args:
        meters: arrays (trial, month), at least those of the contract.
        share: of the month's cases that is sampled, (trial, month); 1 leaves units as they are.
        level: uniform between 0 and 1, the same for all meters, (trial, month).
    """
    import numpy as np

    if not rounds_units(contract):
        return meters
    counts = [key for key in dict.fromkeys([*contract.meters, contract.unit]) if counts_whole(key)]
    return {**meters, **{key: np.where(share < 1, np.floor(meters[key] + level), meters[key]) for key in counts}}
