"""What a contract bills by every definition, and which part of the spread of its bill is the definition's.

The definitions are those of the study of the report (decisions.clauses), with what else must hold as a further clause
and with those of the vendors in the catalogue; all of them count the same conversations.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from simulator import risk
from simulator.arrays import Array
from simulator.contracts import invoice
from simulator.contracts.invoices.tie import scale_rates
from simulator.decisions.clause_bills import BilledByDefinition, StudyResults, bill_study, swapped
from simulator.decisions.clauses import ClauseStudy, Place, clause_study, grid_name, named_copy
from simulator.decisions.worth import NINE_IN_TEN, Estimate, estimate, estimate_of_mean
from simulator.definitions import NAMED
from simulator.forecast.bills import values_of
from simulator.risk.plain import student

if TYPE_CHECKING:
    from simulator.decisions.same_futures import SameFutures
    from simulator.engine.results import Results

Kind = Literal["own", "scenario", "shipped", "vendor", "grid"]
FUTURES: Final = 1_024
"""Futures on which definitions are compared unless more are asked for, as there are hundreds of definitions."""


@dataclass(frozen=True, slots=True)
class DefinitionBill:
    """What a contract bills by a definition over the horizon.

    Attributes:
        title: of the definition; of one of the grid, the clauses that differ from the contract's own.
        kind: the contract's own, another one of the scenario, one that ships with the product, one of a vendor, or one
            of the grid.
        clauses: of one of the grid, every clause that is varied in words.
        mean, p10, p90: of the invoice at the contract's price.
        less_own: mean of the difference to the bill by the contract's own definition.
        dearer: share of the futures in which it is dearer than by that.
        equal_factor, equal_price: what all prices are multiplied by to leave the expected bill as it is, and the unit
            price then; None where no price does, or there is no one unit price.
        equal_p90: P90 of the bill at that price.
        units, not_solved: units billed, and those on conversations that nobody solved, on average.
    """

    name: str
    title: str
    kind: Kind
    clauses: tuple[str, ...]
    mean: Estimate
    p10: float
    p90: float
    less_own: Estimate
    dearer: Estimate
    equal_factor: float | None
    equal_price: float | None
    equal_p90: float | None
    units: float
    not_solved: float


@dataclass(frozen=True, slots=True)
class Spread:
    """The spread of a bill over definitions and futures, every definition as likely as the other.

    Attributes:
        definitions: how many.
        of_definitions: variance over the definitions of the mean bill, as a share of the whole variance; the rest is
            the mean over the definitions of the variance over the futures.
        lowest, highest: the least and the largest mean.
        deviation: standard deviation of the whole.
    """

    definitions: int
    of_definitions: Estimate
    lowest: float
    highest: float
    deviation: float


@dataclass(frozen=True, slots=True)
class InPlace:
    """Why another contract than the recommended one is asked about, where none was named.

    Attributes:
        bills_resolutions: whether the recommended one does, but by no one definition made of clauses.
        counts_silence: whether the definition of the one that is taken does: such a one comes before others.
    """

    bills_resolutions: bool
    counts_silence: bool


@dataclass(frozen=True, slots=True)
class DefinitionSpread:
    """A contract by every definition.

    Attributes:
        futures: on which they are compared.
        named: those that have a name: the contract's own first, then of the scenario, the product and vendors.
        grid: every combination of the clauses.
        over_named, over_grid: the spread over each of both.
        in_place: why it is not the recommended contract; None where it is, and where the contract was named.
    """

    contract: str
    definition: str
    futures: int
    named: tuple[DefinitionBill, ...]
    grid: tuple[DefinitionBill, ...]
    over_named: Spread
    over_grid: Spread
    in_place: InPlace | None = None

    @property
    def own(self) -> DefinitionBill:
        """By the contract's own definition."""
        return self.named[0]


def definition_spread(futures: SameFutures, contract: str | None = None) -> DefinitionSpread:
    """Return what a contract bills by every definition.

    Args:
        contract: the recommended one where none is named; if that cannot be varied, the first that can, of silence if
            there is one.

    Raises:
        ValueError: where it bills by no definition, by several, or by one that is not made of clauses.
    """
    asked = futures.forecast.verdict.recommended if contract is None else contract
    study = clause_study(futures.scenario, asked, wide=True)
    in_place = study is None and contract is None
    if in_place:
        study = clause_study(futures.scenario, wide=True)
    if study is None:
        raise ValueError(why_not(futures, contract))
    results = futures.on(study.scenario).results
    billed = bill_study(study, results)
    named = sorted(billed.compared, key=lambda name: _order(name, study, futures))
    grid = list(billed.grid)
    return DefinitionSpread(
        contract=study.contract,
        definition=study.definition,
        futures=results.trials,
        named=tuple(_bill(billed, results, name, billed.compared[name], _kind(name, study, futures)) for name in named),
        grid=tuple(_bill(billed, results, place, each, "grid") for place, each in billed.grid.items()),
        over_named=_spread([billed.compared[name].cost for name in named], results.net),
        over_grid=_spread([billed.grid[place].cost for place in grid], results.net),
        in_place=_in_place(futures, billed) if in_place else None,
    )


