"""Contracts whose bills hang on few units a month, where a scaled sample is not enough.

A sampled month does not have whole units. A price that is proportional to them does not mind, and neither does one that
bends far from what a month has. But included units, stairs, packages, limits and guarantees on a handful of units a
month do. Such a contract is billed on *whole months*, all of whose cases are drawn, where these are small; where they
are not, what the sample changes of its mean bill is estimated, and said. So is what it changes of the P95 of a year,
of a unit so rare that single units are most of the spread.

Which contracts these are is found on the pilot (sample_size), from the contract alone: whether it bills half-way
between two months something else than half-way between their bills.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.arrays import Array
from simulator.contracts import Contract, invoice
from simulator.contracts.invoices.whole_units import counts_whole, rounds_units, with_whole_units
from simulator.engine.sampling.sample_size import PILOT_SEED, Moments, Pilot, excess_of_year
from simulator.engine.sampling.sampling_fraction import sampled_share, scaled
from simulator.futures.unknowns import Unknowns
from simulator.law.demand import poisson_quantile
from simulator.streams import stream

FEW: Final = 50.0
"""Expected units a month below which a bend may lie within what a month has."""
FEW_DRAWN: Final = 10.0
"""Expected units of a sample below which it is so coarse that a bend further off may matter too."""
MOST_WHOLE: Final = 1_000.0
"""Expected cases of a month up to which months are drawn whole: for a thousand futures of a year about 8 seconds."""
TELLING: Final = 0.002
"""Share of a mean bill from which on it is said what the sample changes."""
SHIFT_OF_P95: Final = 0.284
"""(z^2 - 1) / 6 at the score z of P95: by how much an excess of the third cumulant moves it (sampling.sample_size)."""
TIMES: Final = 64
"""How often each future of the pilot is taken for the estimate."""
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class FewUnits:
    """A contract whose bill hangs on few units.

    Attributes:
        contract: its name.
        meter: the unit of which it has fewest.
        units: expected in a month.
        cases: expected in a month.
        whole: whether its units are those of whole months.
        mean_off: by which share of the mean bill the sample is estimated to be too high; 0 where months are whole.
        p95_off: the same of the P95 of a year, over its mean.
    """

    contract: str
    meter: str
    units: float
    cases: float
    whole: bool
    mean_off: float = 0.0
    p95_off: float = 0.0


def few_units(contracts: Mapping[str, Contract], pilot: Pilot, sample: int) -> Iterator[FewUnits]:
    """Yield the contracts whose bills hang on few units, where not all months are whole anyway.

    Args:
        contracts: by name.
        sample: cases that are sampled of a month.
    """
    if float(pilot.cases.max()) <= sample:
        return
    cases = float(pilot.cases.mean())
    drawn = min(1.0, sample / cases)
    tables = _Tables(pilot, sample)
    for name, contract in contracts.items():
        keys = [key for key in dict.fromkeys([*contract.meters, contract.unit]) if counts_whole(key)]
        means = {key: float(pilot.expected[key].mean()) for key in keys if key in pilot.expected}
        counted = [key for key, mean in means.items() if mean > 0]
        if not counted:
            continue
        fewest = min(counted, key=lambda key: means[key])
        coarse = [key for key in counted if means[key] < FEW or means[key] * drawn < FEW_DRAWN]
        bends = bool(coarse) and (rounds_units(contract) or _bends(contract, pilot, coarse))
        mean_off = _mean_off(contract, pilot, coarse, tables) if bends else 0.0
        p95_off = SHIFT_OF_P95 * max(_excess(pilot, key, sample) for key in counted)
        told = abs(mean_off) >= TELLING or p95_off >= TELLING
        if cases <= MOST_WHOLE and (told or (bends and means[fewest] < FEW)):
            yield FewUnits(name, fewest, means[fewest], cases, True)
        elif told:
            yield FewUnits(name, fewest, means[fewest], cases, False, mean_off, p95_off)


def _excess(pilot: Pilot, meter: str, sample: int) -> float:
    """Return the excess of the third cumulant of a year's units, of which a case adds one or none (sample_size)."""
    expected = pilot.expected[meter]
    chance = float(expected.sum() / pilot.cases.sum())
    return excess_of_year(pilot.cases, expected, Moments(chance, chance, chance), sample)


def _bends(contract: Contract, pilot: Pilot, few: list[str]) -> bool:
    """Return whether a contract bills half-way between two months something else than half-way between their bills."""
    levels = _levels("bends", pilot.cases.shape)
    drawn = {**pilot.expected, **{key: poisson_quantile(levels, pilot.expected[key]) for key in few}}
    middle = {**pilot.expected, **{key: (drawn[key] + pilot.expected[key]) / 2 for key in few}}
    low, high, between = (invoice(contract, meters, pilot.unknowns).total for meters in (pilot.expected, drawn, middle))
    return not np.allclose(between, (low + high) / 2, rtol=_ROUNDING, atol=0)


class _Tables:
    """Whole and sampled units of each future of the pilot, taken many times; worked out once for all contracts.

    Args:
        sample: cases that are sampled of a month.
    """

    def __init__(self, pilot: Pilot, sample: int) -> None:
        self._pilot = pilot
        self.share = sampled_share(np.tile(pilot.cases, (TIMES, 1)), sample)
        self._whole: dict[str, Array] = {}
        self._sums: dict[str, Array] = {}

    def whole(self, key: str) -> Array:
        """Return the units of a meter in months that are drawn whole."""
        if key not in self._whole:
            self._whole[key] = poisson_quantile(_levels(key, self.share.shape), self._expected(key))
        return self._whole[key]

    def sums(self, key: str) -> Array:
        """Return the units of a meter that are sampled."""
        if key not in self._sums:
            self._sums[key] = poisson_quantile(_levels(key, self.share.shape), self._expected(key) * self.share)
        return self._sums[key]

    def _expected(self, key: str) -> Array:
        return np.tile(self._pilot.expected[key], (TIMES, 1))


def _mean_off(contract: Contract, pilot: Pilot, few: list[str], tables: _Tables) -> float:
    """Return by which share of the mean bill a sample bills too much, as far as its few units are Poisson; 0 where that
    is not certain.
    """
    expected = {key: np.tile(values, (TIMES, 1)) for key, values in pilot.expected.items() if key in contract.meters}
    expected |= {key: np.tile(pilot.expected[key], (TIMES, 1)) for key in (*few, contract.unit, "cases")}
    unknowns = Unknowns(
        TIMES * len(pilot.cases), {name: np.tile(values, TIMES) for name, values in pilot.unknowns.drawn.items()}
    )
    share = tables.share
    whole = {key: tables.whole(key) for key in few}
    sums = {key: tables.sums(key) for key in few}
    sampled = {**expected, **scaled(expected, sums, share)}
    sampled = dict(with_whole_units(contract, sampled, share, _levels("rounding", share.shape)))
    right, found = (
        invoice(contract, meters, unknowns).total.sum(axis=1) for meters in ({**expected, **whole}, sampled)
    )
    mean, gap = float(right.mean()), found - right
    certain = abs(gap.mean()) > 3 * gap.std() / np.sqrt(len(gap))
    return float(gap.mean()) / mean if mean > 0 and certain else 0.0


def _levels(name: str, shape: tuple[int, ...]) -> Array:
    return stream(PILOT_SEED, f"few_units.{name}").random(shape)
