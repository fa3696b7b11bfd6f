"""Edge cases in writing: single cases of known course, billed by the code that bills the simulation.

Each worked case is a handful of conversations with every attribute said. They become rows of the ledger engine and go
through its meters and the definitions' SQL, one case in the place of one trial; charges then price them. So a clause
that reads two ways in a contract reads here the way the invoice will.

A case has two costs. What one more of it adds is the usage charge of an average month with it less that without it:
the price of its units where one price holds, and what tiers, packages and allowances leave of it elsewhere; minimums
and fees are not in it. What it costs on average is its part of all that is billed; see `average_cost`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.arrays import Array
from simulator.contracts import Contract
from simulator.contracts.invoices.invoice import charges_before_settlement
from simulator.contracts.metering.meters import is_tokens, resolutions
from simulator.contracts.settlement.billable_units import held_by_unit, unit_schedule
from simulator.contracts.settlement.settlement import discounted, total_of
from simulator.decisions.average_cost import average_costs
from simulator.decisions.worked_cases import WORKED_CASES, WorkedCase, WorkedContact
from simulator.engine.draws.drawing import keys_of
from simulator.engine.draws.rows import Rows
from simulator.engine.group_results import prompt_thresholds, trial_meters
from simulator.engine.ledger import Group, LedgerPlan, bill_slice, make_plan
from simulator.futures.law_arrays import Numbers, make_numbers
from simulator.futures.month_level import draw_drivers
from simulator.futures.unknowns import Unknowns, unknown_numbers
from simulator.law import CONFIRMED, ESCALATED, PARTIAL, SILENT_SOLVED
from simulator.law.drawn_columns import COPY, NEW, REAL, RETURNED, WHOLE
from simulator.law.levels import level_chances
from simulator.law.quantiles import CONSTANT
from simulator.law.slots import INPUT, OUTPUT, SIZES
from simulator.law.tokens import CacheUse, CallNumbers, TotalNumbers, calls_drawn, mean_lengths, totals_drawn
from simulator.law.turns import calls_of, mean_turns
from simulator.quantities.distributions import Quantity
from simulator.records import CLASSES
from simulator.scenario.schema import Scenario
from simulator.streams import BLOCK_TRIALS

if TYPE_CHECKING:
    from simulator.definitions import DefinitionSpec

NOWHERE: Final = (0, 0, 0, 0)
"""Where a worked case stands among those that are drawn; nothing of it is drawn."""
_DIGITS: Final = 9
"""Decimals of an amount: what is left of an average month's own amount beyond them is rounding."""


@dataclass(frozen=True, slots=True)
class CaseBill:
    """What a contract bills for a worked case.

    Attributes:
        units: units of the contract's unit meter.
        amount: what it adds to the usage charge of an average month, in the scenario's currency.
        average: what it costs on average, in the scenario's currency.
        included: whether its units cost nothing by themselves, as a fee, seats or a minimum pay for them; the average
            is 0.
    """

    units: float
    amount: float
    average: float
    included: bool


@dataclass(frozen=True, slots=True)
class BilledCase:
    """A worked case with its meters and with the bill of every contract, by name.

    Attributes:
        bills: in the first month of each contract.
        later: in the months in which a contract's billable unit changes, by contract and month.
    """

    case: WorkedCase
    meters: Mapping[str, float]
    bills: Mapping[str, CaseBill]
    later: Mapping[str, Mapping[int, CaseBill]]


def bill_worked_cases(
    scenario: Scenario,
    average_month: Mapping[str, float],
    cases: Sequence[WorkedCase] = WORKED_CASES,
    owed: Mapping[str, float] | None = None,
) -> list[BilledCase]:
    """Bill worked cases under every contract of a scenario, all numbers at their stated values.

    The cases have the scenario's most usual intent, its most usual level, channel and model, every length at its mean.

    Args:
        average_month: each meter's mean over trials and months.
        owed: what the units of each contract cost together on average, by name, where it was priced.

    Raises:
        ContractError, DefinitionError: if a contract or definition cannot be compiled or billed on rows.
    """
    plan = replace(make_plan(scenario), group_trials=len(cases))
    group = _group(plan, len(cases))
    meters = _meters(plan, group, _rows(plan, group, cases))
    bills = {
        name: _bills_by_month(contract, meters, average_month, scenario.months, (owed or {}).get(name))
        for name, contract in plan.terms.contracts.items()
    }
    return [
        BilledCase(
            case,
            {name: float(values[place]) for name, values in meters.items()},
            {name: found[1][place] for name, found in bills.items()},
            {name: {month: each[place] for month, each in found.items() if month > 1} for name, found in bills.items()},
        )
        for place, case in enumerate(cases)
    ]


