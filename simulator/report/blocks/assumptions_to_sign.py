"""Which assumptions finance signs: in natural units, with source and owner, and what each moves in money."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.contracts import unit_label, unit_rate
from simulator.contracts.contract import is_proportional
from simulator.contracts.prices.fees import PLATFORM_FEE
from simulator.forecast.forecast import Forecast, horizon_cost, ranked_by, totals_by_price
from simulator.quantities.distributions import Quantity, Source
from simulator.report.blocks.natural_units import (
    MOVED,
    TENTHS,
    NaturalUnit,
    driver_unit,
    driver_values,
    natural_unit,
    number_at,
)
from simulator.report.blocks.plain_names import driver_name, plain_name
from simulator.report.blocks.price_standing import RATES
from simulator.report.blocks.saving_to_sign import saving_to_sign
from simulator.report.blocks.signed_number import Effect, Subject, signed_number, source_behind
from simulator.report.summary.assumptions_to_sign import AssumptionsToSign, AssumptionToSign, Moved
from simulator.report.summary.curves import TornadoBar, TornadoNumbers
from simulator.report.words.figures import figures
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.demand_tables import spread_of
from simulator.scenario.stated.sources import quantities, source_at

if TYPE_CHECKING:
    from simulator.forecast.priced import Measure, Priced

P90: Final = 0.9
STEP: Final = 0.1
"""By how much a number that is taken as certain is moved, to each side."""
LEAST: Final = 0.01
"""Share of P90 that a fixed term of the recommended contract must move to be listed."""
NOISE: Final = "not distinguishable from sampling noise"
NOT_SHOWN: Final = "taken as certain: this run does not show what it moves"
NOT_APART: Final = "in P90, and not told apart from the rest"
TOO_FEW: Final = "too few futures to tell"

PEOPLE: Final = "people.cost_per_hour"
_DRIVERS: Final = ("demand", *MOVED, "tokens", "incident")

_BEHIND: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "outcomes.escalate_log_odds": frozenset({"escalate_log_odds", "escalate_odds", "escalate"}),
        "outcomes.solve_log_odds": frozenset({"solve_log_odds", "solve_odds", "solve"}),
        "outcomes.confirm_log_odds": frozenset({"confirm_log_odds", "confirm"}),
        "returns.log_odds": frozenset({"log_odds", "return_odds"}),
    }
)
"""Keys that make a share what it is; where none of them is a range, the share is taken as certain."""


@dataclass(frozen=True, slots=True)
class _Effects:
    """What assumptions move: P90 of a cost of the recommended contract.

    Attributes:
        cost: what contracts are ranked by, (trial,).
        tornado: the block of that name; None with few futures.
    """

    forecast: Forecast
    cost: Array
    tornado: TornadoNumbers | None

    @property
    def p90(self) -> float:
        return risk.quantile(self.cost, P90)

    @property
    def of(self) -> Measure:
        return ranked_by(self.forecast.scenario)

    def bar(self, name: str) -> TornadoBar | None:
        """Return what a number or a driver moves; None where that was not worked out."""
        bars = () if self.tornado is None else self.tornado.bars
        return next((bar for bar in bars if bar.name == name), None)


def assumptions_to_sign(forecast: Forecast, tornado: TornadoNumbers | None) -> AssumptionsToSign:
    """Return the assumptions to sign of the recommended contract, those that move most money first.

    They are every number that is given as a range, every driver that moves, and of numbers that are taken as certain
    the recommended contract's prices and fees, the volume, the shares that outcomes come to, and what people cost.

    Args:
        tornado: the block of that name, of the recommended contract; None with few futures.
    """
    effects = _Effects(forecast, horizon_cost(forecast.recommended, ranked_by(forecast.scenario)), tornado)
    every = [*_ranges(effects), *_drivers(effects), *_prices(effects), *_certain(effects)]
    every.sort(key=lambda each: (-_size(each), each.title))
    return AssumptionsToSign(
        contract=forecast.recommended.contract.name,
        title=forecast.recommended.contract.title,
        p90=effects.p90,
        how_to_read=_how_to_read(effects),
        evidenced=tuple(each for each in every if not each.missing),
        unevidenced=tuple(each for each in every if each.missing),
        saving=saving_to_sign(forecast),
    )


def _size(each: AssumptionToSign) -> float:
    """Return by how much money an assumption is ranked; what cannot be told from noise comes last."""
    if each.moved is None or not each.moved.visible:
        return 0.0
    return abs(each.moved.at_high - each.moved.at_low)


def _how_to_read(effects: _Effects) -> str:
    (p90,) = figures([effects.p90], effects.forecast.scenario.currency)
    what = "the invoice" if effects.of == "invoice" else "invoice and human work"
    return (
        "A range is the stated one, from P10 to P90 with P50 as its middle: in eight of ten futures the number lies "
        f"inside. The amounts are P90 of {what} under the recommended contract, {p90} over all futures: what it is in "
        "the tenth of the futures in which the number is lowest, and in the tenth in which it is highest. Of a number "
        "that is taken as certain they are P90 with a number a tenth lower and a tenth higher."
    )


def _ranges(effects: _Effects) -> Iterator[AssumptionToSign]:
    """Yield every number that is given as a range."""
    scenario = effects.forecast.scenario
    for quantity in quantities(scenario):
        if quantity.name == PEOPLE and not quantity.fixed:
            yield _people(effects, quantity)
        elif quantity.name and not quantity.fixed:
            unit = natural_unit(quantity, scenario)
            values = [unit.at(float(value)) for value in quantity.at(np.array(TENTHS))]
            yield _made(effects, quantity.name, unit, values, quantity.source)
    if scenario.volume.forecast:
        rows = scenario.volume.forecast
        total = [math.fsum(getattr(row, key) for row in rows) for key in ("low", "base", "high")]
        unit = NaturalUnit("amount", f"{scenario.volume.unit} in all, P5 to P95", float)
        source = source_at(scenario, ("volume", "forecast"))
        subject = Subject("volume.forecast", "volume of the monthly forecast", source)
        yield signed_number(subject, unit, total, Effect(None, NOT_APART))


def _drivers(effects: _Effects) -> Iterator[AssumptionToSign]:
    """Yield what moves from month to month, as months at P10, P50 and P90 show it."""
    scenario = effects.forecast.scenario
    for driver in _DRIVERS:
        spread = _spread(driver, scenario)
        if spread is not None and (not spread.fixed or spread.center > 0):
            measure, words = driver_unit(driver, scenario)
            unit = NaturalUnit(measure, words, float)
            yield _made(effects, driver_name(driver), unit, driver_values(driver, scenario), spread.source)


def _spread(driver: str, scenario: Scenario) -> Quantity | None:
    """Return the number that says how far a driver moves."""
    if driver == "incident":
        return scenario.incidents.probability
    table = getattr(scenario.drivers, driver)
    return spread_of(table) if driver in ("demand", "tokens") else table.sd


def _prices(effects: _Effects) -> Iterator[AssumptionToSign]:
    """Yield the price of the recommended contract where it is no range, and its monthly fee."""
    best, scenario = effects.forecast.recommended, effects.forecast.scenario
    contract, price, own = best.contract, unit_rate(best.contract), _own_numbers(best, scenario)
    rates = [each for each in own if each.name.rpartition(".")[2] in RATES]
    if contract.usage and all(each.fixed for each in rates):
        source = rates[0].source if rates else source_at(scenario, ("contracts", contract.name))
        moved = _moved(effects, _at_price(effects, 1 - STEP), _at_price(effects, 1 + STEP))
        unit, title = NaturalUnit("money", "", float, scenario.currency), f"price {unit_label(contract)}"
        if price is None:
            unit, title = NaturalUnit("factor", "times what the contract says", float), "prices of use"
        values = [1.0 if price is None else price]
        subject = Subject(f"contracts.{contract.name}", title, source)
        yield signed_number(subject, unit, values, _tenth(effects, moved))
    fee = next((each for each in own if each.name.endswith(".platform_fee") and each.fixed), None)
    if fee is not None and is_proportional(contract) and contract.exchange is None:
        change = STEP * best.means("lines").get(PLATFORM_FEE, 0.0)
        moved = _moved(effects, effects.cost - change, effects.cost + change)
        yield _of_one(fee, scenario, _tenth(effects, moved))


def _own_numbers(best: Priced, scenario: Scenario) -> list[Quantity]:
    """Return the written numbers of a contract."""
    start = f"contracts.{best.contract.name}."
    return [each for each in quantities(scenario) if each.name.startswith(start) and each.source.kind != "default"]


def _at_price(effects: _Effects, factor: float) -> Array:
    """Return what the recommended contract costs with all prices of use multiplied, (trial,)."""
    best = effects.forecast.recommended
    invoice = best.horizon("invoice")
    at_price = totals_by_price(best.contract, invoice, best.usage, effects.forecast.results)
    cost: Array = effects.cost - invoice + at_price(factor)
    return cost


def _certain(effects: _Effects) -> Iterator[AssumptionToSign]:
    """Yield numbers that are taken as certain and carry the result: volume, outcomes, and what people cost."""
    scenario = effects.forecast.scenario
    volume, people = scenario.volume.per_month, scenario.people.cost_per_hour
    if volume is not None and volume.fixed:
        yield _of_one(number_at("volume.per_month", scenario), scenario, Effect(None, NOT_SHOWN))
    ranges = {quantity.name.rpartition(".")[2] for quantity in quantities(scenario) if not quantity.fixed}
    for name, keys in _BEHIND.items():
        if not keys & ranges:
            quantity = replace(number_at(name, scenario), source=source_behind(keys, scenario))
            yield _of_one(quantity, scenario, Effect(None, NOT_SHOWN))
    if people.fixed:
        yield _people(effects, number_at(PEOPLE, scenario))


def _people(effects: _Effects, cost: Quantity) -> AssumptionToSign:
    """Return what an hour of people costs, with what a tenth more does to the cost that ranks, or to people's work."""
    forecast = effects.forecast
    human = forecast.recommended.horizon("cost_to_serve") - forecast.recommended.horizon("invoice")
    if effects.of == "cost_to_serve":
        moved = _moved(effects, effects.cost - STEP * human, effects.cost + STEP * human)
        return _of_one(cost, forecast.scenario, _tenth(effects, moved))
    (more,) = figures([STEP * risk.mean(human)], forecast.scenario.currency)
    told_of_work = f"no invoice: a tenth more adds {more} to people's work"
    return _of_one(cost, forecast.scenario, Effect(None, told_of_work))


