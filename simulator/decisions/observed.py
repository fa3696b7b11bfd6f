"""What a buyer can count of the service: shares of conversations, units and tokens per conversation, and volume.

These are what a reference customer, a pilot or the log of the first months can tell; the numbers of a scenario, as
shifts of log odds, are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from simulator.arrays import Array, divided
from simulator.contracts.metering.meters import (
    CASES,
    CONVERSATIONS,
    INPUT_TOKENS,
    OUTPUT_TOKENS,
    TICKETS,
    base_of,
    definition_of,
    is_tokens,
    resolutions,
)
from simulator.contracts.metering.segments import is_whole
from simulator.forecast.forecast import Forecast
from simulator.forecast.priced import Priced

Kind = Literal["counted", "handed_over", "tokens", "units", "volume"]
HANDED_OVER: Final = "touch:handoff"
SHARES: Final[tuple[Kind, ...]] = ("counted", "handed_over")
"""Kinds of which each conversation says yes or no, so that reading some of them tells the share."""
_NO_UNIT: Final = (CONVERSATIONS, CASES, TICKETS, "seats")


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """Something that can be counted.

    Attributes:
        kind: "counted" is the share of the handled conversations that a definition counts, "handed_over" that of those
            a person touched, "tokens" and "units" are per handled conversation, "volume" is handled conversations a
            month.
        meter: key of the definition, or of the meter.
        above: what is counted, (trial, month).
        below: what it is counted among, (trial, month); None of the volume.
    """

    kind: Kind
    meter: str
    above: Array
    below: Array | None

    @property
    def key(self) -> str:
        """Its name among all that can be counted, as in "counted:assumed_24h"."""
        return f"{self.kind}:{self.meter}"

    def over(self, months: int | None = None) -> Array:
        """Return it over the first months, or over the horizon, (trial,); 0 in a future without a conversation."""
        above = self.above[:, :months]
        if self.below is None:
            return np.asarray(above.mean(axis=1))
        return np.nan_to_num(divided(above.sum(axis=1), self.below[:, :months].sum(axis=1)))


def observables(forecast: Forecast) -> tuple[Observed, ...]:
    """Return all that can be counted and that some contract bills by or that moves what it bills, each once."""
    meters = forecast.results.meters
    conversations = meters[CONVERSATIONS]
    found = [
        Observed("volume", CONVERSATIONS, conversations, None),
        Observed("handed_over", HANDED_OVER, meters[HANDED_OVER], conversations),
    ]
    if INPUT_TOKENS in meters and OUTPUT_TOKENS in meters:
        found.append(Observed("tokens", "tokens", meters[INPUT_TOKENS] + meters[OUTPUT_TOKENS], conversations))
    for priced in forecast.contracts.values():
        found += _counted(priced, meters, conversations)
    return tuple({each.key: each for each in found}.values())


def _counted(priced: Priced, meters: Mapping[str, Array], conversations: Array) -> Iterator[Observed]:
    """Yield what a contract counts: of each definition the share, else units per conversation."""
    contract = priced.contract
    for name in contract.definitions:
        units = meters.get(resolutions(name))
        if units is None and contract.units == (resolutions(name),) and priced.served is None:
            units = priced.units
        if units is not None:
            yield Observed("counted", name, units, conversations)
    unit = contract.unit
    if definition_of(unit) or is_tokens(unit) or base_of(unit) in _NO_UNIT or not is_whole(unit):
        return
    units = meters.get(unit)
    if units is None and contract.units == (unit,) and priced.served is None:
        units = priced.units
    if units is not None:
        yield Observed("units", unit, units, conversations)
