"""What the saving against today rests on: each number with what stands behind it and what a tenth more does.

The saving is today's cost less invoice and people's work under the recommended contract. Today's minutes are the
product of cases, contacts, minutes and a factor, and work costs hours times a rate, so a tenth more of one of these is
worked out exactly from the means of the run. Of other uncertain numbers the futures at hand show the saving in the
tenths in which the number is lowest and highest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.forecast.bills import cost_of_people
from simulator.forecast.forecast import Forecast
from simulator.forecast.priced import StatusQuo
from simulator.quantities.distributions import Quantity
from simulator.report.blocks.distribution import horizon
from simulator.report.blocks.natural_units import TENTHS, NaturalUnit, natural_unit, number_at
from simulator.report.blocks.plain_names import plain_name
from simulator.report.blocks.signed_number import Effect, Subject, signed_number, source_behind
from simulator.report.summary.assumptions_to_sign import AssumptionToSign, SavingAssumption
from simulator.report.summary.plain import attributes
from simulator.report.words.figures import count, figures
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.sources import quantities

MORE: Final = 1.1
"""A tenth more."""
FEWEST: Final = 30
"""Futures in a tenth, without which the tenths say nothing."""
BEYOND: Final = 4.0
"""Standard errors by which two tenths must differ to be told apart; so many, as many numbers are looked at."""
LEAST: Final = 0.02
"""Share of the saving by which two tenths must differ to be listed."""


@dataclass(frozen=True, slots=True)
class _Saving:
    """The saving of the recommended contract and its parts.

    Attributes:
        each: saving of each future, (trial,).
    """

    forecast: Forecast
    today: StatusQuo
    each: Array

    @property
    def scenario(self) -> Scenario:
        return self.forecast.scenario

    def money(self, amount: float) -> str:
        return figures([abs(amount)], self.scenario.currency)[0]


def saving_to_sign(forecast: Forecast) -> tuple[SavingAssumption, ...]:
    """Return what the saving of the recommended contract rests on, what moves it most first; empty without a today."""
    today = forecast.status_quo
    if today is None:
        return ()
    saving = _Saving(forecast, today, horizon(today.cost) - forecast.recommended.horizon("cost_to_serve"))
    exact = [*_people(saving), *(_today_alone(saving) if today.in_force is None else ()), _jobs(saving)]
    exact.sort(key=lambda each: -abs(each.saving_more or 0.0))
    return (*exact, *_by_the_futures(saving, {each.key for each in exact}))


def _people(saving: _Saving) -> Iterator[SavingAssumption]:
    """Yield what an hour of people costs: people's work is linear in it, and no invoice has it."""
    today, best = saving.today, saving.forecast.recommended
    released = horizon(cost_of_people(today.people_hours - best.people_hours, saving.forecast.results))
    yield _more(saving, number_at("people.cost_per_hour", saving.scenario), (MORE - 1) * risk.mean(released))


def _today_alone(saving: _Saving) -> Iterator[SavingAssumption]:
    """Yield what people alone need today for the same cases: contacts, minutes, and what they solve."""
    scenario, change = saving.scenario, (MORE - 1) * risk.mean(horizon(saving.today.cost))
    yield _more(saving, number_at("today.contacts_per_case", scenario), change)
    yield _more(saving, number_at("today.minutes_factor", scenario), change)
    if (minutes := _minutes(saving)) is not None:
        yield minutes
    yield _solved(saving, number_at("today.solve", scenario))


def _minutes(saving: _Saving) -> SavingAssumption | None:
    """Return the minutes of a conversation with a person, which today's work and that beside the AI are made of.

    Reviews have minutes of their own. A contract that stops the AI at a limit hands over more, which is not told apart.
    """
    forecast, best = saving.forecast, saving.forecast.recommended
    results, today = forecast.results, saving.today
    if "review_minutes" not in results.meters or best.served is not None:
        return None
    reviews = cost_of_people(results.meters["review_minutes"] / 60, results)
    handed = best.cost_to_serve - best.invoice - reviews
    contacts = horizon(results.meters["cases"]) * _today_value(saving, "contacts_per_case")
    if (count_of := risk.mean(contacts)) <= 0:
        return None
    mean = 60 * risk.mean(horizon(today.people_hours)) / count_of
    subject = Subject(
        "levels.handoff_minutes",
        "minutes of a contact with a person, all levels",
        source_behind(frozenset({"handoff_minutes"}), saving.scenario),
    )
    change = (MORE - 1) * risk.mean(horizon(today.cost - handed))
    unit = NaturalUnit("amount", "minutes today", float)
    return _made(signed_number(subject, unit, [mean], Effect(None, _raises(saving, change))), change)


