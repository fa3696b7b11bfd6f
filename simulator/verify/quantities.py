"""Every quantity that is compared: what is expected of it, and the residuals of both engines on the same futures.

In every future all engines have the same unknowns and drivers. What is left of a meter after its expected value, its
*residual*, is the noise of single conversations alone. The two engines draw other conversations, so that given unknowns
and drivers their residuals are independent; those of meters are independent by month too.

Much of a month's noise is that of the number of its cases, which has a check of its own. A residual *beside cases* is a
residual less what is expected of the quantity times the relative residual of cases: its mean is 0 as well if expected
values are right, and its noise is smaller.

The residual of an invoice is what the contract charges for a small part of the residuals of all its meters, in
proportion: a linear quantity, whatever bends there are elsewhere in the contract.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from simulator.arrays import Array
from simulator.contracts import invoice
from simulator.contracts.invoices.whole_units import rounds_units
from simulator.forecast.bills import values_of
from simulator.scenario.stated.compiled_terms import compile_terms

if TYPE_CHECKING:
    from simulator.contracts import Contract
    from simulator.engine.results import Results

Kind = Literal["meter", "invoice"]

ROUNDING: Final = 1e-9
"""Relative size of differences that are rounding."""
SMALL_PART: Final = 1e-6
"""Part of the meters' residuals for which invoices are charged: so small that hardly any month crosses a bend."""
ROUNDING_OF_PART: Final = 1e-8
"""Relative size of rounding in the residual of an invoice: that of an invoice over the part."""


@dataclass(frozen=True, slots=True)
class Noise:
    """The residuals of an engine.

    Attributes:
        residuals, beside_cases: shape (trial, month).
        occurs: months in which anything of the quantity was drawn.
    """

    residuals: Array
    beside_cases: Array
    occurs: int


@dataclass(frozen=True, slots=True)
class ComparedQuantity:
    """One quantity; arrays (trial, month).

    Attributes:
        name: key of the meter, or name of the contract.
        title: how tables call it.
        expected: the meter's expected value, or what the contract bills for expected meters.
        ledger: noise of the ledger engine; None where the contract rounds units, so that no part of one is billed.
        sampled: that of the sampled engine; None as well where it draws every case.
        bills: what the contract bills for the months of the ledger engine and of the sampled engine; None for a meter.
        counts: whether it is made of whole numbers alone, not of amounts such as tokens, minutes and hours.
        off: whether a sample is known to bill the contract with an error (sampling.few_units).
    """

    name: str
    kind: Kind
    title: str
    expected: Array
    ledger: Noise | None
    sampled: Noise | None
    bills: tuple[Array, Array] | None = None
    counts: bool = True
    off: bool = False

    @property
    def key(self) -> str:
        """Kind and name, unique among all quantities."""
        return f"{self.kind} {self.name}"


def quantities(ledger: Results, sampled: Results | None, expected: Results, share: Array) -> list[ComparedQuantity]:
    """Return all quantities that every engine has.

    Args:
        sampled: with other conversations than `ledger`; None where it would draw every case.
        share: of the cases that the sampled engine draws, shape (trial, month).

    Raises:
        ValueError: if the engines did not simulate the same futures.
    """
    _check_same_futures(ledger, expected, *([] if sampled is None else [sampled]))
    engines = [_Engine(ledger, expected, np.ones_like(share))]
    engines += [] if sampled is None else [_Engine(sampled, expected, np.sqrt(share))]
    found = []
    for name, mean in expected.meters.items():
        if all(name in each.results.meters for each in engines):
            noise = [
                each.noise(each.results.meters[name] - mean, -each.part * mean, mean, ROUNDING) for each in engines
            ]
            if name == "cases":
                noise = [replace(each, beside_cases=each.residuals) for each in noise]
            second = None if sampled is None else noise[1]
            found.append(ComparedQuantity(name, "meter", name, mean, noise[0], second, counts=_counts(ledger, name)))
    return [*found, *_invoices(engines, expected)]


