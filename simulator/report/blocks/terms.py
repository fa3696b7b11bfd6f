"""The terms of every contract as stated: what it asks for whatever is used, how long it binds, what backs its price."""

from __future__ import annotations

from simulator.contracts import Contract
from simulator.contracts.prices.charge import Charge, innermost
from simulator.contracts.prices.fees import Fee, OneTimeFee
from simulator.forecast.forecast import Forecast
from simulator.forecast.priced import Priced
from simulator.quantities.distributions import Quantity, Source
from simulator.report.blocks.price_standing import price_sources, price_standing
from simulator.report.blocks.published import offer_of
from simulator.report.summary.terms import Terms, UnitPrice
from simulator.report.words.terms_words import FIRM
from simulator.scenario.schema import Scenario


def terms_blocks(forecast: Forecast) -> tuple[Terms, ...]:
    """Return the terms of every contract in the order of the scenario; of a change of vendor those of the new one."""
    return tuple(_terms(forecast.scenario, name, priced) for name, priced in forecast.contracts.items())


def prices_assumed(scenario: Scenario, name: str) -> bool:
    """Return whether no offer, contract or published page stands behind prices, as `assumed` of terms."""
    return price_standing(scenario, name) == "assumed"


def _terms(scenario: Scenario, name: str, priced: Priced) -> Terms:
    contract = priced.contract if priced.contract.switch is None else priced.contract.switch.after
    worth = 1.0 if contract.exchange is None else contract.exchange.rate.center
    settled, charges = contract.settlement, [innermost(charge) for charge in contract.charges]
    bound = settled.commitment
    most = max(priced.exits, key=lambda row: row.total, default=None)
    owed, backing = most is not None and most.total > 0, _backing(scenario, name)
    return Terms(
        contract=name,
        prices=_prices(contract, worth),
        platform_fee=worth * sum(fee.per_month.center for fee in charges if isinstance(fee, Fee)),
        one_time_fees=worth * sum(fee.once.center for fee in charges if isinstance(fee, OneTimeFee)),
        least_per_month=_money(settled.monthly_minimum, worth),
        least_per_year=_money(settled.yearly_minimum, worth),
        most_per_month=_money(settled.maximum_per_month, worth),
        committed=None if bound is None or bound.units is not None else bound.amount.center * worth,
        committed_units=None if bound is None else bound.units,
        committed_over="" if bound is None else bound.period,
        term_months=settled.term_months,
        owed_on_leaving=most.total if most is not None and owed else 0.0,
        owed_month=most.month if most is not None and owed else 0,
        backing=backing.kind,
        source=_source(backing),
        offer=_offer(scenario, name),
    )


def _prices(contract: Contract, worth: float) -> tuple[UnitPrice, ...]:
    """Return one price for each charge for use that has one; two charges of one unit and price give it once."""
    found = (_price(charge, contract.rate_factor * worth) for charge in contract.usage)
    return tuple(dict.fromkeys(price for price in found if price is not None))


def _price(charge: Charge, factor: float) -> UnitPrice | None:
    rate = charge.unit_rate
    return None if rate is None else UnitPrice(rate.center * factor, charge.rate_label)


def _money(amount: Quantity | None, worth: float) -> float | None:
    return None if amount is None else amount.center * worth


def _backing(scenario: Scenario, name: str) -> Source:
    """Return the weakest source of a contract's prices and fees; a default where none is written."""
    written = price_sources(scenario, name)
    return min(written, key=lambda source: (source.kind in FIRM, source.kind), default=Source())


def _source(backing: Source) -> str:
    return ", ".join(part for part in (backing.source, backing.as_of) if part)


def _offer(scenario: Scenario, name: str) -> str:
    entry = offer_of(scenario, name)
    return "" if entry is None else f"{entry.vendor}, {entry.product}, as of {entry.as_of}"