def _in_place(futures: SameFutures, billed: StudyResults) -> InPlace:
    recommended = futures.forecast.recommended.contract
    own = billed.definitions[billed.study.definition].spec
    return InPlace(bool(recommended.definitions), "silent" in own.counting_outcomes)


def why_not(futures: SameFutures, contract: str | None) -> str:
    """Return why a contract's bill is by no definition that can be varied, and what to do."""
    if contract is None:
        return (
            "no contract of the scenario bills resolutions by one definition made of clauses; add one, as "
            '[contracts.NAME] with type = "per_resolution", definition = "assumed_24h" and a price'
        )
    title = futures.forecast.contracts[contract].contract.title
    return (
        f"{title} does not bill resolutions by one definition made of clauses, so that no other definition can take "
        "its place; name a contract per resolution with --contract"
    )


def _kind(name: str, study: ClauseStudy, futures: SameFutures) -> Kind:
    if name == study.definition:
        return "own"
    if name in futures.scenario.definitions:
        return "scenario"
    return "shipped" if name in NAMED else "vendor"


def _order(name: str, study: ClauseStudy, futures: SameFutures) -> int:
    return ("own", "scenario", "shipped", "vendor").index(_kind(name, study, futures))


def _bill(
    of: StudyResults, results: Results, key: str | Place, billed: BilledByDefinition, kind: Kind
) -> DefinitionBill:
    cost, own, net = billed.cost, of.own.cost, of.net
    p10, p90 = risk.quantiles(cost, (0.1, NINE_IN_TEN))
    dearer = cost > own + 1e-9 * np.abs(own)
    name = grid_name(key) if isinstance(key, tuple) else key
    equal = _at_equal_bill(of, results, key, billed)
    return DefinitionBill(
        name=name,
        title=_title(of.study, key) if isinstance(key, tuple) else of.definitions[key].title or key.replace("_", " "),
        kind=kind,
        clauses=_clauses(of.study, key) if isinstance(key, tuple) else (),
        mean=estimate_of_mean(cost, net),
        p10=p10,
        p90=p90,
        less_own=Estimate(0.0, 0.0, 0.0) if np.array_equal(cost, own) else estimate_of_mean(cost - own, net),
        dearer=estimate(float(np.mean(dearer)), risk.share_interval(dearer, net=net)),
        equal_factor=billed.factor,
        equal_price=billed.unit_price,
        equal_p90=None if equal is None else risk.quantile(equal, NINE_IN_TEN),
        units=risk.mean(billed.units),
        not_solved=risk.mean(billed.not_solved),
    )


def _at_equal_bill(of: StudyResults, results: Results, key: str | Place, billed: BilledByDefinition) -> Array | None:
    """Return the bill at the price that leaves its mean as by the contract's own definition, (trial,)."""
    if billed.factor is None:
        return None
    name = grid_name(key) if isinstance(key, tuple) else named_copy(key) if key in NAMED else key
    meters = swapped(of.contract, of.study.definition, name, results)
    total: Array = invoice(scale_rates(of.contract, billed.factor), meters, values_of(results)).total.sum(axis=1)
    return total


def _clauses(study: ClauseStudy, place: Place) -> tuple[str, ...]:
    return tuple(axis.choices[number].label for axis, number in zip(study.axes, place, strict=True))


def _title(study: ClauseStudy, place: Place) -> str:
    """Return the clauses that differ from the contract's own."""
    changed = [
        label for label, own, number in zip(_clauses(study, place), study.own, place, strict=True) if own != number
    ]
    return ", ".join(changed) or "as the contract has it"


def _spread(costs: Sequence[Array], net: risk.Net) -> Spread:
    """Return the spread over definitions and futures.

    Args:
        costs: by each definition, (trial,).
    """
    every = np.stack(costs)
    share, whole = share_of_definitions(every)
    means = every.mean(axis=1)
    return Spread(
        definitions=len(costs),
        of_definitions=_with_interval(share, every, net),
        lowest=float(means.min()),
        highest=float(means.max()),
        deviation=math.sqrt(whole),
    )


def share_of_definitions(costs: Array) -> tuple[float, float]:
    """Return which share of the variance over definitions and futures is that of the means, and the whole variance.

    By the law of total variance the whole is the variance over the definitions of the mean over the futures, and the
    mean over the definitions of the variance over the futures. A share of 0 where nothing varies.

    Args:
        costs: shape (definition, trial).
    """
    between = float(np.var(costs.mean(axis=1)))
    within = float(np.mean(np.var(costs, axis=1)))
    whole = between + within
    return (between / whole if whole > 0 else 0.0), whole


def _with_interval(share: float, costs: Array, net: risk.Net) -> Estimate:
    """Return a share with its interval from the shares in single nets (sectioning); without nets none is told."""
    if net is None or len(net) < risk.LEAST_FOR_NETS:
        return Estimate(share)
    found = list(_by_net(costs, net))
    error = math.sqrt(math.fsum((each - share) ** 2 for each in found) / (len(found) * (len(found) - 1)))
    half = student(0.95, len(found) - 1) * error
    return Estimate(share, max(share - half, 0.0), min(share + half, 1.0))


def _by_net(costs: Array, net: NDArray[np.int8]) -> Iterator[float]:
    for place in range(int(net.max()) + 1):
        yield share_of_definitions(costs[:, net == place])[0]
