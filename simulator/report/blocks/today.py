"""The row for today beside the contracts: what it costs, and what the AI saves in people's hours and seats."""

from __future__ import annotations

from simulator import risk
from simulator.arrays import divided
from simulator.contracts.prices.fees import OneTimeFee
from simulator.forecast.bills import values_of
from simulator.forecast.forecast import Forecast
from simulator.forecast.priced import StatusQuo
from simulator.report.blocks.distribution import brief, distribution, horizon, paired_block
from simulator.report.blocks.over_time import by_month
from simulator.report.words.summary_block import NewBlock


def today_block(forecast: Forecast) -> NewBlock | None:
    """Return the numbers of the row for today, None where the scenario has none.

    Of these `invoice_in_force` is None where people work alone; `savings` are people's hours of an average month,
    today's less those under the recommended contract, and the seats that give them at the stated productive hours:
    means, P10 and P90. `saving` is what `verdict_words.saving` tells.
    """
    today = forecast.status_quo
    if today is None:
        return None
    cost, solved, net = horizon(today.cost), horizon(today.solved), forecast.results.net
    in_force = today.in_force
    return {
        "title": today.title,
        "contract": None if in_force is None else in_force.contract.name,
        "cost": distribution(cost, net),
        "invoice_in_force": None if in_force is None else distribution(horizon(in_force.invoice), net),
        "cost_per_case": distribution(divided(cost, horizon(forecast.results.meters["cases"])), net),
        "cost_per_solved_case": distribution(divided(cost, solved), net),
        "cases_solved": brief(solved),
        "recommended_less_today": paired_block(forecast.recommended.horizon("cost_to_serve"), cost),
        "savings": _savings(forecast, today),
        "saving": _saving(forecast, today),
        "monthly": by_month(forecast, today.cost),
    }


def _names_set_up(forecast: Forecast) -> bool:
    charges = (charge for priced in forecast.contracts.values() for charge in priced.contract.charges)
    return any(isinstance(charge, OneTimeFee) for charge in charges)


def _savings(forecast: Forecast, today: StatusQuo) -> NewBlock:
    results = forecast.results
    before = horizon(today.people_hours) / results.months
    saved = horizon(today.people_hours - forecast.recommended.people_hours) / results.months
    per_seat = values_of(results)(results.scenario.people.productive_hours)
    return {
        "hours_per_month_today": brief(before),
        "hours_per_month": brief(saved),
        "seats": brief(saved / per_seat),
        "productive_hours_per_seat": float(per_seat.mean()),
    }


def _saving(forecast: Forecast, today: StatusQuo) -> NewBlock:
    """Return what all contracts save on average against today, and what else changes.

    `low` and `high` are of the expected costs over all contracts, people's work included; negative where a contract
    costs more. Cases solved and seats are means, with the AI those under the recommended contract.
    """
    best, cost = forecast.recommended, risk.mean(horizon(today.cost))
    saved = [cost - risk.mean(priced.horizon("cost_to_serve")) for priced in forecast.contracts.values()]
    solved, saved_hours = risk.mean(horizon(today.solved)), _savings(forecast, today)
    return {
        "title": today.title,
        "low": min(saved),
        "high": max(saved),
        "solved_today": solved,
        "solved_with_ai": risk.mean(horizon(best.cases_solved)),
        "cost_per_solved_case": cost / solved if solved > 0 else None,
        "hours_per_month": saved_hours["hours_per_month"]["mean"],
        "seats": saved_hours["seats"]["mean"],
        "set_up_in_offer": _names_set_up(forecast),
    }