def units_of_cases(
    scenario: Scenario, definitions: Mapping[str, DefinitionSpec], cases: Sequence[WorkedCase] = WORKED_CASES
) -> dict[str, Array]:
    """Return the units that worked cases have by definitions, (case,) each by name, whatever contracts bill them.

    Args:
        definitions: that are counted beside the scenario's own.

    Raises:
        DefinitionError: if a definition cannot be compiled or billed on rows.
    """
    asked = scenario.model_copy(update={"definitions": {**scenario.definitions, **definitions}})
    plan = replace(make_plan(asked), group_trials=len(cases))
    group = _group(plan, len(cases))
    found = bill_slice(plan, group, _rows(plan, group, cases))
    return {name: found[resolutions(name)] for name in definitions}


def _meters(plan: LedgerPlan, group: Group, rows: Rows) -> dict[str, Array]:
    """Return all meters of the cases, shape (case,); no ticket stays unseen by the AI.

    Tokens in calls with a long prompt are counted only where there are any: those that a contract reads are 0 without.
    """
    nothing = np.zeros((plan.group_trials, 1))
    read = (meter for contract in plan.terms.contracts.values() for meter in contract.meters if is_tokens(meter))
    months = dict.fromkeys(read, nothing)
    months |= {name: values[:, None] for name, values in bill_slice(plan, group, rows).items()}
    months |= trial_meters(plan.scenario, group.unknowns, nothing, months)
    return {name: values[:, 0] for name, values in months.items()}


def _months(contract: Contract, horizon: int) -> list[int]:
    """Return the months of the horizon in which another unit is billed than before, the first one included.

    A change of vendor bills cases as the new contract does in its first month.
    """
    if contract.switch is not None:
        return [1]
    return [start for start, _ in contract.unit_schedule if start <= horizon]


def _bills_by_month(
    contract: Contract,
    meters: Mapping[str, Array],
    average_month: Mapping[str, float],
    horizon: int,
    owed: float | None,
) -> dict[int, list[CaseBill]]:
    """Return a contract's bill of every case in each month in which another unit is billed than before."""
    starts = _months(contract, horizon)
    found = {}
    for month, after in zip(starts, [*starts[1:], horizon + 1], strict=True):
        units, added = _added(contract, meters, average_month, month)
        averages = average_costs(contract, meters, average_month, horizon, slice(month - 1, after - 1), owed)
        on_average = np.round(averages.amounts, _DIGITS) + 0.0
        columns = (units, added, on_average, averages.included)
        found[month] = [
            CaseBill(float(units), float(amount), float(average), bool(included))
            for units, amount, average, included in zip(*columns, strict=True)
        ]
    return found


def _added(
    contract: Contract, meters: Mapping[str, Array], average_month: Mapping[str, float], month: int
) -> tuple[Array, Array]:
    """Return units of every case and what it adds in a month: average months up to it with it less those without."""
    with_case = {
        name: np.repeat(np.append(0.0, meters[name])[:, None], month, axis=1) * (np.arange(1, month + 1) == month)
        + average_month[name]
        for name in dict.fromkeys((*contract.meters, *contract.units))
    }
    trials = len(next(iter(with_case.values())))

    def at_stated(quantity: Quantity) -> Array:
        return np.full(trials, quantity.center)

    charged = charges_before_settlement(contract, with_case, at_stated)
    left = discounted(charged, contract.settlement, at_stated)
    billed = total_of({**left, **charged.outside}, charged.shape)[:, -1]
    if contract.currency_of_charges is not None:
        billed = billed * contract.currency_of_charges.rate.center
    added = np.round(billed[1:] - billed[0], _DIGITS) + 0.0
    units = [meters[unit] for unit, held in held_by_unit(unit_schedule(contract.usage), month).items() if held[-1]]
    return np.sum([np.zeros(len(added)), *units], axis=0), added