def _more(saving: _Saving, quantity: Quantity, change: float) -> SavingAssumption:
    """Return a number of which a tenth more changes the saving by an amount."""
    return _made(_number(saving, quantity, _raises(saving, change)), change)


def _raises(saving: _Saving, change: float) -> str:
    return f"a tenth more {'raises' if change >= 0 else 'lowers'} the saving by {saving.money(change)}"


def _solved(saving: _Saving, quantity: Quantity) -> SavingAssumption:
    """Return the share that people solve: it moves no cost of today, but how many cases are no longer solved."""
    today, best = horizon(saving.today.cost), saving.forecast.recommended
    solved = risk.mean(horizon(saving.today.solved))
    factor = min(MORE, 1 / quantity.center) if quantity.center > 0 else 1.0
    told = "no case is solved today"
    if solved > 0 and factor > 1:
        worth = risk.mean(today) * risk.mean(horizon(best.cases_solved)) / solved * (1 - 1 / factor)
        step = "a tenth more" if factor == MORE else "a share of 100 %"
        told = (
            f"no cost: with {step}, {count((factor - 1) * solved)} more cases are solved today, so that the saving for "
            f"as many solved cases is {saving.money(worth)} lower"
        )
    elif solved > 0:
        told = "no cost: people solve every case today"
    return _made(_number(saving, quantity, told), None)


def _jobs(saving: _Saving) -> SavingAssumption:
    """Return the hours of a job, which move no money but how many jobs the released hours are."""
    scenario, results = saving.scenario, saving.forecast.results
    hours = number_at("people.productive_hours", scenario)
    known = results.unknowns[hours.name] if not hours.fixed else np.full(results.trials, hours.center)
    released = horizon(saving.today.people_hours - saving.forecast.recommended.people_hours) / results.months
    jobs = risk.mean(released / known)
    told = f"no money: with a tenth more the hours are {count(jobs / MORE)} jobs in place of {count(jobs)}"
    return _made(_number(saving, hours, told), None)


def _by_the_futures(saving: _Saving, told: set[str]) -> list[SavingAssumption]:
    """Return other uncertain numbers with the saving in the tenths in which they are lowest and highest."""
    results, found = saving.forecast.results, []
    size = saving.each.size // 10
    for quantity in quantities(saving.scenario):
        if quantity.name in told or quantity.fixed or quantity.name not in results.unknowns or size < FEWEST:
            continue
        order = np.argsort(results.unknowns[quantity.name], kind="stable")
        low, high = saving.each[order[:size]], saving.each[order[-size:]]
        differs, error = float(high.mean() - low.mean()), math.sqrt((low.var() + high.var()) / size)
        if abs(differs) > max(BEYOND * error, LEAST * abs(risk.mean(saving.each))):
            ends = figures([float(low.mean()), float(high.mean())], saving.scenario.currency)
            text = f"{ends[0]} to {ends[1]} saved, in the tenths of the futures in which it is lowest and highest"
            found.append((abs(differs), _made(_number(saving, quantity, text), None)))
    found.sort(key=lambda each: -each[0])
    return [each for _, each in found]


def _number(saving: _Saving, quantity: Quantity, told: str) -> AssumptionToSign:
    """Return a number of the scenario with its range, where it has one."""
    scenario = saving.scenario
    unit = natural_unit(quantity, scenario)
    values: Sequence[float] = [quantity.center] if quantity.fixed else [float(x) for x in quantity.at(np.array(TENTHS))]
    subject = Subject(quantity.name, _TITLES.get(quantity.name) or plain_name(quantity.name, scenario), quantity.source)
    return signed_number(subject, unit, [unit.at(value) for value in values], Effect(None, told))


_TITLES: Final = {
    "today.contacts_per_case": "contacts that people need for a case today",
    "today.minutes_factor": "minutes of a contact today, over those of one handed over",
    "today.solve": "share of cases that people solve today",
    "people.productive_hours": "hours of work that a job gives a month",
}


def _made(number: AssumptionToSign, more: float | None) -> SavingAssumption:
    return SavingAssumption(**attributes(number), saving_more=more)


def _today_value(saving: _Saving, key: str) -> Array:
    quantity = number_at(f"today.{key}", saving.scenario)
    results = saving.forecast.results
    return results.unknowns[quantity.name] if not quantity.fixed else np.full(results.trials, quantity.center)
