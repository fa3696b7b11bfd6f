"""The row for today beside the contracts: what it costs, and what the AI saves in people's hours and seats."""

from __future__ import annotations

from simulator import risk
from simulator.arrays import divided
from simulator.contracts.prices.fees import OneTimeFee
from simulator.forecast.bills import values_of
from simulator.forecast.forecast import Forecast
from simulator.forecast.priced import StatusQuo
from simulator.report.blocks.distribution import brief, difference, distribution, distribution_where_known, horizon
from simulator.report.blocks.over_time import by_month
from simulator.report.summary.today import PeopleSaved, Saving, Today


def today_of(forecast: Forecast) -> Today | None:
    """Return the numbers of the row for today, None where the scenario has none."""
    today = forecast.status_quo
    if today is None:
        return None
    cost, solved, net = horizon(today.cost), horizon(today.solved), forecast.results.net
    in_force = today.in_force
    return Today(
        title=today.title,
        contract=None if in_force is None else in_force.contract.name,
        cost=distribution(cost, net),
        invoice_in_force=None if in_force is None else distribution(horizon(in_force.invoice), net),
        cost_per_case=distribution_where_known(divided(cost, horizon(forecast.results.meters["cases"])), net),
        cost_per_solved_case=distribution_where_known(divided(cost, solved), net),
        cases_solved=brief(solved),
        recommended_less_today=difference(forecast.recommended.horizon("cost_to_serve"), cost),
        savings=_savings(forecast, today),
        saving=_saving(forecast, today),
        monthly=by_month(forecast, today.cost),
    )


def _names_set_up(forecast: Forecast) -> bool:
    charges = (charge for priced in forecast.contracts.values() for charge in priced.contract.charges)
    return any(isinstance(charge, OneTimeFee) for charge in charges)


def _savings(forecast: Forecast, today: StatusQuo) -> PeopleSaved:
    results = forecast.results
    before = horizon(today.people_hours) / results.months
    saved = horizon(today.people_hours - forecast.recommended.people_hours) / results.months
    per_seat = values_of(results)(results.scenario.people.productive_hours)
    return PeopleSaved(
        hours_per_month_today=brief(before),
        hours_per_month=brief(saved),
        seats=brief(saved / per_seat),
        productive_hours_per_seat=float(per_seat.mean()),
    )


def _saving(forecast: Forecast, today: StatusQuo) -> Saving:
    """Return what all contracts save on average against today, and what else changes."""
    best, cost = forecast.recommended, risk.mean(horizon(today.cost))
    saved = [cost - risk.mean(priced.horizon("cost_to_serve")) for priced in forecast.contracts.values()]
    solved, saved_hours = risk.mean(horizon(today.solved)), _savings(forecast, today)
    return Saving(
        title=today.title,
        low=min(saved),
        high=max(saved),
        solved_today=solved,
        solved_with_ai=risk.mean(horizon(best.cases_solved)),
        cost_per_solved_case=cost / solved if solved > 0 else None,
        hours_per_month=saved_hours.hours_per_month.mean,
        seats=saved_hours.seats.mean,
        set_up_in_offer=_names_set_up(forecast),
    )