def _counts(ledger: Results, *meters: str) -> bool:
    """Return whether whole months have whole numbers of all these meters."""
    return all(np.array_equal(ledger.meters[each], np.rint(ledger.meters[each])) for each in meters)


def missing(expected: Results, *engines: Results) -> list[str]:
    """Return the meters that some have and others have not."""
    every = [set(each.meters) for each in (expected, *engines)]
    return sorted(every[0].union(*every) - every[0].intersection(*every))


def _check_same_futures(*engines: Results) -> None:
    """Refuse engines whose trials differ in an unknown or a driver: their residuals would not be noise alone."""
    ours = engines[0]
    for other in engines[1:]:
        if other.trials != ours.trials:
            raise ValueError(f"futures differ: {ours.engine} {ours.trials}, {other.engine} {other.trials}")
        for what in ("unknowns", "drivers"):
            theirs = getattr(other, what)
            for name, values in getattr(ours, what).items():
                if name not in theirs or not np.allclose(theirs[name], values, rtol=ROUNDING, atol=0):
                    raise ValueError(f"{name} of the engine {other.engine!r} is not that of {ours.engine!r}")


class _Engine:
    """The results of an engine beside what is expected of them.

    Args:
        part: of its expected value that a meter lies below it where nothing is drawn, shape (trial, month).
    """

    def __init__(self, results: Results, expected: Results, part: Array) -> None:
        self.results, self.part = results, part
        cases = expected.meters["cases"]
        gaps = results.meters["cases"] - cases
        self.cases = np.divide(gaps, cases, out=np.zeros_like(gaps), where=cases > 0)
        """Relative residuals of cases."""

    def noise(self, residuals: Array, nothing: Array, expected: Array, slack: float) -> Noise:
        """Return residuals without rounding.

        Args:
            nothing: the residuals of months in which nothing of the quantity is drawn.
            expected: of the quantity, as far as it hangs on conversations.
            slack: size of rounding, relative to `expected`.
        """
        rounding = slack * np.abs(expected)
        beside = residuals - expected * self.cases
        occurs = int(np.count_nonzero(np.abs(residuals - nothing) > rounding))
        kept, kept_beside = (np.where(np.abs(each) > rounding, each, 0.0) for each in (residuals, beside))
        return Noise(kept, kept_beside, occurs)


def _invoices(engines: list[_Engine], expected: Results) -> Iterator[ComparedQuantity]:
    """Yield the invoice of each contract; of the engines, the second is the sampled one."""
    contracts = compile_terms(expected.scenario).contracts
    taken = Counter(contract.title for contract in contracts.values())
    every = [expected, *(each.results for each in engines)]
    for name, contract in contracts.items():
        if any(meter not in each.meters for meter in contract.meters for each in every):
            continue
        title = contract.title if taken[contract.title] == 1 else f"{contract.title} ({name})"
        noise = [None if rounds_units(contract) else _of_invoice(contract, each, expected) for each in engines]
        bills = [invoice(contract, each.priced_meters(contract), values_of(each)).total for each in every]
        sampling = every[-1].sampling
        off = sampling is not None and any(few.contract == name and not few.whole for few in sampling.few)
        second = noise[1] if len(noise) > 1 else None
        counts = _counts(every[1], *contract.meters)
        yield ComparedQuantity(name, "invoice", title, bills[0], noise[0], second, (bills[1], bills[-1]), counts, off)


def _of_invoice(contract: Contract, engine: _Engine, expected: Results) -> Noise:
    """Return what a contract charges for the residuals of its meters, in proportion to a small part of them."""
    centre = invoice(contract, expected.meters, values_of(expected)).total

    def charged(meters: Mapping[str, Array]) -> Array:
        moved = {name: mean + SMALL_PART * (meters.get(name, mean) - mean) for name, mean in expected.meters.items()}
        return (invoice(contract, moved, values_of(expected)).total - centre) / SMALL_PART

    means = expected.meters.items()
    nothing = charged({name: mean * (1 - engine.part) for name, mean in means})
    hangs = -charged({name: 0 * mean for name, mean in means})
    return engine.noise(charged(engine.results.meters), nothing, hangs, ROUNDING_OF_PART)
