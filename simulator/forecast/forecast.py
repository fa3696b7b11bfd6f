"""Every contract of a scenario priced on the same months, and the verdict on which one to sign."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator import risk
from simulator.arrays import Array, Flags
from simulator.contracts import Contract, Tie
from simulator.contracts.contract import is_proportional
from simulator.contracts.invoices.tie import finder_of, totals_of
from simulator.contracts.metering.meters import CONVERSATIONS, is_tokens, resolutions
from simulator.definitions import Definition
from simulator.engine.storage.run_columns import Columns
from simulator.forecast.bills import HUMAN_WORK, IN_FORCE, MODEL_COST, at, priced_part, values_of
from simulator.forecast.precision import Asked, Reached, reached
from simulator.forecast.priced import Measure, Priced, StatusQuo, Ties
from simulator.forecast.verdict import NINE_OF_TEN, Offer, Verdict, verdict
from simulator.scenario.stated.compiled_terms import Terms, compile_terms
from simulator.scenario.stated.months import fiscal_years_of

if TYPE_CHECKING:
    from simulator.engine.results import Results
    from simulator.scenario.schema import Scenario


LONGEST_DEFAULT: Final = 28
"""Letters of a title that was not given, beyond which it takes that of the definition: tables would cut its end."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What all contracts cost on the same futures.

    Attributes:
        results: with the columns of the run (`simulator.forecast.bills.priced_part`).
        contracts: by name, in the scenario's order.
        verdict: which one to sign, by one rule (simulator.forecast.verdict).
    """

    results: Results
    contracts: Mapping[str, Priced]
    verdict: Verdict
    status_quo: StatusQuo | None

    @property
    def scenario(self) -> Scenario:
        """What was simulated."""
        return self.results.scenario

    @property
    def columns(self) -> Columns:
        """What left the groups of futures of the run."""
        assert self.results.columns is not None  # a forecast is made of them
        return self.results.columns

    @property
    def human_work(self) -> Array:
        """Cost of people (trial, month), the same under every contract that stops the AI at no limit."""
        return self.columns.array(HUMAN_WORK)

    @property
    def model_cost(self) -> Array:
        """The vendor's bill for tokens at the models' prices (trial, month), the same under every contract."""
        return self.columns.array(MODEL_COST)

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

    Args:
        results: with all meters, which are priced here, or of groups that were priced when they were simulated.

    Raises:
        ContractError: if a contract cannot be compiled, or a model has no list price.
        KeyError: if the results lack a meter that a contract reads.
    """
    terms = compile_terms(results.scenario)
    if results.columns is None:
        part = priced_part(results, terms)
        results = replace(results, columns=Columns(results.trials, [part]))
    contracts, found = _judged(results, terms)
    return Forecast(
        results=results,
        contracts=_with_ties(contracts, found.ranking, results),
        verdict=found,
        status_quo=_status_quo(results, terms, contracts),
    )


def _judged(results: Results, terms: Terms) -> tuple[dict[str, Priced], Verdict]:
    """Return the contracts with what they cost, by name, and the verdict on them."""
    contracts = {name: _priced(contract, results, terms) for name, contract in terms.contracts.items()}
    offers = [offer(name, priced, results.scenario) for name, priced in contracts.items()]
    return contracts, verdict(offers, results.net)


def reached_in(results: Results, asked: Asked) -> Reached:
    """Return how well P90 is known of what contracts are ranked by.

    Args:
        results: of groups that were priced when they were simulated.
    """
    contracts, found = _judged(results, compile_terms(results.scenario))
    of = ranked_by(results.scenario)
    return reached(asked, found, {name: horizon_cost(priced, of) for name, priced in contracts.items()}, results.net)


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


