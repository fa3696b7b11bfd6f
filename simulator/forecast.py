"""Every contract of a scenario priced on the same months, and which one to sign."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from simulator import risk
from simulator.contracts import (
    Contract,
    ExitRow,
    Invoice,
    Tie,
    exit_table,
    invoice,
    model_cost,
    owed_if_stopped,
    tie_price,
)
from simulator.contracts.billed_units import Units, billed_units
from simulator.contracts.meters import CONVERSATIONS, is_tokens
from simulator.definitions import Definition
from simulator.distributions import Quantity
from simulator.kept import Kept
from simulator.scenario.terms import Terms, compile_terms

if TYPE_CHECKING:
    from simulator.engine.results import Results
    from simulator.scenario.schema import Scenario

Array = NDArray[np.float64]

Measure = Literal["invoice", "cost_to_serve"]

SURE: Final = 0.95
"""Share of the futures in which the better contract must be cheaper to be told apart from the next one."""
LONGEST_DEFAULT: Final = 28
"""Letters of a title that was not given, beyond which it takes that of the definition: tables would cut its end."""


@dataclass(frozen=True, slots=True)
class Priced:
    """One contract on the simulated months, arrays (trial, month) in the scenario's currency.

    Attributes:
        people_hours: hours that people work; those of the results unless the contract stops the AI at a limit.
        human_work: what they cost.
        cases_solved: cases solved by the AI or a person; those of the results unless the AI stops.
        bills_units: whether anything it bills by use occurs in some future; true without charges for use.
        tie: where its expected invoice equals that of the recommended contract; for that one, of the next best.
        tie_with: name of that other contract; None for a single contract.
        model_cost: the vendor's bill for the tokens of what the AI serves.
        exits: mean still owed if use stops after each month of the horizon.
        owed: mean still owed if stopped after 6 and 12 months; None beyond the horizon.
        countable_by_buyer: whether the buyer holds all columns that its units need.
        count_note: the same in words.
    """

    contract: Contract
    invoice: Invoice
    people_hours: Array
    human_work: Array
    cases_solved: Array
    units: Units
    bills_units: bool
    model_cost: Array
    exits: tuple[ExitRow, ...]
    owed: Mapping[str, float | None]
    countable_by_buyer: bool
    count_note: str
    tie: Tie | None = None
    tie_with: str | None = None

    @property
    def cost_to_serve(self) -> Array:
        """Invoice and human work."""
        cost: Array = self.invoice.total + self.human_work
        return cost

    @property
    def billed_not_solved_amount(self) -> Array | None:
        """Charges for use times the share of the units that are billed and not solved, (trial,).

        Where units of several meters are billed, their shares weigh by what each is charged.
        """
        if self.units.unsolved_share is None:
            return None
        amount = self.invoice.usage.sum(axis=1) * self.units.unsolved_share
        return np.where(self.units.billed.sum(axis=1) > 0, amount, 0.0)


@dataclass(frozen=True, slots=True)
class StatusQuo:
    """The same cases today, arrays (trial, month): by people only, or under the contract in force.

    Attributes:
        cost: people, and the invoice of the contract in force.
        solved: cases solved, by the AI or people.
        people_hours: hours that people work on them.
        in_force: the contract in force; None where people work alone.
    """

    title: str
    cost: Array
    solved: Array
    people_hours: Array
    in_force: Priced | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What all contracts cost on the same futures.

    Attributes:
        human_work: cost of people (trial, month), the same under every contract that stops the AI at no limit.
        model_cost: the vendor's bill for tokens at the models' prices (trial, month), the same under every contract.
        contracts: by name, in the scenario's order.
        ranking: names by P90 of what they are ranked by (see `ranked_by`), then its mean, then the name; contracts that
            bill no unit in any future come last, as such an invoice is more likely a mistake than a bargain.
        too_close: whether the best two cannot be told apart by these futures (see `too_close_to_call`).
    """

    results: Results
    human_work: Array
    model_cost: Array
    contracts: Mapping[str, Priced]
    ranking: tuple[str, ...]
    too_close: bool
    status_quo: StatusQuo | None

    @property
    def scenario(self) -> Scenario:
        """What was simulated."""
        return self.results.scenario

    @property
    def recommended(self) -> Priced:
        """The contract to sign: lowest P90 of what contracts are ranked by."""
        return self.contracts[self.ranking[0]]

    @property
    def runner_up(self) -> Priced | None:
        """The next best contract."""
        return self.contracts[self.ranking[1]] if len(self.ranking) > 1 else None


