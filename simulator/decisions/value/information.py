"""What knowing something before signing is worth: the expected cost of what is signed now less that of what would be.

A buyer who learns something signs what then costs least on average. The saving is counted in futures that were not used
to find what then costs least: each fold is signed for by curves of the others (conditional_mean). Signing and counting
on the same futures flatters, because the smallest of several means that chance moves is too small.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simulator import risk
from simulator.arrays import Array, Index
from simulator.decisions.conditional_mean import curve_of_all, curves
from simulator.decisions.worth import Estimate, estimate


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What a buyer chooses from.

    Attributes:
        names: of the contracts that can be signed.
        costs: over the horizon, by what ranks contracts, (trial, contract).
        net: of each future, for sampling intervals; None where they are random.
    """

    names: tuple[str, ...]
    costs: Array
    net: risk.Net

    @property
    def first(self) -> int:
        """Place of the contract with the lowest expected cost, the first of equal ones."""
        return int(self.costs.mean(axis=0).argmin())

    @property
    def at_best(self) -> Array:
        """What signing the cheapest of each future saves in it, (trial,); 0 or more."""
        saved: Array = self.costs[:, self.first] - self.costs.min(axis=1)
        return saved

    def saved(self, signed: Index) -> Array:
        """Return what signing some contracts saves, (trial,).

        Args:
            signed: place of the contract in each future, (trial,).
        """
        found: Array = self.costs[:, self.first] - np.take_along_axis(self.costs, signed[:, None], axis=1)[:, 0]
        return found


@dataclass(frozen=True, slots=True)
class Known:
    """What it is worth to know something.

    Attributes:
        worth: from 0 to what knowing everything is worth.
        changes: share of the futures in which another contract than now would be signed.
        instead: the contract that would then be signed most often; None where none would.
    """

    worth: Estimate
    changes: float
    instead: str | None


def choice_of(costs: Mapping[str, Array], net: risk.Net) -> Choice:
    """Return the choice between contracts whose costs, (trial,) each, are of the same futures."""
    return Choice(tuple(costs), np.stack([*costs.values()], axis=1), net)


def everything(choice: Choice) -> Known:
    """Return what knowing the future is worth: the mean of the least cost, against the least of the mean costs.

    That is the expected value of perfect information (Raiffa and Schlaifer 1961, Applied Statistical Decision Theory).
    """
    signed = choice.costs.argmin(axis=1)
    cheaper = choice.at_best > risk.SLACK * np.abs(choice.costs[:, choice.first])
    return _known(choice, choice.at_best, np.where(cheaper, signed, choice.first))


def pair(choice: Choice, first: str, second: str) -> Known:
    """Return what knowing the future is worth to a buyer who may sign one of two contracts only."""
    places = [choice.names.index(name) for name in (first, second)]
    return everything(Choice((first, second), choice.costs[:, places], choice.net))


def knowing(choice: Choice, terms: Array) -> Known:
    """Return what it is worth to know something in part, by curves over it.

    Args:
        terms: of the curves, (trial, term).
    """
    signed = curves(terms, choice.costs).outside().argmin(axis=1)
    return _known(choice, choice.saved(signed), signed)


def naive(choice: Choice, terms: Array) -> float:
    """Return the same by curves of the very futures on which the saving is counted: too much, by what chance adds."""
    least = curve_of_all(terms, choice.costs).min(axis=1)
    return float(choice.costs[:, choice.first].mean() - least.mean())


def _known(choice: Choice, saved: Array, signed: Index) -> Known:
    others = signed[signed != choice.first]
    return Known(
        worth=bounded(saved, choice),
        changes=len(others) / len(signed),
        instead=choice.names[int(np.bincount(others).argmax())] if len(others) else None,
    )


def bounded(saved: Array, choice: Choice) -> Estimate:
    """Return the mean of what is saved, (trial,), between 0 and what knowing everything is worth, with its interval.

    Nobody who learns something has to sign anything else than now, so that knowing is never worth less than 0; what
    chance puts below is cut.
    """
    most = risk.mean(choice.at_best)
    found = estimate(risk.mean(saved), risk.mean_interval(saved, net=choice.net))
    low, high = ((None, None) if found.low is None or found.high is None
                 else (max(found.low, 0.0), max(found.high, 0.0)))  # fmt: skip
    return Estimate(min(max(found.value, 0.0), most), low, high)
