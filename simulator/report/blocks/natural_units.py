"""Numbers of a scenario in the units in which people know them: a shift of log odds as the share that it makes.

A unit leads from the values of a number, as the scenario states it, to natural ones. Shares come from the law's own
chances at the stated values of all other numbers, weighted by the mix of intents, levels and models.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from types import MappingProxyType
from typing import Final

import numpy as np

from simulator.arrays import Array
from simulator.implied.implied_figures import implied
from simulator.implied.implied_shares import (
    Among,
    ShareOf,
    comes_back,
    confirms,
    first_hard,
    handed_over,
    of_levels_from,
    share_with,
    solves,
)
from simulator.law.drivers import beta_shift, gamma_factor, lognormal_factor
from simulator.law.sizes import log_sd_of
from simulator.quantities.distributions import FACTOR, Quantity, fixed
from simulator.report.blocks.plain_names import declared
from simulator.report.summary.assumptions_to_sign import Measure
from simulator.scenario.key_paths import Path, key_path
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.demand_tables import FactorDriver, RateDriver, spread_of
from simulator.scenario.stated.weights import groups

Z90: Final = 1.2815515655446004
"""Normal score of P90."""
TENTHS: Final = (-Z90, 0.0, Z90)
"""Normal scores of P10, P50 and P90."""


@dataclass(frozen=True, slots=True)
class NaturalUnit:
    """How a number is told.

    Attributes:
        words: of the unit, after the figure: "cases a month"; empty for shares of what the name says.
        at: from a value of the number to the natural one.
        currency: code of amounts of money.
    """

    measure: Measure
    words: str
    at: Callable[[float], float]
    currency: str = ""


def _same(value: float) -> float:
    return value


_SHIFTS: Final[Mapping[str, tuple[ShareOf, str]]] = MappingProxyType(
    {
        "outcomes.escalate_log_odds": (handed_over, "of conversations"),
        "outcomes.solve_log_odds": (solves, "of answered conversations"),
        "outcomes.confirm_log_odds": (confirms, "of solved conversations"),
        "outcomes.later_contact_escalate_odds": (handed_over, "of conversations"),
        "returns.log_odds": (comes_back, "of conversations"),
    }
)
"""Numbers on the scale of log odds that act everywhere."""
_ODDS: Final[Mapping[str, tuple[ShareOf, str]]] = MappingProxyType(
    {
        "escalate_odds": _SHIFTS["outcomes.escalate_log_odds"],
        "solve_odds": _SHIFTS["outcomes.solve_log_odds"],
        "return_odds": _SHIFTS["returns.log_odds"],
    }
)
"""Factors on odds, by their key, which stand in an intent, a level, a model or a lever."""
MOVED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "complexity": "outcomes.complexity_log_odds",
        "escalation": "outcomes.escalate_log_odds",
        "solving": "outcomes.solve_log_odds",
        "returning": "returns.log_odds",
    }
)
"""The number that a driver of log odds is added to, month by month."""


def natural_unit(quantity: Quantity, scenario: Scenario) -> NaturalUnit:
    """Return the unit in which a number is told."""
    path = key_path(quantity.name) or ()
    if (made := _share(quantity, path, scenario)) is not None:
        return made
    if quantity.name == "tokens.factor":
        return NaturalUnit("amount", "tokens", lambda value: tokens_with(scenario, value))
    if path[:2] == ("volume", "season"):
        return NaturalUnit("share", "of an average month", _among(quantity, scenario.volume.season or (), 12.0))
    if path[0] == "drivers" and path[2] in ("sd", "cv", "log_sd"):
        return _high_month(str(path[1]), scenario)
    if (weights := _weights_with(quantity, scenario)) is not None:
        return NaturalUnit("share", "", _among(quantity, weights, 1.0))
    return _declared_unit(quantity, path, scenario)


def _share(quantity: Quantity, path: Path, scenario: Scenario) -> NaturalUnit | None:
    """Return the share that a number on the scale of log odds makes; None for other numbers."""
    among, whole = Among(), scenario
    if quantity.name == "outcomes.complexity_log_odds":
        of, words = of_levels_from(first_hard(len(scenario.levels))), "of cases"
    elif quantity.name in _SHIFTS:
        of, words = _SHIFTS[quantity.name]
    elif path[-1] in _ODDS and path[0] in ("intents", "levels", "models", "levers"):
        of, words = _ODDS[str(path[-1])]
        among, whole = _among_named(path, scenario), _with_one_intent(path, scenario)
    else:
        return None
    return NaturalUnit("share", words, lambda value: share_with(whole, of, among, quantity, value))


def _among_named(path: Path, scenario: Scenario) -> Among:
    """Return the conversations that a factor on odds acts on."""
    if path[0] == "levels":
        return Among(level=list(scenario.levels).index(str(path[1])))
    return Among(model=list(scenario.models).index(str(path[1]))) if path[0] == "models" else Among()


def _with_one_intent(path: Path, scenario: Scenario) -> Scenario:
    """Return the scenario with the intent alone that a number is of: others do not move its shares, and take time."""
    if path[0] != "intents":
        return scenario
    return scenario.model_copy(update={"intents": {path[1]: scenario.intents[str(path[1])]}})


def tokens_with(scenario: Scenario, factor: float) -> float:
    """Return the tokens of a conversation, prompt and output, with another factor on the lengths than stated."""
    tokens = scenario.tokens.model_copy(update={"factor": fixed(factor, FACTOR)})
    found = implied(scenario.model_copy(update={"tokens": tokens}))
    return found.input_tokens + found.output_tokens


def _among(quantity: Quantity, weights: tuple[Quantity, ...], whole: float) -> Callable[[float], float]:
    """Return the function from a weight to its part of a whole that all weights are divided to."""
    rest = math.fsum(each.center for each in weights if each.name != quantity.name)
    return lambda value: whole * value / (rest + value) if rest + value else math.nan


def _weights_with(quantity: Quantity, scenario: Scenario) -> tuple[Quantity, ...] | None:
    """Return the weights that a number is divided by the sum of; None where it is no weight."""
    if quantity.domain.name != "nonnegative":
        return None
    found = (tuple(each.values()) for _, _, each in groups(scenario))
    return next((each for each in found if any(one.name == quantity.name for one in each)), None)


def _high_month(driver: str, scenario: Scenario) -> NaturalUnit:
    """Return the unit of a driver's spread: what it moves is in the month of ten in which it is highest."""
    if driver == "mix":
        return NaturalUnit(
            "factor", "times its usual share or more in one month of ten", lambda spread: math.exp(Z90 * spread)
        )
    measure, words = driver_unit(driver, scenario)
    return NaturalUnit(
        measure,
        f"{words} or more in one month of ten",
        lambda spread: driver_values(driver, scenario, (Z90,), spread)[0],
    )