def forecast(results: Results) -> Forecast:
    """Price every contract of the scenario on the simulated months.

    The recommended contract has the lowest P90 of what the budget covers (`ranked_by`): the budget that nine in ten
    futures keep. One that bills no unit in any future is recommended only if all are like that.

    Raises:
        ContractError: if a contract cannot be compiled, or a model has no list price.
        KeyError: if the results lack a meter that a contract reads.
    """
    scenario, values = results.scenario, values_of(results)
    terms = compile_terms(scenario)
    cost = model_cost(results.meters, terms.model_rates, values)
    kept = Kept(results.meters.values())
    contracts = {
        name: _priced(_titled(contract, scenario, terms.definitions), results, cost, terms.definitions, kept)
        for name, contract in terms.contracts.items()
    }
    of = ranked_by(scenario)
    ranking = _ranking(contracts, of)
    return Forecast(
        results=results,
        human_work=kept.array(_cost_of_people(results.meters["human_minutes"] / 60, results)),
        model_cost=cost,
        contracts=_with_ties(contracts, ranking, results),
        ranking=ranking,
        too_close=_too_close([contracts[name] for name in ranking[:2]], of),
        status_quo=_status_quo(results, terms, contracts, cost, kept),
    )


def _too_close(best_two: Sequence[Priced], of: Measure) -> bool:
    """Whether the best two contracts cannot be told apart; one that bills no unit is no rival."""
    if len(best_two) < 2 or not all(priced.bills_units for priced in best_two):
        return False
    better, next_best = (horizon_cost(priced, of) for priced in best_two)
    return too_close_to_call(better, next_best)


def too_close_to_call(better: Array, next_best: Array) -> bool:
    """Return whether two costs (trial,) cannot be told apart.

    They cannot if the 95 % intervals of their P90 overlap and the better one is strictly cheaper in less than 95 %
    of the futures. The intervals alone would call contracts close that differ in every single future.
    """
    first, second = risk.quantile_interval(better, 0.9), risk.quantile_interval(next_best, 0.9)
    overlap = first.high >= second.low and second.high >= first.low
    return overlap and risk.paired(better, next_best).share_cheaper < SURE


def divided(total: Array, by: Array) -> Array:
    """Return total / by, same shape; NaN where `by` is 0."""
    ratio: Array = np.divide(total, by, out=np.full(np.shape(total), np.nan), where=by > 0)
    return ratio


def values_of(results: Results) -> Callable[[Quantity], Array]:
    """Return the function that gives the value of a quantity in each trial, shape (trials,)."""

    def value(quantity: Quantity) -> Array:
        return np.full(results.trials, quantity.center) if quantity.fixed else results.unknowns[quantity.name]

    return value


def _titled(contract: Contract, scenario: Scenario, definitions: Mapping[str, Definition]) -> Contract:
    """Return a contract by the title of its definition where its own was not given and is too long for a table."""
    spec = scenario.contracts.get(contract.name)
    if spec is None or spec.title or len(contract.definitions) != 1:
        return contract
    title = definitions[contract.definitions[0]].title
    fits = len(contract.title) <= LONGEST_DEFAULT or len(title) >= len(contract.title)
    return contract if fits else replace(contract, title=title)


def _cost_of_people(hours: Array, results: Results) -> Array:
    cost: Array = hours * values_of(results)(results.scenario.people.cost_per_hour)[:, None]
    return cost


def _priced(
    contract: Contract, results: Results, cost: Array, definitions: Mapping[str, Definition], kept: Kept
) -> Priced:
    values = values_of(results)
    billed = invoice(contract, results.meters, values)
    countable, note = _countable(contract, definitions)
    exits = exit_table(billed, contract, results.meters, values)
    hours, solved = results.meters["human_minutes"] / 60, results.meters["cases_solved"]
    if billed.served is not None:
        hours, solved = _with_people(billed.served, results)
    work = _cost_of_people(hours, results)
    return Priced(
        contract=contract,
        invoice=kept.all_of(billed),
        people_hours=kept.array(hours),
        human_work=kept.array(work),
        cases_solved=kept.array(solved),
        units=kept.all_of(billed_units(contract, results.meters, values, billed.served)),
        bills_units=not contract.billed_meters
        or any(np.any(results.meters[meter]) for meter in contract.billed_meters),
        model_cost=cost if billed.served is None else cost * billed.served,
        exits=exits,
        owed=owed_if_stopped(exits),
        countable_by_buyer=countable,
        count_note=note,
    )


