"""A split chosen on half of the futures and counted on the other half, and the other way round.

Choosing the best of many on some futures flatters it on these: part of why it looks best is chance. Each half is four
of the eight nets of the futures (every second future where they are random), so that the halves know nothing of one
another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from simulator import risk
from simulator.arrays import Array, Index
from simulator.contracts import Contract, Tie
from simulator.contracts.metering.meters import CONVERSATIONS
from simulator.decisions.same_futures import SameFutures
from simulator.decisions.split.part_bills import Held, PartBills, bends_on_few_units, part_bills
from simulator.decisions.split.ranks import Ranks
from simulator.decisions.split.split_parts import By, Part, parts_of, why_no_parts
from simulator.decisions.split.split_search import Allocation, Bench, Bills, polished, searched, single
from simulator.decisions.split.splits_found import HeldFound, LeftOut, PartFound, Splits
from simulator.decisions.worth import estimate_of_mean, worth
from simulator.errors import ContractError
from simulator.forecast.forecast import price_finder, ranked_by
from simulator.futures.nets import NETS
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.months import fiscal_years_of

MOST: Final = 2
"""Contracts of a split, where nobody says how many."""
QUICK: Final = 256
"""Futures of a half on which the many are ranked."""
FEW: Final = 2


@dataclass(frozen=True, eq=False)
class WholeBill:
    """The bill of a contract that cannot be split, as `PartBills` has it: for all parts or for none."""

    years: Array
    parts: int

    def of(self, held: Held) -> Array:
        """Return the bill, (future, year); of some parts there is none."""
        if len(held) not in (0, self.parts):
            return np.full_like(self.years, np.inf)
        return self.years if held else np.zeros_like(self.years)


@dataclass(frozen=True, eq=False)
class _Halves:
    """The futures of a run, and what ranks on them.

    Attributes:
        offers: contracts that can hold some parts only.
        whole: others, by name.
        years: months of each year of the budget.
    """

    futures: SameFutures
    parts: Sequence[Part]
    offers: Mapping[str, Contract]
    whole: Mapping[str, Contract]
    years: Sequence[slice]
    vendor: Array

    @property
    def rows(self) -> tuple[Index, Index]:
        """The futures of the two halves."""
        net, every = self.futures.net, np.arange(self.futures.results.trials)
        first = every % 2 == 0 if net is None else np.asarray(net) < NETS // 2
        return every[first], every[~first]

    @cached_property
    def every(self) -> Bench:
        """What ranks allocations on all futures."""
        results = self.futures.results
        bills: dict[str, Bills] = {
            name: part_bills(contract, results, self.parts, self.years) for name, contract in self.offers.items()
        }
        bills |= {name: WholeBill(self._whole(name), len(self.parts)) for name in self.whole}
        return Bench(bills, self.ranks(np.arange(results.trials)), self.vendor)

    def bench(self, rows: Index, *, whole: bool = True) -> Bench:
        """Return what ranks allocations on some futures.

        Args:
            whole: with the contracts that cannot be split.
        """
        bills: dict[str, Bills] = {}
        for name, each in self.every.bills.items():
            if isinstance(each, PartBills):
                bills[name] = each.some(rows)
            elif whole and isinstance(each, WholeBill):
                bills[name] = WholeBill(each.years[rows], each.parts)
        return Bench(bills, self.ranks(rows), self.vendor)

    def ranks(self, rows: Index) -> Ranks:
        """Return what ranks costs of some futures."""
        scenario, forecast = self.futures.scenario, self.futures.forecast
        budget = scenario.budget
        people = budget is not None and budget.of == "cost_to_serve"
        beside = self._by_year(forecast.human_work) if people else np.zeros((len(forecast.human_work), len(self.years)))
        return Ranks(
            forecast.verdict.figure,
            beside[rows],
            None if budget is None or not budget.by_fiscal_year else tuple(budget.by_fiscal_year),
            None if budget is None else float(budget.total),
        )

    def _whole(self, name: str) -> Array:
        """Return what a contract that cannot be split costs, (future, year), less people's work as others have it."""
        priced, scenario = self.futures.forecast.contracts[name], self.futures.scenario
        months = priced.invoice
        if scenario.budget is not None and scenario.budget.of == "cost_to_serve":
            months = months + priced.human_work - self.futures.forecast.human_work
        return self._by_year(months)

    def _by_year(self, months: Array) -> Array:
        return np.stack([months[:, year].sum(axis=1) for year in self.years], axis=1)

    def chosen(self, rows: Index, most: int) -> tuple[Allocation, Allocation]:
        """Return the best split of some futures, and the best single contract."""
        quick, whole = self.bench(rows[:QUICK], whole=False), self.bench(rows)
        return searched(quick, whole, len(self.parts), most), single(whole, len(self.parts))