def driver_unit(driver: str, scenario: Scenario) -> tuple[Measure, str]:
    """Return how what a driver moves is told."""
    if driver == "demand":
        return "share", "of its expected volume"
    if driver == "tokens":
        return "amount", "tokens"
    if driver == "incident":
        return "amount", f"of {scenario.months} months"
    return "share", "of cases" if driver == "complexity" else _SHIFTS[MOVED[driver]][1]


def driver_values(
    driver: str, scenario: Scenario, scores: tuple[float, ...] = TENTHS, spread: float | None = None
) -> tuple[float, ...]:
    """Return what a driver moves in months at some normal scores; incident months are counted over the horizon.

    Args:
        spread: in the place of the stated one.
    """
    if driver == "incident":
        return tuple(_incident_months(scenario, score) for score in scores)
    table, z = getattr(scenario.drivers, driver), np.array(scores)
    if isinstance(table, FactorDriver):
        factors = _factors(table, z, spread)
        return tuple(tokens_with(scenario, scenario.tokens.factor.center * each) if driver == "tokens" else each
                     for each in factors)  # fmt: skip
    shifts = _shifts(table, z, table.sd.center if spread is None else spread)
    moved = number_at(MOVED[driver], scenario)
    unit = natural_unit(moved, scenario)
    return tuple(unit.at(moved.center + shift) for shift in shifts)


def _factors(table: FactorDriver, z: Array, spread: float | None) -> list[float]:
    stated = spread_of(table)
    value = np.array(spread if spread is not None else 0.0 if stated is None else stated.center)
    if table.law == "gamma":
        return [float(each) for each in gamma_factor(value, z)]
    log_sd = value if table.log_sd is not None else log_sd_of(value)
    return [float(each) for each in lognormal_factor(log_sd, z)]


def _shifts(table: object, z: Array, spread: float) -> list[float]:
    if isinstance(table, RateDriver) and table.mean is not None:
        return [float(each) for each in beta_shift(np.array(table.mean.center), np.array(spread), z)]
    return [float(each) for each in spread * z]


def _incident_months(scenario: Scenario, score: float) -> float:
    """Return how many months of the horizon have an incident, at a normal score: the binomial law's quantile."""
    months, chance = scenario.months, scenario.incidents.probability.center
    below = 0.0
    for number in range(months):
        below += math.comb(months, number) * chance**number * (1 - chance) ** (months - number)
        if below >= NormalDist().cdf(score):
            return float(number)
    return float(months)


def number_at(name: str, scenario: Scenario) -> Quantity:
    """Return the number of a table at the top of the scenario, as "returns.log_odds"."""
    table, key = name.split(".")
    quantity: Quantity = getattr(getattr(scenario, table), key)
    return quantity.named(name)


def _declared_unit(quantity: Quantity, path: Path, scenario: Scenario) -> NaturalUnit:
    """Return the unit of a number that the schema declares."""
    unit = next((each.unit for each in reversed(list(declared(path, scenario))) if each.unit), "")
    first, _, rest = unit.partition(" ")
    if quantity.name == "volume.per_month":
        return NaturalUnit("amount", f"{scenario.volume.unit} a month", _same)
    if path[0] == "exchange_rates":
        return NaturalUnit("money", f"per {path[1]}", _same, scenario.currency)
    if quantity.domain.name == "sigma":
        return NaturalUnit("factor", "times the median, in one of ten", lambda sigma: math.exp(Z90 * sigma))
    if first in ("currency", "money"):
        return NaturalUnit("money", rest, _same, currency_at(path, scenario))
    if first == "share" or quantity.domain.name in ("share", "growth"):
        return NaturalUnit("share", rest, _same)
    if unit == "factor":
        return NaturalUnit("factor", "times", _same)
    return NaturalUnit("amount", "" if unit in ("weight", "log", "correlation", "odds ratio") else unit, _same)


def currency_at(path: Path, scenario: Scenario) -> str:
    """Return the currency of a contract's amounts; elsewhere it is the scenario's."""
    spec = scenario.contracts.get(str(path[1])) if path[0] == "contracts" else None
    return scenario.currency if spec is None or spec.currency is None else spec.currency