def _of_one(quantity: Quantity, scenario: Scenario, effect: Effect) -> AssumptionToSign:
    """Return a number that stands alone: of a range its ends and middle, else its value."""
    unit = natural_unit(quantity, scenario)
    values = [quantity.center] if quantity.fixed else [float(value) for value in quantity.at(np.array(TENTHS))]
    subject = Subject(quantity.name, plain_name(quantity.name, scenario), quantity.source)
    return signed_number(subject, unit, [unit.at(value) for value in values], effect)


def _made(effects: _Effects, name: str, unit: NaturalUnit, values: Sequence[float], source: Source) -> AssumptionToSign:
    """Return a range or a driver with what it moves."""
    bar, scenario = effects.bar(name), effects.forecast.scenario
    subject = Subject(name, plain_name(name, scenario), source)
    if bar is None:
        return signed_number(subject, unit, values, Effect(None, TOO_FEW if effects.tornado is None else NOISE))
    at_low, at_high, visible = bar.at_low, bar.at_high, bar.visible
    moved = Moved(ends="tenths of the futures", at_low=at_low, at_high=at_high, visible=visible)
    low, high = figures([at_low, at_high], scenario.currency)
    return signed_number(subject, unit, values, Effect(moved, f"{low} to {high}" if visible else NOISE))


def _moved(effects: _Effects, less: Array, more: Array) -> Moved:
    """Return what a number does to P90 that is taken as certain, a tenth lower and higher."""
    at_low, at_high = risk.quantile(less, P90), risk.quantile(more, P90)
    visible = abs(at_high - at_low) >= LEAST * abs(effects.p90)
    return Moved(ends="a tenth less and more", at_low=at_low, at_high=at_high, visible=visible)


def _tenth(effects: _Effects, moved: Moved) -> Effect:
    low, high = figures([moved.at_low, moved.at_high], effects.forecast.scenario.currency)
    return Effect(moved, f"{low} to {high}, if it is a tenth lower or higher")