def splits(counted: SameFutures, by: By = "intent", most: int = MOST, vendor_cost: float = 0.0) -> Splits:
    """Return which parts of the conversations to put under which contracts.

    Args:
        counted: futures with the meters of every part (`counted_scenario`, `as_asked`).
        most: contracts that a split may have.
        vendor_cost: of each contract beyond the first, a year, in the scenario's currency.

    Raises:
        ContractError: where there are not two parts, or not one contract that can hold some of them only.
    """
    halves, left_out = _halves(counted, by, vendor_cost)
    first, second = halves.rows
    one, other = (halves.chosen(rows, most) for rows in (first, second))
    every = halves.every
    best = polished(every, [one[0], other[0]], len(halves.parts))
    base = single(every, len(halves.parts))
    same = _crossed(every, halves, one, other)
    apart = _crossed(every, halves, other, one)
    net, ranks, forecast = counted.net, every.ranks, counted.forecast
    beside = ranks.beside
    sums = [(cost + beside).sum(axis=1) for cost in (every.cost(best), every.cost(base), *same, *apart)]
    budget = counted.scenario.budget
    agreed = [a == b for a, b in zip(one[0], other[0], strict=True)]
    return Splits(
        by=by,
        most=most,
        vendor_cost=vendor_cost,
        years=counted.results.months / 12,
        measure=ranked_by(counted.scenario),
        figure=forecast.verdict.figure,
        single=base[0],
        single_title=forecast.contracts[base[0]].contract.title,
        recommended=forecast.verdict.recommended,
        cost=estimate_of_mean(sums[0], net),
        single_cost=estimate_of_mean(sums[1], net),
        same_cost=same_cost(base[0], risk.mean(sums[0]) - risk.mean(sums[1]), counted),
        held=tuple(_held(name, best, every, halves) for name in dict.fromkeys(best)),
        parts=tuple(_part(place, (best, base[0]), every, halves, (one[0], other[0])) for place in range(len(best))),
        same=worth(sums[2], sums[3], net),
        other=worth(sums[4], sums[5], net),
        kept=None if budget is None else ranks.kept(apart[0] + beside),
        single_kept=None if budget is None else ranks.kept(apart[1] + beside),
        agreed=float(np.mean(agreed)),
        left_out=left_out,
    )


def same_cost(single: str, more: float, counted: SameFutures) -> Tie | None:
    """Return the price of a contract at which its mean invoice is what it is and some more; people's work stays."""
    priced = counted.forecast.contracts[single]
    return price_finder(priced, counted.results)(risk.mean, risk.mean(priced.horizon("invoice")) + more)


def refuse_no_split(scenario: Scenario, by: By) -> None:
    """Refuse to split what has one part.

    Raises:
        ContractError: saying what else to split by.
    """
    parts = parts_of(scenario, by)
    if len(parts) < FEW:
        kind = {"intent": "intent", "channel": "channel", "both": "intent and one channel"}[by]
        raise ContractError(
            f"a split needs two parts of the conversations, and the scenario has one {kind}: add some under "
            "[intents.NAME] or [channels.NAME], or choose another --by"
        )