def _group(plan: LedgerPlan, trials: int) -> Group:
    """Return the laws at the stated values, a trial a case. No month moves a rate, as nothing is drawn."""
    scenario = plan.scenario
    stated = {each.name: np.array([each.center]) for each in unknown_numbers(scenario)}

    def known(count: int) -> Unknowns:
        return Unknowns(count, {name: np.repeat(value, count) for name, value in stated.items()})

    return Group(
        first=0,
        unknowns=known(trials),
        drivers=draw_drivers(scenario, known(BLOCK_TRIALS), 0).part(0, trials),
        numbers=make_numbers(scenario, known(trials), prompt_thresholds(scenario, plan.terms)),
        keys=keys_of(scenario.seed, list(scenario.intents)),
        cases=np.zeros((trials, scenario.months, len(scenario.intents)), dtype=np.int64),
        unseen=np.zeros((trials, scenario.months)),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """A step with its place: case, number of the contact, origin, hours from the opening of the case."""

    case: int
    step: WorkedContact
    contact: int
    origin: int
    hours: float


def _placed(cases: Sequence[WorkedCase]) -> Iterator[_Row]:
    """Yield the conversations of all cases; a duplicate comes an hour after its original."""
    for place, case in enumerate(cases):
        contact, hours, follows = 0, 0.0, 0.0
        for step in case.steps:
            if step.duplicate:
                yield _Row(place, step, contact, COPY, hours + 1.0)
                continue
            contact, hours = contact + 1, hours + follows
            follows = step.back_after_hours or 0.0
            yield _Row(place, step, contact, NEW if contact == 1 else RETURNED, hours)


def _usual(scenario: Scenario, numbers: Numbers) -> tuple[int, int, int, int]:
    """Return the most usual intent, and its level, channel and model."""
    intent = int(np.argmax([each.share.center for each in scenario.intents.values()]))
    levels = level_chances(numbers.cases.tails[0, intent].tolist(), float(numbers.cases.complexity[0]))
    level, channel = int(np.argmax(levels)), int(np.argmax(numbers.cases.channels[0, intent]))
    return intent, level, channel, int(np.argmax(numbers.endings.models[0, level]))


def _rows(plan: LedgerPlan, group: Group, cases: Sequence[WorkedCase]) -> Rows:
    """Return the conversations of all cases as rows of the ledger engine."""
    intent, level, channel, model = _usual(plan.scenario, group.numbers)
    placed = list(_placed(cases))
    usual = {"intent": intent, "level": level, "channel": channel}
    whole, real = np.zeros((len(WHOLE), len(placed)), dtype=np.int64), np.zeros((len(REAL), len(placed)))
    for place, row in enumerate(placed):
        found = {**usual, "model": model, "case": row.case, "future": row.case, **_recorded(row)}
        found |= _lengths(group.numbers, row.step, level, channel)
        found |= _minutes(group.numbers, row.step, level, channel)
        found |= _tokens(group.numbers, model, int(found["turns"]), int(found["calls"]))
        whole[:, place] = [found[name] for name in WHOLE]
        real[:, place] = [found[name] for name in REAL]
    of_case = [[number, 0, intent, level, channel] for number in range(len(cases))]
    return Rows(np.array(of_case, dtype=np.int64), whole, real)


def _recorded(row: _Row) -> dict[str, float]:
    """Return what is recorded of a conversation."""
    step = row.step
    return {
        "contact": row.contact,
        "origin": row.origin,
        "hours": row.hours,
        "end": step.end,
        "service_class": CLASSES.index(step.service_class),
        "planned": step.planned,
        "review": step.review,
        "action": step.action,
        "judged": _judged(step),
        "score": step.score,
        "delay_hours": np.nan if step.back_after_hours is None else step.back_after_hours,
        "straight": step.straight,
        "human_solved": step.end in (PARTIAL, ESCALATED) or step.straight,
    }


def _judged(step: WorkedContact) -> bool:
    """Return the verdict of the judge, who looks at confirmed and silent conversations only."""
    return step.end in (CONFIRMED, SILENT_SOLVED) if step.judged is None else step.judged


def _lengths(numbers: Numbers, step: WorkedContact, level: int, channel: int) -> dict[str, float]:
    """Return turns, calls and actions at their means."""
    law = numbers.turns
    usual = mean_turns(law.level[0, level], law.end[0, step.end], law.channel[0, channel]) * step.turns
    turns = min(max(math.floor(usual + 0.5), 1), law.most)
    calls = calls_of(turns, law.calls_per_turn[0])
    actions = math.floor(calls * law.actions_per_call[0] + 0.5)
    return {
        "turns": turns,
        "calls": calls,
        "actions": max(actions, 1) if step.action else actions,
        "duration_seconds": turns * law.seconds[0, channel],
    }


def _minutes(numbers: Numbers, step: WorkedContact, level: int, channel: int) -> dict[str, float]:
    """Return people's minutes at their means."""
    law = numbers.people
    handoff = law.channel[0, channel] * law.handoff[0, level]
    handed = {ESCALATED: handoff, PARTIAL: law.partial_factor[0] * handoff}
    return {
        "handoff_minutes": handed.get(step.end, 0.0),
        "review_minutes": law.channel[0, channel] * law.review[0, level] if step.review else 0.0,
        "straight_minutes": handoff if step.straight else 0.0,
    }


def _tokens(numbers: Numbers, model: int, turns: int, calls: int) -> dict[str, float]:
    """Return tokens without chance: lengths at their means, the cache hit or missed, whichever is likelier."""
    law = numbers.tokens
    constant, mean = [CONSTANT] * len(SIZES), numbers.sizes.mean[0]
    own = law.model_factor[0, model]
    factor = law.factor[0] * own
    if law.direct:
        shares = (law.cached_share[0], law.written_share[0], law.reasoning_share[0])
        totals = TotalNumbers(factor * mean[INPUT], factor * mean[OUTPUT], *shares)
        found = totals_drawn(NOWHERE, 0, totals, constant, [])
    else:
        factors = (law.answer_factor[0, model], law.reasoning_factor[0, model], law.reasoning[0], law.retrieval[0])
        lengths = mean_lengths(tuple(mean[:INPUT]), factor, *factors)
        cache = CacheUse(law.cached[0], law.written[0], float(law.missed[0] >= 0.5), float(law.missed_first[0] >= 0.5))
        each = CallNumbers(lengths, own * law.fixed[0], law.kept[0], cache, law.threshold[model])
        found = calls_drawn(NOWHERE, 0, (turns, calls), each, constant, [])
    return dict(zip(REAL[REAL.index("input") :], found, strict=True))
