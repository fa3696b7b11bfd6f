"""Every quantity that both engines have, on the same futures: meters, invoices, cost to serve.

In every trial both engines have the same unknowns and drivers, and so the same conditional expectations. What is left
of a quantity after its expectation, its residual, is conversation noise alone: independent by month given the drivers
(not for invoices with yearly terms), and with one law in both engines if they simulate the same model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from simulator.contracts import invoice
from simulator.forecast import values_of
from simulator.scenario.terms import compile_terms

if TYPE_CHECKING:
    from simulator.contracts import Contract
    from simulator.engine.results import Results

Array = NDArray[np.float64]
Kind = Literal["meter", "invoice", "cost to serve"]

ROUNDING: Final = 1e-9
"""Relative size of differences that are rounding."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One quantity in both engines on the same futures; arrays (trial, month).

    Attributes:
        name: key of the meter, or name of the contract.
        title: how tables call it.
        expected: its conditional mean given unknowns and drivers where `linear`; otherwise what the contract bills
            for expected meters, a common centre only.
        wide: the fast engine on more futures, of which the first are those of `atlas`, with `wide_expected`.
        linear: whether expected amounts are billed the expected invoice, here: no tier, minimum or cap is crossed.
    """

    name: str
    kind: Kind
    title: str
    ledger: Array
    atlas: Array
    expected: Array
    wide: Array
    wide_expected: Array
    linear: bool

    def totals(self, engine: Literal["ledger", "atlas"]) -> Array:
        """Return the sums over the months, (trial,)."""
        return np.asarray((self.ledger if engine == "ledger" else self.atlas).sum(axis=1))

    @property
    def key(self) -> str:
        """Kind and name, unique among all pairs."""
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Paired:
    """All quantities of a part.

    Attributes:
        left_out: meters of the ledger engine that the fast engine does not make and no contract reads.
        missing: contract -> meters that it reads and the fast engine does not make; such a contract is not compared.
    """

    pairs: Sequence[Pair]
    left_out: tuple[str, ...]
    missing: Mapping[str, tuple[str, ...]]


def paired(ledger: Results, wide: Results, expected: Results) -> Paired:
    """Put both engines side by side.

    Args:
        ledger: of the slow engine.
        wide: of the fast engine, on the same futures and perhaps more.
        expected: conditional means on the futures of `wide`.

    Raises:
        ValueError: if the engines did not simulate the same futures.
    """
    _check_same_futures(ledger, wide, expected)
    common = [name for name in ledger.meters if name in wide.meters and name in expected.meters]
    left_out = tuple(name for name in ledger.meters if name not in common)
    contracts = compile_terms(ledger.scenario).contracts
    missing = {
        name: lacking
        for name, contract in contracts.items()
        if (lacking := tuple(meter for meter in contract.meters if meter not in common))
    }
    meters = [_pair(name, "meter", name, _meter_views(name, ledger, wide, expected), linear=True) for name in common]
    billed = [contract for name, contract in contracts.items() if name not in missing]
    read = {meter for lacking in missing.values() for meter in lacking}
    return Paired(
        [*meters, *_costs(billed, ledger, wide, expected)],
        tuple(name for name in left_out if name not in read),
        missing,
    )


def _check_same_futures(ledger: Results, wide: Results, expected: Results) -> None:
    """Refuse engines whose trials differ in an unknown or a driver: their residuals would not be noise alone."""
    if wide.trials != expected.trials or wide.trials < ledger.trials:
        raise ValueError(f"futures differ: ledger {ledger.trials}, atlas {wide.trials}, expected {expected.trials}")
    for other, engine in ((wide, "atlas"), (expected, "expected")):
        for what in ("unknowns", "drivers"):
            ours, theirs = getattr(ledger, what), getattr(other, what)
            for name, values in ours.items():
                if name not in theirs or not np.allclose(theirs[name][: ledger.trials], values, rtol=ROUNDING, atol=0):
                    raise ValueError(f"{name} of the engine {engine!r} is not that of the ledger engine")


Views = tuple[Array, Array, Array]
"""A quantity in the ledger engine, in the fast engine, and expected."""


def _pair(name: str, kind: Kind, title: str, views: Views, *, linear: bool) -> Pair:
    ledger, wide, expected = views
    trials = len(ledger)
    return Pair(name, kind, title, ledger, wide[:trials], expected[:trials], wide, expected, linear)


def _meter_views(name: str, ledger: Results, wide: Results, expected: Results) -> Views:
    return ledger.meters[name], wide.meters[name], expected.meters[name]


def _costs(contracts: Sequence[Contract], ledger: Results, wide: Results, expected: Results) -> Iterator[Pair]:
    """Yield the invoice and the cost to serve of each contract."""
    engines = (ledger, wide, expected)
    work = [_human_work(results) for results in engines]
    taken = Counter(contract.title for contract in contracts)
    for contract in contracts:
        title = contract.title if taken[contract.title] == 1 else f"{contract.title} ({contract.name})"
        amounts = [_invoice(contract, results) for results in engines]
        linear = _linear(contract, wide, expected) and _linear(contract, ledger, expected)
        views = (amounts[0], amounts[1], amounts[2])
        yield _pair(contract.name, "invoice", title, views, linear=linear)
        costs = [amount + minutes for amount, minutes in zip(amounts, work, strict=True)]
        yield _pair(contract.name, "cost to serve", title, (costs[0], costs[1], costs[2]), linear=linear)


def _human_work(results: Results) -> Array:
    rate = values_of(results)(results.scenario.people.cost_per_hour)
    return np.asarray(results.meters["human_minutes"] / 60 * rate[:, None])


def _invoice(contract: Contract, results: Results) -> Array:
    return invoice(contract, results.meters, values_of(results)).total


def _linear(contract: Contract, drawn: Results, expected: Results) -> bool:
    """Return whether a contract bills half-way between drawn and expected meters half-way between their invoices."""
    trials = drawn.trials
    centre = replace(
        expected,
        meters={name: values[:trials] for name, values in expected.meters.items()},
        unknowns={name: values[:trials] for name, values in expected.unknowns.items()},
    )
    middle = {name: (drawn.meters[name] + centre.meters[name]) / 2 for name in ("cases", *contract.meters)}
    between = (_invoice(contract, drawn) + _invoice(contract, centre)) / 2
    return bool(np.allclose(_invoice(contract, replace(drawn, meters=middle)), between, rtol=ROUNDING, atol=0))