def _halves(counted: SameFutures, by: By, vendor_cost: float) -> tuple[_Halves, tuple[LeftOut, ...]]:
    scenario = counted.scenario
    parts = parts_of(scenario, by)
    refuse_no_split(scenario, by)
    contracts = {name: priced.contract for name, priced in counted.forecast.contracts.items()}
    reasons = {name: _why_whole(contract, counted) for name, contract in contracts.items()}
    offers = {name: contracts[name] for name, why in reasons.items() if why is None}
    if not offers:
        raise ContractError("no contract of the scenario can hold some conversations only; add one that bills by use")
    whole = {name: contracts[name] for name, why in reasons.items() if why is not None}
    budget, months = scenario.budget, counted.results.months
    years = [slice(0, months)]
    if budget is not None and budget.by_fiscal_year:
        years = [each.places for each in fiscal_years_of(scenario)]
    lengths = np.array([len(range(months)[year]) for year in years])
    left = tuple(LeftOut(name, contracts[name].title, why) for name, why in reasons.items() if why is not None)
    return _Halves(counted, parts, offers, whole, years, vendor_cost * lengths / 12), left


def _why_whole(contract: Contract, counted: SameFutures) -> str | None:
    why = why_no_parts(contract)
    if why is None and bends_on_few_units(contract, counted.results):
        return "its bill bends on few units a month, which are not drawn by part"
    return why


def _crossed(
    every: Bench, halves: _Halves, first: tuple[Allocation, Allocation], second: tuple[Allocation, Allocation]
) -> tuple[Array, Array]:
    """Return the costs, (future, year), of a split and a single contract in each half of the futures.

    Args:
        first, second: split and single contract that count in the first half and in the second.
    """
    rows = halves.rows
    costs = []
    for allocations in zip(first, second, strict=True):
        cost = np.empty_like(every.ranks.beside)
        for some, allocation in zip(rows, allocations, strict=True):
            cost[some] = every.cost(allocation)[some]
        costs.append(cost)
    return costs[0], costs[1]


def _conversations(places: Sequence[int], halves: _Halves) -> tuple[float, float]:
    """Return the handled conversations over the horizon that some parts have on average, and their share of all."""
    results = halves.futures.results
    some = sum(float(results.meters[str(halves.parts[place].key(CONVERSATIONS))].sum()) for place in places)
    return some / results.trials, some / (float(results.meters[CONVERSATIONS].sum()) or 1.0)


def _held(name: str, best: Allocation, every: Bench, halves: _Halves) -> HeldFound:
    places = [place for place, each in enumerate(best) if each == name]
    bill = every.bills[name].of(frozenset(places)).sum(axis=1)
    title = halves.futures.forecast.contracts[name].contract.title
    number, share = _conversations(places, halves)
    return HeldFound(name, title, len(places), share, number, estimate_of_mean(bill, halves.futures.net))


def _part(
    place: int,
    found: tuple[Allocation, str],
    every: Bench,
    halves: _Halves,
    chosen: tuple[Allocation, Allocation],
) -> PartFound:
    """Return one part.

    Args:
        found: the best split, and the best single contract.
        chosen: the splits that the two halves of the futures chose.
    """
    (best, single), contracts = found, halves.futures.forecast.contracts
    name, part = best[place], halves.parts[place]
    others = [each for each in (dict.fromkeys(best) if len(set(best)) > 1 else halves.offers) if each != name]
    to, moving = None, None
    if others and name in halves.offers:
        cost = every.cost(best).sum(axis=1)
        moved = {each: every.cost((*best[:place], each, *best[place + 1 :])).sum(axis=1) for each in others}
        to = min(moved, key=lambda each: risk.mean(moved[each]))
        moving = estimate_of_mean(moved[to] - cost, halves.futures.net)
    alone, under_single = (
        risk.mean(every.bills[each].of(frozenset([place])).sum(axis=1)) if each in halves.offers else None
        for each in (name, single)
    )
    number, share = _conversations([place], halves)
    return PartFound(
        part.intent, part.channel, name, contracts[name].contract.title, contracts[name].contract.label,
        share, number, alone or 0.0, under_single,
        None if to is None else contracts[to].contract.title, moving, all(each[place] == name for each in chosen),
    )  # fmt: skip
