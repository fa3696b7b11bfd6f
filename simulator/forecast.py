"""Every contract of a scenario priced on the same months, and the verdict on which one to sign."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    tie_finder,
)
from simulator.contracts.billed_units import Units, billed_units
from simulator.contracts.meters import CONVERSATIONS, is_tokens
from simulator.definitions import Definition
from simulator.distributions import Quantity
from simulator.kept import Kept
from simulator.scenario.months import fiscal_years_of
from simulator.scenario.terms import Terms, compile_terms
from simulator.verdict import NINE_OF_TEN, Flags, Offer, Verdict, verdict

if TYPE_CHECKING:
    from simulator.engine.results import Results
    from simulator.scenario.schema import Scenario

Array = NDArray[np.float64]

Measure = Literal["invoice", "cost_to_serve"]

LONGEST_DEFAULT: Final = 28
"""Letters of a title that was not given, beyond which it takes that of the definition: tables would cut its end."""


@dataclass(frozen=True, slots=True)
class Ties:
    """Three prices at which a contract ties with another: they are different, and each has its name.

    Attributes:
        other: name of the other contract.
        mean: where the expected invoices are equal.
        p90: where the P90s of what contracts are ranked by are equal.
        nine_in_ten: up to where it is cheaper in nine of ten futures: there, the P90 of the difference is 0.
        Each is None where no price ties.
    """

    other: str
    mean: Tie | None
    p90: Tie | None
    nine_in_ten: Tie | None


@dataclass(frozen=True, slots=True)
class Priced:
    """One contract on the simulated months, arrays (trial, month) in the scenario's currency.

    Attributes:
        people_hours: hours that people work; those of the results unless the contract stops the AI at a limit.
        human_work: what they cost.
        cases_solved: cases solved by the AI or a person; those of the results unless the AI stops.
        bills_units: whether anything it bills by use occurs in some future; true without charges for use.
        ties: the prices at which it ties with the recommended contract; for that one, with the next of the ranking.
            None for a single contract.
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
    ties: Ties | None = None

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
        verdict: which one to sign, by one rule (simulator.verdict).
    """

    results: Results
    human_work: Array
    model_cost: Array
    contracts: Mapping[str, Priced]
    verdict: Verdict
    status_quo: StatusQuo | None

    @property
    def scenario(self) -> Scenario:
        """What was simulated."""
        return self.results.scenario

    @property
    def ranking(self) -> tuple[str, ...]:
        """Names of the contracts in the verdict's order, the recommended one first."""
        return self.verdict.ranking

    @property
    def recommended(self) -> Priced:
        """The contract to sign."""
        return self.contracts[self.verdict.recommended]


def forecast(results: Results) -> Forecast:
    """Price every contract of the scenario on the simulated months, and judge them by what the budget covers.

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
    found = verdict([offer(name, priced, scenario) for name, priced in contracts.items()], results.net)
    return Forecast(
        results=results,
        human_work=kept.array(_cost_of_people(results.meters["human_minutes"] / 60, results)),
        model_cost=cost,
        contracts=_with_ties(contracts, found.ranking, results),
        verdict=found,
        status_quo=_status_quo(results, terms, contracts, cost, kept),
    )


def offer(name: str, priced: Priced, scenario: Scenario) -> Offer:
    """Return what the verdict looks at of a priced contract."""
    of = ranked_by(scenario)
    return Offer(
        name=name,
        cost=horizon_cost(priced, of),
        keeps=keeps_budgets(cost_by_month(priced, of), scenario),
        bills_units=priced.bills_units,
        countable=priced.countable_by_buyer,
    )


def keeps_budgets(cost: Array, scenario: Scenario) -> Flags | None:
    """Return in which futures a cost (trial, month) keeps the budget of the horizon and that of each fiscal year.

    A cost that equals a budget keeps it. None where the scenario has no budget.
    """
    budget = scenario.budget
    if budget is None:
        return None
    keeps: Flags = cost.sum(axis=1) <= budget.total
    for year, amount in zip(fiscal_years_of(scenario), budget.by_fiscal_year, strict=False):
        keeps = keeps & (cost[:, year.places].sum(axis=1) <= amount)
    return keeps


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
    meters = results.priced_meters(contract)
    billed = invoice(contract, meters, values)
    countable, note = _countable(contract, definitions)
    exits = exit_table(billed, contract, meters, values)
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
        units=kept.all_of(billed_units(contract, meters, values, billed.served)),
        bills_units=not contract.billed_meters or any(np.any(meters[meter]) for meter in contract.billed_meters),
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


def overrun(cost: Array, scenario: Scenario) -> Array | None:
    """Return by how much a cost (trial, month) exceeds its budgets in each future, (trial,); None without a budget.

    It is the sum over fiscal years that have budgets of their own, else what the horizon costs over its budget.
    """
    budget = scenario.budget
    if budget is None:
        return None
    if not budget.by_fiscal_year:
        return np.asarray(np.maximum(cost.sum(axis=1) - budget.total, 0.0))
    years = zip(fiscal_years_of(scenario), budget.by_fiscal_year, strict=True)
    return np.asarray(sum(np.maximum(cost[:, year.places].sum(axis=1) - amount, 0.0) for year, amount in years))


def _with_ties(contracts: Mapping[str, Priced], ranking: tuple[str, ...], results: Results) -> dict[str, Priced]:
    """Add to each contract where it ties with the recommended one, and to that one where with the next."""
    if len(ranking) == 1:
        return dict(contracts)
    others = {name: ranking[1] if name == ranking[0] else ranking[0] for name in contracts}
    return {
        name: replace(priced, ties=_ties(priced, others[name], contracts[others[name]], results))
        for name, priced in contracts.items()
    }


def _ties(priced: Priced, name: str, other: Priced, results: Results) -> Ties:
    """Return the three prices; human work, where it ranks, is what it is at today's price."""
    find = tie_finder(priced.contract, results.priced_meters(priced.contract), values_of(results))
    of = ranked_by(results.scenario)
    beside = 0.0 if of == "invoice" else priced.human_work.sum(axis=1)
    target, mean = horizon_cost(other, of), float(other.invoice.total.sum(axis=1).mean())
    size = risk.mean(target)
    return Ties(
        other=name,
        mean=find(risk.mean, mean),
        p90=find(lambda total: risk.quantile(total + beside, NINE_OF_TEN), risk.quantile(target, NINE_OF_TEN)),
        # of a size, so that the search has a relative tolerance
        nine_in_ten=find(lambda total: risk.quantile(total + beside - target, NINE_OF_TEN) + size, size),
    )


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
