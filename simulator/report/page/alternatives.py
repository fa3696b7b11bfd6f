"""The first table of the page: one row per contract, and one for today."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.forecast.verdict import NINE_OF_TEN
from simulator.report.blocks.settlement import owed_months
from simulator.report.blocks.verdict_numbers import TIES
from simulator.report.charts.base import ChartTable
from simulator.report.words.figures import count, factor, figures, one_unit, percents, short_rate
from simulator.report.words.sentences import doubtful
from simulator.report.words.summary_block import Block


def alternatives(summary: Block, rows: Sequence[Block]) -> ChartTable:
    """Return the table.

    Args:
        rows: the contracts' numbers in the order of the verdict.
    """
    today = summary["status_quo"]
    beside = [] if today is None else [today]
    columns = {
        "contract": [row["title"] for row in (*rows, *beside)],
        **_costs(rows, beside, summary["currency"]),
        **_units(rows, summary["currency"]),
        **_against_recommended(summary, rows),
        "can we count it": ["yes" if row["countable_by_buyer"] else "no" for row in rows],
    }
    height = len(columns["contract"])
    filled = [cells + [""] * (height - len(cells)) for cells in columns.values()]
    return ChartTable(tuple(columns), tuple(zip(*filled, strict=True)))


def _costs(rows: Sequence[Block], beside: Sequence[Block], code: str) -> dict[str, list[str]]:
    """Return the columns of money, those with human work with a cell for today."""
    invoices = [row["invoice"] for row in rows]
    costs = [*(row["cost_to_serve"] for row in rows), *(each["cost"] for each in beside)]
    return {
        "expected invoice": _means(invoices, code),
        "P50": one_unit([cost["p50"] for cost in invoices], code),
        "P90": one_unit([cost["p90"] for cost in invoices], code),
        "P90 with human work": one_unit([cost["p90"] for cost in costs], code),
        "expected with human work": _means(costs, code),
        "per solved case": one_unit([row["cost_per_solved_case"]["mean"] for row in (*rows, *beside)], code),
    }


def _means(costs: Sequence[Block], code: str) -> list[str]:
    """Return expected costs, each that the futures do not determine with a word that they do not."""
    texts = one_unit([cost["mean"] for cost in costs], code)
    return [f"{text}{' (not determined)' if doubtful(cost) else ''}" for cost, text in zip(costs, texts, strict=True)]


def _units(rows: Sequence[Block], code: str) -> dict[str, list[str]]:
    """Return units billed and not solved, and billed again, with what they cost; the legend says why some are not."""
    units = [row["units"] for row in rows]
    found = {}
    for key, heads in (
        ("billed_not_solved", ("units billed, not solved", "what they cost")),
        ("billed_again", ("units billed again", "their cost")),
    ):
        known = [each if each[key] is not None else None for each in units]
        found[heads[0]] = ["not counted" if each is None else count(each[key]) for each in known]
        amounts = [None if each is None else each[f"{key}_amount"] for each in known]
        found[heads[1]] = one_unit(amounts, code, "not counted")
    return found


def _against_recommended(summary: Block, rows: Sequence[Block]) -> dict[str, list[str]]:
    """Return prices, the prices at which a contract ties, and how it stands beside the recommended one."""
    code = summary["currency"]
    ties = [_ties(row, summary) for row in rows]
    cheaper = {pair["contract"]: pair["share_cheaper"] for pair in summary["paired"]}
    found = {
        "price": [short_rate(row["unit_rate"], code) if row["one_price"] else "mixed" for row in rows],
        **{head: [each[place] for each in ties] for place, head in enumerate(TIES.values())},
        "cheaper than the recommended in": [_share(cheaper.get(row["name"]), 0.5) for row in rows],
    }
    if summary["budget"] is not None:
        found["budget held in"] = [_share(row["chance_of_budgets"], NINE_OF_TEN) for row in rows]
    for month in owed_months(rows):
        owed = [row["owed_if_stopped"][month] for row in rows]
        found[f"owed, stopped after month {month}"] = one_unit(owed, code, "beyond the horizon")
    return found


def _ties(row: Block, summary: Block) -> list[str]:
    """Return the three prices at which a contract ties; factors on the prices for use where it has several."""
    if row["name"] == summary["recommended"]:
        return ["-"] * len(TIES)
    ties = [row[key] for key in TIES]
    known = [tie for tie in ties if tie is not None]
    if row["one_price"]:
        prices = figures([*(tie["unit_price"] for tie in known), row["unit_rate"]], summary["currency"])[:-1]
    else:
        prices = [f"x{factor(tie['factor'])}" for tie in known]
    told = iter(prices)
    return ["never" if tie is None else next(told) for tie in ties]


def _share(part: float | None, bound: float) -> str:
    """Return a share of the futures that does not look like a bound, all or none unless it is; "-" where it is None."""
    return "-" if part is None else percents([part], against=[0, bound, 1])[0]