def _titled(contract: Contract, scenario: Scenario, definitions: Mapping[str, Definition]) -> Contract:
    """Return a contract by the title of its definition where its own was not given and is too long for a table."""
    spec = scenario.contracts.get(contract.name)
    if spec is None or spec.title or len(contract.definitions) != 1:
        return contract
    title = definitions[contract.definitions[0]].title
    fits = len(contract.title) <= LONGEST_DEFAULT or len(title) >= len(contract.title)
    return contract if fits else replace(contract, title=title)


def _priced(contract: Contract, results: Results, terms: Terms, of: str | None = None) -> Priced:
    """Return how a contract is read; `of` begins its columns where that is not its name."""
    assert results.columns is not None
    countable, note = _countable(contract, terms.definitions)
    titled = _titled(contract, results.scenario, terms.definitions)
    return Priced(titled, results.columns, of or contract.name, results.months, countable, note)


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
    return priced.invoice if of == "invoice" else priced.cost_to_serve


def horizon_cost(priced: Priced, of: Measure) -> Array:
    """Return a contract's invoice, or invoice and human work, over the horizon, (trial,)."""
    return priced.horizon(of)


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
    find, of = price_finder(priced, results), ranked_by(results.scenario)
    beside = 0.0 if of == "invoice" else priced.columns.horizon(f"{at(priced.of)}{HUMAN_WORK}")
    target, mean = horizon_cost(other, of), risk.mean(other.horizon("invoice"))
    size = risk.mean(target)
    return Ties(
        other=name,
        mean=find(risk.mean, mean),
        p90=find(lambda total: risk.quantile(total + beside, NINE_OF_TEN), risk.quantile(target, NINE_OF_TEN)),
        # of a size, so that the search has a relative tolerance
        nine_in_ten=find(lambda total: risk.quantile(total + beside - target, NINE_OF_TEN) + size, size),
    )


def price_finder(priced: Priced, results: Results) -> Callable[[Callable[[Array], float], float], Tie | None]:
    """Return the function that finds the price at which a figure of a contract's invoice meets a target."""
    contract = priced.contract
    totals = totals_by_price(contract, priced.horizon("invoice"), priced.usage, results)
    return finder_of(contract, totals, lambda: use_of_a_conversation(priced))


def use_of_a_conversation(priced: Priced) -> float:
    """Return the mean charge for use of a handled conversation, NaN without any; of contracts without a unit rate."""
    conversations = priced.sums["use_of"]
    return priced.sums["use"] / conversations if conversations > 0 else math.nan


def totals_by_price(
    contract: Contract, total: Array, usage: Array, results: Results, instead: tuple[str, str] | None = None
) -> Callable[[float], Array]:
    """Return the function from a factor on all prices of usage to the invoice over the horizon, (trial,).

    Args:
        total, usage: the invoice and its charges for use over the horizon as it is, (trial,).
        results: with the meters that it is billed on, where it is not in proportion to prices.
        instead: a definition, and another one whose units take the place of its own.
    """
    if is_proportional(contract):
        fixed = total - usage
        return lambda factor: total if factor == 1.0 else fixed + factor * usage
    own, other = (resolutions(name) for name in instead or ("", ""))
    keys = [*contract.meters, contract.unit, CONVERSATIONS, other]

    def of(some: Results) -> Callable[[float], Array]:
        taken = {} if instead is None else {own: some.meters[other]}
        return totals_of(contract, some.priced_meters(contract, taken), values_of(some))

    whole = functools.lru_cache(1)(lambda: of(results))

    def at_price(factor: float) -> Array:
        return results.each(keys, lambda some: (whole() if some is results else of(some))(factor))

    return at_price


def _status_quo(results: Results, terms: Terms, contracts: Mapping[str, Priced]) -> StatusQuo | None:
    today = results.scenario.today
    if today is None:
        return None
    assert results.columns is not None
    if today.people_only:
        return StatusQuo(today.title or "Today (people only)", results.columns)
    own = terms.in_force
    priced = _priced(own, results, terms, IN_FORCE) if own else contracts[str(today.contract)]
    return StatusQuo(today.title or f"Today ({priced.contract.title})", results.columns, priced)
