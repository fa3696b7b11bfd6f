"""The tables of contracts: the few that a reader compares, and all of them with what they bill for nothing."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.forecast.verdict import NINE_OF_TEN
from simulator.report.answer.signed import price_and_terms
from simulator.report.blocks.settlement import owed_months
from simulator.report.blocks.unit_counts import again_line
from simulator.report.blocks.verdict_numbers import TIES
from simulator.report.charts.base import ChartTable
from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.distribution import Distribution
from simulator.report.summary.summary import Summary
from simulator.report.words.compared import compared
from simulator.report.words.figures import count, one_unit, percents
from simulator.report.words.sentences import capital, contract_of, doubtful, not_split_in
from simulator.report.words.terms_words import assumed, terms_of
from simulator.report.words.ties import tie_change
from simulator.report.words.verdict_words import marked

RECOMMENDED = "cheaper than the recommended in"
SAME = TIES["tie"]
LEGEND = (
    f"Expected and P90 are of the vendor's invoice; with people: invoice and people's work. {capital(SAME)}: by "
    "how much its prices for use must change, with fees as they are, for the contract to cost on average as much as "
    "the recommended one."
)
LEGEND_OF_ALL = (
    f"{LEGEND} Ties at P90: the same of the P90s; cheaper in nine of ten futures at: the change at which it is "
    "that. The sheet Comparison of the workbook has them as prices."
)
ON_PAPER = {
    "contract": "contract", "price": "price", "expected": "expected", "P90": "P90", "budget held in": "budget held in",
    RECOMMENDED: "cheaper in", "expected with people": "expected with people",
}  # fmt: skip
"""Columns for which a sheet of paper has room, and what they are called there."""
FEW = ("contract", "expected", "P90", "budget held in", RECOMMENDED, SAME, "expected with people", "price and terms")
"""Columns of a first look."""


def chosen(summary: Summary) -> str:
    """Return by which rule the recommended contract is named, and how often it turns out to cost the least of all."""
    if len(summary.contracts) == 1 or summary.verdict.rule == "no_units":
        return ""
    (share,) = percents([contract_of(summary, summary.recommended).probability_cheapest], against=[0, 1])
    return f"{capital(marked(summary))}. It costs the least of all in {share} of the futures."


def ranked(summary: Summary) -> list[ContractNumbers]:
    """Return all contracts in the order of the verdict."""
    return [contract_of(summary, name) for name in summary.ranking]


def few(summary: Summary) -> ChartTable:
    """Return the contracts that a reader compares and today, with price and terms."""
    return _chosen(_costs_table(summary, [contract_of(summary, name) for name in compared(summary)]), FEW)


def every(summary: Summary) -> ChartTable:
    """Return the same of all contracts, with all prices at which they tie."""
    shown = _costs_table(summary, ranked(summary))
    return _chosen(shown, [head for head in shown.columns if head != "price"])


def full_names(summary: Summary) -> str:
    """Return what tables call contracts for short, each with its title; nothing where every label is the title."""
    told = [f"{row.label}: {row.title}" for row in ranked(summary) if row.label != row.title]
    return f"In full: {'; '.join(told)}." if told else ""


def brief_table(summary: Summary) -> ChartTable:
    """Return the contracts that a reader compares and today, with few columns, for paper."""
    shown = _costs_table(summary, [contract_of(summary, name) for name in compared(summary)])
    chosen = _chosen(shown, tuple(ON_PAPER))
    return ChartTable(tuple(ON_PAPER[head] for head in chosen.columns), chosen.rows)


def _chosen(table: ChartTable, heads: Sequence[str]) -> ChartTable:
    """Return some columns of a table in the order of the heads; one that it does not have is left out."""
    kept = [table.columns.index(head) for head in heads if head in table.columns]
    return ChartTable(
        tuple(table.columns[place] for place in kept), tuple(tuple(row[place] for place in kept) for row in table.rows)
    )


def units(summary: Summary) -> ChartTable:
    """Return of all contracts what they bill and is not solved, or billed before, and what is owed on leaving."""
    rows, code = ranked(summary), summary.currency
    columns = {"contract": [row.label for row in rows], **_units(rows, code)}
    columns["per solved case"] = one_unit([row.mean_per_solved_case for row in rows], code)
    for month in owed_months(rows):
        owed = [row.owed_if_stopped[month] for row in rows]
        columns[f"owed, stopped after month {month}"] = one_unit(owed, code, "beyond the horizon")
    return _table(columns)


def legend_of_units(summary: Summary) -> str:
    """Return what the columns of units are, and why some have no number."""
    why, again = not_split_in(summary), again_line(summary)
    found = [
        "Per solved case: invoice and people's work over the cases that were truly solved.",
        f"Units billed, not solved: {why}." if why else "",
        f"{again}." if again else "",
    ]
    return " ".join(filter(None, found))


def _costs_table(summary: Summary, rows: Sequence[ContractNumbers]) -> ChartTable:
    today, code = summary.status_quo, summary.currency
    invoices = [row.invoice for row in rows]
    with_people = [*(row.cost_to_serve for row in rows), *([] if today is None else [today.cost])]
    columns = {
        "contract": [*(row.label for row in rows), *([] if today is None else [today.title])],
        "price": [f"{row.price_words}{', assumed' if assumed(terms_of(summary, row.name)) else ''}" for row in rows],
        "expected": _means(invoices, code),
        "P90": one_unit([cost.p90 for cost in invoices], code),
    }
    if summary.budget is not None:
        columns["budget held in"] = [share(row.chance_of_budgets, NINE_OF_TEN) for row in rows]
    cheaper = {pair.contract: pair.share_cheaper for pair in summary.paired}
    columns |= {
        RECOMMENDED: [share(cheaper.get(row.name), 0.5) for row in rows],
        **{head: [tie_change(summary, row, getattr(row, key)) for row in rows] for key, head in TIES.items()},
        "expected with people": _means(with_people, code),
        "P90 with people": one_unit([cost.p90 for cost in with_people], code),
        "we can recount it": ["yes" if row.countable_by_buyer else "no" for row in rows],
        "price and terms": [price_and_terms(summary, row.name) for row in rows],
    }
    return _table(columns)


def _table(columns: dict[str, list[str]]) -> ChartTable:
    """Return columns as a table, shorter ones filled up."""
    height = len(columns["contract"])
    filled = [cells + [""] * (height - len(cells)) for cells in columns.values()]
    return ChartTable(tuple(columns), tuple(zip(*filled, strict=True)))


def _means(costs: Sequence[Distribution], code: str) -> list[str]:
    """Return expected costs, each that the futures do not determine with a word that they do not."""
    texts = one_unit([cost.mean for cost in costs], code)
    return [f"{text}{' (not determined)' if doubtful(cost) else ''}" for cost, text in zip(costs, texts, strict=True)]


def _units(rows: Sequence[ContractNumbers], code: str) -> dict[str, list[str]]:
    """Return units billed and not solved, and billed again, with what they cost; the legend says why some are not."""
    units = [row.units for row in rows]
    found = {}
    for key, heads in (
        ("billed_not_solved", ("units billed, not solved", "what they cost")),
        ("billed_again", ("units billed again", "their cost")),
    ):
        known = [each if getattr(each, key) is not None else None for each in units]
        found[heads[0]] = ["not counted" if each is None else count(getattr(each, key)) for each in known]
        amounts = [None if each is None else getattr(each, f"{key}_amount") for each in known]
        found[heads[1]] = one_unit(amounts, code, "not counted")
    return found


def share(part: float | None, bound: float) -> str:
    """Return a share of the futures that does not look like a bound, all or none unless it is; "-" where it is None."""
    return "-" if part is None else percents([part], against=[0, bound, 1])[0]