def _with_people(served: Array, results: Results) -> tuple[Array, Array]:
    """Return people's hours and the cases solved where people take the conversations that the AI does not serve.

    Each of these costs the mean minutes of a conversation handled by people (a handoff's of its level and channel), and
    people solve its case at their own rate. No new simulation: the month's mix of levels and channels says the mean.
    """
    scenario, meters, values = results.scenario, results.meters, values_of(results)
    by_level = sum(meters[f"level:{name}"] * values(level.handoff_minutes)[:, None]
                   for name, level in scenario.levels.items())  # fmt: skip
    by_channel = sum(meters[f"channel:{name}"] * values(channel.minutes)[:, None]
                     for name, channel in scenario.channels.items())  # fmt: skip
    rows = meters["rows"]
    minutes = np.nan_to_num(divided(np.asarray(by_level), rows) * divided(np.asarray(by_channel), rows))
    taken_over = (1.0 - served) * meters[CONVERSATIONS]
    solved = meters["cases"] * values(scenario.people.solve)[:, None]
    return (
        (served * meters["human_minutes"] + taken_over * minutes) / 60,
        served * meters["cases_solved"] + (1.0 - served) * solved,
    )


def _countable(contract: Contract, definitions: Mapping[str, Definition]) -> tuple[bool, str]:
    """Whether the buyer can recount the invoice from its own data, and why."""
    for name in contract.definitions:
        verdict = definitions[name].verifiability
        if not verdict.countable_by_buyer:
            return False, verdict.sentence
    if any(is_tokens(meter) for meter in contract.meters):
        return False, "tokens can be counted only in the vendor's log"
    return True, "you can recount this in your own data"


def ranked_by(scenario: Scenario) -> Measure:
    """Return what contracts are ranked by: what the budget covers, the invoice without a budget."""
    return "invoice" if scenario.budget is None else scenario.budget.of


def cost_by_month(priced: Priced, of: Measure) -> Array:
    """Return a contract's invoice, or invoice and human work, (trial, month)."""
    return priced.invoice.total if of == "invoice" else priced.cost_to_serve


def horizon_cost(priced: Priced, of: Measure) -> Array:
    """Return a contract's invoice, or invoice and human work, over the horizon, (trial,)."""
    return np.asarray(cost_by_month(priced, of).sum(axis=1))


def present_value(months: Array, rates: Array) -> Array:
    """Return what amounts of months are worth on the first day of the horizon, (trial,).

    The invoice of month m, counted from 1, is taken as paid at the end of that month, m months after the first day, as
    vendors bill a month when it is over: its amount counts (1 + rate)^(-m / 12) times. Fees and credits that a contract
    bills in a month count with that month. At 12.6825 % a year, 1 % a month, 100 in each of 36 months are worth
    3,010.75, the annuity of a textbook (Brealey, Myers and Allen, Principles of Corporate Finance, chapter 2).

    Args:
        months: amounts, (trial, month).
        rates: yearly rates, (trial,).
    """
    after = np.arange(1, months.shape[1] + 1) / 12
    value: Array = (months * (1.0 + rates[:, None]) ** -after).sum(axis=1)
    return value


def _ranking(contracts: Mapping[str, Priced], of: Measure) -> tuple[str, ...]:
    def order(name: str) -> tuple[bool, float, float, str]:
        cost = horizon_cost(contracts[name], of)
        p90, mean = float(f"{risk.quantile(cost, 0.9):.12g}"), float(f"{risk.mean(cost):.12g}")
        return not contracts[name].bills_units, p90, mean, name

    return tuple(sorted(contracts, key=order))


def _with_ties(contracts: Mapping[str, Priced], ranking: tuple[str, ...], results: Results) -> dict[str, Priced]:
    """Add to each contract where it ties with the recommended one, and to that one where it ties with the next best."""
    if len(ranking) == 1:
        return dict(contracts)
    tied = {}
    for name, priced in contracts.items():
        other = ranking[1] if name == ranking[0] else ranking[0]
        target = float(contracts[other].invoice.total.sum(axis=1).mean())
        tie = tie_price(priced.contract, target, results.meters, values_of(results))
        tied[name] = replace(priced, tie=tie, tie_with=other)
    return tied


def _status_quo(
    results: Results, terms: Terms, contracts: Mapping[str, Priced], cost: Array, kept: Kept
) -> StatusQuo | None:
    today = results.scenario.today
    if today is None:
        return None
    if today.people_only:
        hours, solved = results.meters["today_minutes"] / 60, results.meters["today_solved"]
        return StatusQuo(today.title or "Today (people only)", _cost_of_people(hours, results), solved, hours)
    own = terms.in_force
    priced = _priced(own, results, cost, terms.definitions, kept) if own else contracts[str(today.contract)]
    title = today.title or f"Today ({priced.contract.title})"
    return StatusQuo(title, priced.cost_to_serve, priced.cases_solved, priced.people_hours, priced)
