"""What use of a contract costs, in the few words that a row of a table has for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.contracts import Contract
from simulator.contracts.prices.charge import Charge, innermost
from simulator.contracts.prices.fees import Fee
from simulator.contracts.prices.included import IncludedUnits
from simulator.contracts.prices.package import Package
from simulator.contracts.prices.seats import SeatCharge
from simulator.contracts.prices.tiers import Tiered
from simulator.contracts.prices.token_charge import TokenCharge
from simulator.report.words.figures import about, percents, short_rate

if TYPE_CHECKING:
    from simulator.quantities.distributions import Quantity

MOST_PRICES: Final = 2
"""Prices of use that are named one by one; more are counted."""
MANY_TIMES: Final = 2.0
"""Times the list price from which tokens are told as that, and not in percent."""


def price_words(contract: Contract, code: str) -> str:
    """Return what use costs: "$0.50", "fee + $0.11", "$0.60 to $0.40"; of a change of vendor under the new one."""
    now = contract if contract.switch is None else contract.switch.after
    worth = now.rate_factor * (1.0 if now.exchange is None else now.exchange.rate.center)
    prices = list(dict.fromkeys(_price(charge, code, worth) for charge in now.usage))
    told = " / ".join(prices) if len(prices) <= MOST_PRICES else f"{len(prices)} prices"
    fee = any(_is_monthly_fee(charge) for charge in now.charges)
    return " + ".join((["fee"] if fee else []) + ([told] if told else [])) or "nothing"


def _is_monthly_fee(charge: Charge) -> bool:
    inner = innermost(charge)
    return (isinstance(inner, Fee) and inner.per_month.center > 0) or (
        isinstance(inner, IncludedUnits) and inner.fee.center > 0
    )


def _price(charge: Charge, code: str, worth: float) -> str:
    inner, rate = innermost(charge), charge.unit_rate
    if isinstance(inner, Tiered):
        ends = [inner.tiers[0].rate, inner.tiers[-1].rate]
        return " to ".join(dict.fromkeys(short_rate(each.center * worth, code) for each in ends))
    if isinstance(inner, TokenCharge):
        return _tokens(inner.markup.center)
    if rate is None:
        return "plan"
    text = _rate(rate, code, worth)
    if isinstance(inner, SeatCharge):
        return f"{text} a seat"
    return f"{text} for {inner.size:,.12g}" if isinstance(inner, Package) else text


def _rate(rate: Quantity, code: str, worth: float) -> str:
    price = rate.center * worth
    return short_rate(price, code) if rate.fixed else about(price, code)


def _tokens(markup: float) -> str:
    if markup == 1:
        return "tokens at list price"
    if markup >= MANY_TIMES:
        return f"tokens x {markup:,.3g}"
    (more,) = percents([abs(markup - 1)], against=[0])
    return f"tokens {'+' if markup > 1 else '-'} {more}"
