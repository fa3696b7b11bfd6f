"""What stands under details: what a unit costs underneath, who counts it, and percentiles of all contracts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from simulator import risk
from simulator.report.answer.contracts import ranked
from simulator.report.charts.base import ChartTable
from simulator.report.contract_answers import ContractAnswers
from simulator.report.questions_text import HELD
from simulator.report.summary.distribution import LEVELS, Brief, Distribution
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import count, figures, one_unit, percents
from simulator.report.words.meter_words import CLASS_NAMES
from simulator.report.words.sentences import doubtful

BESIDE: Final = {"mean": "expected", "cvar95": "mean of the dearest 5 %"}


def unit_costs(questions: Sequence[ContractAnswers], code: str) -> ChartTable:
    """Return what a unit of every contract costs underneath, and what the vendor keeps."""
    rows = []
    costs = [each.unit_cost for each in questions]
    model = one_unit([_mean(cost.model_cost_per_unit) for cost in costs], code)
    invoice = one_unit([_mean(cost.invoice_per_unit) for cost in costs], code)
    margin = one_unit([cost.margin.mean for cost in costs], code)
    for place, each in enumerate(questions):
        cost = each.unit_cost
        kept = _mean(cost.margin_share)
        rows.append(
            (
                each.label,
                *("n/a" if size is None else count(size) for size in cost.tokens_per_unit.values()),
                model[place],
                invoice[place],
                margin[place],
                "n/a" if kept is None else percents([kept], against=[0, 1])[0],
                percents([cost.share_of_futures_at_a_loss], against=[0, 1])[0],
            )
        )
    tokens = (f"tokens a unit: {CLASS_NAMES[kind]}" for kind in questions[0].unit_cost.tokens_per_unit)
    heads = ("tokens' cost a unit", "invoice a unit", "vendor keeps", "of invoice", "futures at a loss")
    return ChartTable(("contract", *tokens, *heads), tuple(rows))


def _mean(amount: Brief | None) -> float | None:
    return None if amount is None else amount.mean


def question(block: ContractAnswers) -> dict[str, Any]:
    """Return the first question of a contract: its unit, the columns it reads, and who holds them."""
    who = block.who_counts
    return {
        "title": block.title,
        "unit": block.unit,
        "verdict": who.verdict,
        "countable": who.countable_by_buyer,
        "meters": ", ".join(who.meters) or "fees only",
        "definitions": who.definitions,
        "columns": ChartTable(
            ("column", "meaning", "who holds it"),
            tuple((each.name, each.meaning, HELD[each.held_by]) for each in who.columns),
        ),
        "catalogue": block.catalogue,
    }


def percentiles(summary: Summary) -> ChartTable:
    """Return percentiles of what contracts are ranked by, a row a contract."""
    of, code, rows = summary.ranked_by, summary.currency, ranked(summary)
    heads = {**{f"p{level}": f"P{level}" for level in LEVELS}, **BESIDE}
    columns = {head: one_unit([getattr(row.cost(of), key) for row in rows], code) for key, head in heads.items()}
    columns["expected"] = [
        f"{text} (not determined)" if doubtful(row.cost(of)) else text
        for row, text in zip(rows, columns["expected"], strict=True)
    ]
    cheapest = [percents([row.probability_cheapest], against=[0, 1])[0] for row in rows]
    columns = {"contract": [row.label for row in rows], **columns, "chance to be cheapest": cheapest}
    return ChartTable(tuple(columns), tuple(zip(*columns.values(), strict=True)))


def intervals(summary: Summary) -> ChartTable:
    """Return how far the number of futures leaves open what means are, a row a contract."""
    of, code = summary.ranked_by, summary.currency
    rows = tuple(
        (row.label, _interval(row.cost(of).mean_interval, code), _tail(row.cost(of), summary.trials, code))
        for row in ranked(summary)
    )
    return ChartTable(("contract", "expected, 95 % interval", "mean of the dearest 5 %, 95 % interval"), rows)


def _interval(ends: Sequence[float] | None, code: str) -> str:
    return "none, from one future" if ends is None else " to ".join(figures(ends, code))


def _tail(cost: Distribution, futures: int, code: str) -> str:
    """Return the interval of the mean of the dearest 5 %, or why there is none, shorter than the summary says it."""
    if cost.cvar95_interval is not None:
        return _interval(cost.cvar95_interval, code)
    least = risk.least_for_cvar_interval(0.95)
    return f"too narrow below {least:,} futures" if futures < least else "none, they all cost the same"
