"""A contract priced on simulated months, and what of it is kept of a group of futures.

There is one pricing code: it prices the groups of futures of a run where they are simulated, and results whose meters
are all there as one such group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.arrays import Array, divided
from simulator.contracts import Contract, Invoice, invoice, model_cost
from simulator.contracts.binding.all_clauses import has_clauses
from simulator.contracts.contract import is_proportional
from simulator.contracts.invoices.billed_units import BilledUnits, billed_units, is_told
from simulator.contracts.invoices.lumps import lump_lines
from simulator.contracts.invoices.pricing import owed_by_month
from simulator.contracts.invoices.tie import unit_rate, usage_of
from simulator.contracts.metering.meters import CONVERSATIONS, INPUT_TOKENS, OUTPUT_TOKENS, is_tokens
from simulator.contracts.metering.segments import segment_of
from simulator.contracts.settlement.billable_units import counting
from simulator.contracts.settlement.drawdown import Drawdown
from simulator.engine.results import DRIVERS, METERS, SAMPLING, UNKNOWNS, WHOLE
from simulator.engine.storage.run_columns import GroupPart, block_sums, compact
from simulator.forecast.shared_arrays import Kept
from simulator.quantities.distributions import Quantity
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.months import fiscal_years_of

if TYPE_CHECKING:
    from simulator.engine.results import Results
    from simulator.scenario.stated.compiled_terms import Terms


READ: Final = (
    "cases", "conversations", "tickets", "unseen_tickets", "straight_returns", "cases_solved", "cases_solved_by_ai",
    "human_minutes", "touch:handoff", "rows|solved_by_ai",
)  # fmt: skip
"""Meters of which single futures are read whatever the contracts; of all others only their sums."""
HUMAN_WORK, MODEL_COST, IN_FORCE = "human_work", "model_cost", "in_force"
TODAY: Final = "today/"


@dataclass(frozen=True, slots=True)
class Bill:
    """One contract on simulated months, arrays (trial, month) in the scenario's currency.

    Attributes:
        people_hours: hours that people work; those of the results unless the contract stops the AI at a limit.
        human_work: what they cost.
        cases_solved: cases solved by the AI or a person; those of the results unless the AI stops.
        model_cost: the vendor's bill for the tokens of what the AI serves.
    """

    contract: Contract
    invoice: Invoice
    people_hours: Array
    human_work: Array
    cases_solved: Array
    units: BilledUnits
    model_cost: Array

    @property
    def billed_not_solved_amount(self) -> Array | None:
        """What the units cost together times the share of them that are billed and not solved, (trial,).

        Fees, minimums and caps are in it in proportion. Each line of use has the share of its own units, and lines
        weigh by what each is charged.
        """
        if self.units.unsolved_share is None:
            return None
        amount = self.invoice.of_units * self.units.unsolved_share
        return np.where(self.units.billed.sum(axis=1) > 0, amount, 0.0)


def values_of(results: Results) -> Callable[[Quantity], Array]:
    """Return the function that gives the value of a quantity in each trial, shape (trials,)."""

    def value(quantity: Quantity) -> Array:
        return np.full(results.trials, quantity.center) if quantity.fixed else results.unknowns[quantity.name]

    return value


def cost_of_people(hours: Array, results: Results) -> Array:
    """Return what hours of people (trial, month) cost."""
    cost: Array = hours * values_of(results)(results.scenario.people.cost_per_hour)[:, None]
    return cost


def bill(contract: Contract, results: Results, cost: Array) -> Bill:
    """Return a contract on the months of some futures whose meters are all there.

    Args:
        cost: the vendor's bill for tokens, (trial, month).

    Raises:
        KeyError: if the results lack a meter that the contract reads.
    """
    values, meters = values_of(results), results.priced_meters(contract)
    billed = invoice(contract, meters, values)
    hours, solved = results.meters["human_minutes"] / 60, results.meters["cases_solved"]
    if billed.served is not None:
        hours, solved = _with_people(billed.served, results)
    return Bill(
        contract=contract,
        invoice=billed,
        people_hours=hours,
        human_work=cost_of_people(hours, results),
        cases_solved=solved,
        units=billed_units(contract, meters, values, billed.served),
        model_cost=cost if billed.served is None else cost * billed.served,
    )


def _with_people(served: Array, results: Results) -> tuple[Array, Array]:
    """Return people's hours and the cases solved where people take the conversations that the AI does not serve.

    Each of these costs the mean minutes of a conversation handled by people (a handoff's of its level and channel), and
    people solve its case at their own rate. No new simulation: the month's mix of levels and channels says the mean.
    """
    scenario, meters, values = results.scenario, results.meters, values_of(results)
    minutes = _minutes_of_people(results)
    taken_over = (1.0 - served) * meters[CONVERSATIONS]
    solved = meters["cases"] * values(scenario.people.solve)[:, None]
    return (
        (served * meters["human_minutes"] + taken_over * minutes) / 60,
        served * meters["cases_solved"] + (1.0 - served) * solved,
    )


def people_alone(results: Results) -> Array:
    """Return what people would cost if they took every conversation of some months, (trial, month).

    Raises:
        KeyError: if the results lack the meters of levels and channels.
    """
    return cost_of_people(results.meters[CONVERSATIONS] * _minutes_of_people(results) / 60, results)


def _minutes_of_people(results: Results) -> Array:
    """Return the mean minutes of a conversation handled by people, (trial, month); 0 where there is none."""
    scenario, meters, values = results.scenario, results.meters, values_of(results)
    by_level = sum(meters[f"level:{name}"] * values(level.handoff_minutes)[:, None]
                   for name, level in scenario.levels.items())  # fmt: skip
    by_channel = sum(meters[f"channel:{name}"] * values(channel.minutes)[:, None]
                     for name, channel in scenario.channels.items())  # fmt: skip
    rows = meters["rows"]
    minutes: Array = np.nan_to_num(divided(np.asarray(by_level), rows) * divided(np.asarray(by_channel), rows))
    return minutes


def at(name: str) -> str:
    """Return how the names of a contract's columns and sums begin."""
    return f"contracts/{name}/"


def kept_meters(contracts: Sequence[Contract]) -> tuple[str, ...]:
    """Return the meters of which single futures are kept: those that are read, and what contracts are asked later.

    Ties look at all that a contract is billed on where its invoice is not in proportion to prices, and so does what is
    billed again where units of several meters are billed, and what its clauses are worth; else that looks at the units
    alone. Tokens of all models are kept where some are billed, for what can be counted of them (decisions.tripwires).
    """
    found = list(READ)
    for contract in contracts:
        told = [unit for unit in contract.units if is_told(unit)]
        if (
            not is_proportional(contract)
            or len(contract.units) > 1
            or len(counting(contract.usage)) > 1
            or has_clauses(contract)
        ):
            found += [*contract.meters, contract.unit]
        found += told
        if any(is_tokens(meter) for meter in contract.meters):
            found += [INPUT_TOKENS, OUTPUT_TOKENS]
    return tuple(dict.fromkeys(found))


def priced_part(results: Results, terms: Terms, first: int = 0, *, every_meter: bool = False) -> GroupPart:
    """Price all contracts on some futures, and return what is kept of these.

    Args:
        results: of the futures, with all meters.
        terms: of the scenario, compiled.
        first: place of the first future in the run.
        every_meter: whether single futures of all meters are kept.
    """
    meters, kept = results.meters, Kept(results.meters.values())
    in_force = {} if terms.in_force is None else {IN_FORCE: terms.in_force}
    contracts = {**terms.contracts, **in_force}
    wanted = meters if every_meter else [name for name in kept_meters([*contracts.values()]) if name in meters]
    cost = model_cost(meters, terms.model_rates, values_of(results))
    columns = {f"{METERS}{name}": meters[name] for name in wanted}
    columns |= {f"{UNKNOWNS}{name}": each for name, each in results.unknowns.items()}
    columns |= {f"{DRIVERS}{name}": each for name, each in results.drivers.items()}
    columns |= {HUMAN_WORK: cost_of_people(meters["human_minutes"] / 60, results), MODEL_COST: cost}
    sums = {f"{METERS}{name}": each for name, each in meters.items()} | _model_costs(results, terms)
    if results.sampling is not None:
        share = results.sampling.share
        columns |= {f"{SAMPLING}{name}": each for name, each in results.sampling.arrays.items()}
        sums[f"{SAMPLING}cases_drawn"] = meters["cases"] * share
        sums[f"{SAMPLING}drawn_whole"] = (share >= 1).astype(np.float64)
    columns |= {f"{WHOLE}{name}": each for name, each in results.whole.items()} | _today(results)
    columns = {name: kept.array(each) for name, each in columns.items()}
    for name, contract in contracts.items():
        own, added = _of(bill(contract, results, cost), results)
        columns |= {at(name) + key: kept.array(each) for key, each in own.items()}
        sums |= {at(name) + key: each for key, each in added.items()}
    return GroupPart(first, results.trials, compact(columns), {name: block_sums(each) for name, each in sums.items()})


def _today(results: Results) -> dict[str, Array]:
    """Return hours and solved cases of people alone, and what they cost; nothing where that is not today's way."""
    today = results.scenario.today
    if today is None or not today.people_only:
        return {}
    hours = results.meters["today_minutes"] / 60
    solved = results.meters["today_solved"]
    return {f"{TODAY}hours": hours, f"{TODAY}solved": solved, f"{TODAY}cost": cost_of_people(hours, results)}


def _model_costs(results: Results, terms: Terms) -> dict[str, Array]:
    """Return what the tokens of each model cost the vendor, to be summed."""
    values = values_of(results)
    return {
        f"{MODEL_COST}/{model}": model_cost(results.meters, {model: rates}, values)
        for model, rates in terms.model_rates.items()
    }


def _of(bill: Bill, results: Results) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return the columns of a contract, and what of it is summed."""
    billed, units = bill.invoice, bill.units
    columns = {
        "invoice": billed.total,
        "usage": billed.usage.sum(axis=1),
        "of_units": billed.of_units,
        "units": units.billed,
        "people_hours": bill.people_hours,
        "human_work": bill.human_work,
        "cases_solved": bill.cases_solved,
        "model_cost": bill.model_cost,
    }
    budget = results.scenario.budget
    if budget is not None and budget.by_fiscal_year and is_proportional(bill.contract):
        columns["usage_of_years"] = by_fiscal_year(billed.usage, results.scenario)
    summed = {f"lines/{label}": line for label, line in billed.lines.items()}
    horizon = units.billed.sum(axis=1)
    told = {
        "units_solved": units.solved,
        "billed_not_solved": None if units.solved is None else horizon - units.solved.sum(axis=1),
        "billed_not_solved_by_ai": None if units.solved_by_ai is None else horizon - units.solved_by_ai.sum(axis=1),
        "solved_not_billed": units.solved_not_billed,
        "billed_not_solved_amount": bill.billed_not_solved_amount,
    }
    summed |= {name: each for name, each in told.items() if each is not None}
    if billed.served is not None:
        columns["served"] = billed.served
    if billed.drawn is not None:
        summed |= _drawn(billed.drawn)
    return columns, summed | dict(_lumps(bill)) | dict(_asked(bill, results))


def _lumps(bill: Bill) -> Iterator[tuple[str, Array]]:
    """Yield what lines beside use and monthly fees add in a month, and in which futures, where they add something."""
    for label, line in lump_lines(bill.invoice, bill.contract).items():
        for place in np.flatnonzero((line > 0).any(axis=0)):
            yield f"lumps/{label}/{place + 1}/amount", line[:, place]
            yield f"lumps/{label}/{place + 1}/futures", (line[:, place] > 0).astype(np.float64)


def _drawn(drawn: Drawdown) -> dict[str, Array]:
    """Return what became of prepaid credits; of what is left what is left in the end."""
    found = {each.name: getattr(drawn, each.name) for each in fields(drawn)}
    return {f"prepaid/{name}": each[:, -1] if name.startswith("left") else each for name, each in found.items()}


def _asked(bill: Bill, results: Results) -> Iterator[tuple[str, Array]]:
    """Yield what is owed after each month where it is not 0, how often something is billed, and what usage comes to."""
    contract, values, meters = bill.contract, values_of(results), results.priced_meters(bill.contract)
    for month, owed in enumerate(owed_by_month(bill.invoice, contract, meters, values), 1):
        for part in fields(owed):
            amount = getattr(owed, part.name)
            if amount.any():
                yield f"owed/{month}/{part.name}", amount
    billed = [1.0 * (meters[meter] != 0) for meter in contract.billed_meters]
    yield "occurs", np.add.reduce(billed) if billed else np.ones(results.trials)
    if contract.usage and unit_rate(contract) is None:
        own = segment_of(contract.unit)
        yield "use", usage_of(contract, meters, values)
        yield "use_of", meters[CONVERSATIONS if own is None else own.of(CONVERSATIONS)]


def summed_part(prefix: str, sums: Mapping[str, float]) -> dict[str, float]:
    """Return the sums whose names begin alike, by the rest of their names."""
    return {name.removeprefix(prefix): value for name, value in sums.items() if name.startswith(prefix)}


def by_fiscal_year(months: Array, scenario: Scenario) -> Array:
    """Return the sums of amounts (trial, month) over the months of each fiscal year of the horizon, (trial, year)."""
    years = fiscal_years_of(scenario)
    return np.stack([months[:, year.places].sum(axis=1) for year in years], axis=1)
