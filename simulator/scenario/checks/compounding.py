"""What grows from month to month stays below an end: a price that compounds has none of its own.

A growth of 1 every month doubles a price each month, which is 6.6e35 times the price after ten years. Nobody means
that, and amounts of such sizes say nothing; so what compounds may reach 1,000 times its start, the end of all factors.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, Literal

from simulator.contracts import ContractSpec
from simulator.contracts.prices.price_changes import EscalatorTerms
from simulator.contracts.wording import number
from simulator.errors import Problem
from simulator.quantities.distributions import FACTOR, Choices, Quantity
from simulator.scenario.key_paths import Path, dotted
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.contract_tables import contract_specs

MOST: Final = FACTOR.high
"""What anything may grow to, as a factor on its start."""
_FAR: Final = 3.09
"""Normal score of the value that one future in a thousand passes."""
_ENDLESS: Final = 1e300


def check_compounding(scenario: Scenario) -> list[Problem]:
    """Nothing that grows over the horizon passes 1,000 times its start, in all but one of a thousand futures."""
    return [*_of_volume(scenario), *_of_models(scenario), *_of_contracts(scenario)]


def _of_volume(scenario: Scenario) -> Iterator[Problem]:
    growth, years = scenario.volume.growth_per_year, (scenario.months - 1) / 12
    yield from _too_far(("volume", "growth_per_year"), growth, _grown(_most(growth), years), scenario.months)


def _of_models(scenario: Scenario) -> Iterator[Problem]:
    years = (scenario.months - 1) / 12
    for name, model in scenario.models.items():
        change = model.price_change_per_year
        if change is not None:
            path = ("models", name, "price_change_per_year")
            yield from _too_far(path, change, _grown(_most(change), years), scenario.months)


def _of_contracts(scenario: Scenario) -> Iterator[Problem]:
    for path, spec in contract_specs(scenario):
        terms, last = spec.escalator, scenario.months
        place = (*path, "escalator", "growth")
        escalated = [] if terms is None else list(_too_far(place, terms.growth, _escalated(terms, last), last))
        yield from escalated or _changed_too_far(path, spec, last)


def _changed_too_far(path: Path, spec: ContractSpec, months: int) -> Iterator[Problem]:
    """Yield where changes that hold in the same month multiply prices too far, with the escalator's part."""
    reached = max((_changed(spec, kind, month), -month) for kind in ("usage", "fees") for month in range(1, months + 1))
    if spec.price_changes and reached[0] > MOST:
        place = (*path, "price_changes")
        multiplied = "factors, and the escalator, multiply" if spec.escalator is not None else "factors multiply"
        yield Problem(
            place,
            f"{dotted(place)}: the {multiplied} prices by {reached[0]:,.4g} in month {-reached[1]}; the most is {MOST:,.0f}",
            "changes that hold in the same month are multiplied; end one with to_month, or lower the factors",
        )


def _changed(spec: ContractSpec, kind: Literal["usage", "fees"], month: int) -> float:
    """Return what prices of a kind are multiplied by in a month, at the most."""
    reached = 1.0
    for change in spec.price_changes:
        if change.of in ("all", kind) and change.months.has(month):
            reached = min(reached * _most(change.factor), _ENDLESS)
    terms = spec.escalator
    return reached if terms is None or terms.of not in ("all", kind) else reached * _escalated(terms, month)


def _escalated(terms: EscalatorTerms, month: int) -> float:
    """Return what an escalator multiplies prices by in a month, at the most: its growth within floor and cap."""
    growth = _most(terms.growth)
    growth = growth if terms.floor is None else max(growth, terms.floor)
    growth = growth if terms.cap is None else min(growth, terms.cap)
    return _grown(growth, (month - 1) // terms.every_months)


def _grown(growth: float, periods: float) -> float:
    try:
        return min(math.pow(1.0 + growth, periods), _ENDLESS)
    except OverflowError:
        return _ENDLESS


def _most(quantity: Quantity) -> float:
    """Return the largest value that is reckoned with: of a range what one future in a thousand passes."""
    if quantity.fixed:
        return quantity.center
    if isinstance(quantity.law, Choices):
        return max(quantity.law.choices)
    import numpy as np

    return float(quantity.at(np.array([_FAR]))[0])


def _too_far(path: Path, growth: Quantity, reached: float, months: int) -> Iterator[Problem]:
    if reached <= MOST:
        return
    least = f"more than {_ENDLESS:g}" if reached >= _ENDLESS else f"{reached:,.4g}"
    of = number(growth.center) if growth.fixed else f"{number(_most(growth))}, which one future in a thousand passes,"
    yield Problem(
        path,
        f"{dotted(path)}: a growth of {of} compounds to {least} times the start within {months} months; the most is "
        f"{MOST:,.0f} times",
        _way_out(path),
    )


def _way_out(path: Path) -> str:
    if path[-2] == "escalator":
        return "write the growth of one period, as 0.05, with every_months = 12 for one of each year, or give a cap"
    return "write the growth of a year as a share, as 0.05 for 5 %, or simulate fewer months"
