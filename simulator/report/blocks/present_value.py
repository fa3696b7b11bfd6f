"""What the invoices of a long horizon are worth on its first day: shown where the scenario says a yearly rate.

Of horizons over 12 months only: a year's budget is compared with the invoices themselves, and a rate of 8 % would take
some 4 % off all contracts alike.
"""

from __future__ import annotations

from typing import Final

from simulator.forecast.bills import values_of
from simulator.forecast.forecast import Forecast, present_value
from simulator.forecast.priced import Priced
from simulator.report.blocks.distribution import brief, distribution
from simulator.report.summary.distribution import Distribution
from simulator.report.summary.over_time import Discounting
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import figures

LONGER_THAN: Final = 12
"""Months of a horizon up to which no present value is shown."""
PAID: Final = "each month's invoice paid at the end of the month"


def present_value_of(forecast: Forecast, priced: Priced) -> Distribution | None:
    """Return the distribution of the present value of a contract's invoice; None without a rate or a long horizon."""
    rate = forecast.scenario.discount_rate
    if rate is None or forecast.results.months <= LONGER_THAN:
        return None
    return distribution(present_value(priced.invoice, values_of(forecast.results)(rate)), forecast.results.net)


def discounting(forecast: Forecast) -> Discounting | None:
    """Return the yearly rate and when invoices are taken as paid; None where the scenario says no rate."""
    rate = forecast.scenario.discount_rate
    if rate is None:
        return None
    shown = forecast.results.months > LONGER_THAN
    return Discounting(rate_per_year=brief(values_of(forecast.results)(rate)), paid=PAID, shown=shown)


def present_value_lines(summary: Summary) -> list[str]:
    """Return in one line what the invoices are worth on the first day; nothing where the scenario says no rate.

    Where another contract has the lower present value at P90 it is named.
    """
    found, code = summary.discounting, summary.currency
    if found is None:
        return []
    if not found.shown:
        return [f"Present value: none, as discount_rate acts on horizons over {LONGER_THAN} months."]
    rates = found.rate_per_year
    percent = f"{100 * rates.mean:.3g} %"
    rate = f"{percent} a year" if rates.p10 == rates.p90 else f"each future's yearly rate ({percent} on average)"
    values = {each.title: each.present_value for each in summary.contracts if each.bills_units and each.present_value}
    ours = summary.best.present_value
    assert ours is not None  # shown
    title, least = min(values.items(), key=lambda item: item[1].p90, default=("", ours))
    if least.p90 >= ours.p90:
        mean, p90 = figures([ours.mean, ours.p90], code)
        return [f"Present value of the invoice of * at {rate}, {PAID}: expected {mean}, P90 {p90}."]
    mean, p90, other = figures([ours.mean, ours.p90, least.p90], code)
    return [
        f"Present value of the invoice of * at {rate}, {PAID}: expected {mean}, P90 {p90}; the lowest P90 of it has "
        f"{title}, {other}."
    ]
