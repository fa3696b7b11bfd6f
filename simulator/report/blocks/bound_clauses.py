"""Which clauses of every contract bind, and what each is worth, in numbers and words."""

from __future__ import annotations

import numpy as np

from simulator import risk
from simulator.forecast.bound_clauses import BoundClause as Found
from simulator.forecast.bound_clauses import bound_clauses
from simulator.forecast.forecast import Forecast
from simulator.report.summary.bound_clauses import BoundClause, ContractClauses
from simulator.report.words.clause_words import KINDS, Told, clause_name, is_by_month, sentence

SIDES = {"": "", "old": "Old contract: ", "new": "New contract: "}
"""What stands before a clause of a change of vendor."""


def bound_clauses_block(forecast: Forecast) -> tuple[ContractClauses, ...]:
    """Return the clauses of every contract, in the order of the scenario."""
    return tuple(contract_clauses(forecast, name) for name in forecast.contracts)


def contract_clauses(forecast: Forecast, name: str) -> ContractClauses:
    """Return the clauses of one contract."""
    found = bound_clauses(forecast.contracts[name], forecast.results)
    return ContractClauses(name, tuple(_clause(each, forecast) for each in found))


def _clause(found: Found, forecast: Forecast) -> BoundClause:
    clause, side, exchange = found.of.clause, found.of.side, found.of.contract.exchange
    code = forecast.scenario.currency
    name = SIDES[side] + clause_name(clause, code, 1.0 if exchange is None else exchange.rate.center)
    p10, p90 = risk.quantiles(found.adds, (0.1, 0.9))
    told = Told(
        kind=clause.kind,
        name=name,
        months=risk.mean(found.months),
        futures=float(np.mean(found.months > 0)),
        horizon=forecast.results.months,
        mean=risk.mean(found.adds),
        at_p90=found.at_p90,
    )
    by_month = is_by_month(clause)
    return BoundClause(
        kind=clause.kind,
        side=side,
        name=name,
        reaching=KINDS[clause.kind].reaching,
        by_month=by_month,
        months=told.months,
        futures=told.futures,
        mean=told.mean,
        p10=p10,
        p90=p90,
        at_p90=told.at_p90,
        sentence=sentence(told, code, by_month=by_month),
    )
