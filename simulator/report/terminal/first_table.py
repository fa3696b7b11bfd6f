"""The tables of the terminal: contracts by their invoice, and what stands beside the invoice of each.

Columns fall away by importance where the terminal is narrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from simulator.forecast.priced import Measure
from simulator.forecast.verdict import NINE_OF_TEN
from simulator.report.blocks.settlement import owed_months
from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.summary import Summary
from simulator.report.terminal.text_columns import TextColumn, joined, room_for_names, set_table
from simulator.report.words.budget_words import several_budgets
from simulator.report.words.figures import Scale, count, figures, finer, one_unit, percents, scale_for
from simulator.report.words.precision import more_digits
from simulator.report.words.sentences import contract_of, cost_of
from simulator.report.words.terminal_text import printable, width_of
from simulator.report.words.ties import tie_change

GOOD_NAME: Final = 28
"""Columns that names should have; the least important columns are left out for them."""
DROPPED: Final = ("long prices", "tie_p90", "recount", "tie_mean", "invoice", "price", "cheaper", "held")
"""What is left out where names have no room, the first first: long texts of prices, then columns."""


def scale_of(summary: Summary, names: Sequence[str]) -> Scale:
    """Return the one unit of all amounts of the screen, with three digits of every invoice."""
    contracts = [contract_of(summary, name) for name in names]
    today, of = summary.status_quo, summary.ranked_by
    amounts = [each for block in contracts for each in _main_amounts(block)]
    amounts += [] if today is None else [today.cost.mean]
    usual = scale_for(amounts, summary.currency, [cost_of(block, of).p90 for block in contracts])
    invoices = [each for block in contracts for each in (block.invoice.mean, block.invoice.p90)]
    fine = finer(usual, invoices, more_digits(summary))
    for scale in (fine, usual, *usual.coarser):
        least = [each for each in _columns(summary, contracts, scale) if each.key in ("expected", "p90")]
        if sum(column.width for column in least) <= _WIDEST_AMOUNTS:
            return scale
    return fine


_WIDEST_AMOUNTS: Final = 30


def _main_amounts(block: ContractNumbers) -> tuple[float, float, float]:
    return block.invoice.mean, block.invoice.p90, block.cost_to_serve.mean


def table(summary: Summary, names: Sequence[str], scale: Scale, width: int) -> list[str]:
    """Return the lines of the table of some contracts, the recommended one marked."""
    contracts = [contract_of(summary, name) for name in names]
    titles = [printable(block.label) for block in contracts]
    marked = names.index(summary.recommended) if summary.recommended in names else None
    wide = max(map(width_of, titles))
    columns = _columns(summary, contracts, scale)
    for key in DROPPED:
        if room_for_names(_with_ties(columns), width) >= min(wide, GOOD_NAME):
            break
        columns = _shorter_prices(columns) if key == "long prices" else [each for each in columns if each.key != key]
    shown = _with_ties(columns)
    shown += [more for more in _work_beside(summary, contracts, scale) if room_for_names([*shown, more], width) >= wide]
    return set_table(titles, marked, shown, width)


def beside_table(summary: Summary, scale: Scale, width: int) -> list[str]:
    """Return what every contract costs and binds to beside its invoice, in the order of the ranking."""
    contracts = [contract_of(summary, name) for name in summary.ranking]
    titles = [printable(block.label) for block in contracts]
    columns = [*_work(contracts, scale), *_unsolved(contracts, scale), *_owed(contracts, scale)]
    whole = min(max(map(width_of, titles)), GOOD_NAME)
    while len(columns) > 1 and room_for_names(columns, width) < whole:
        columns.pop()
    return set_table(titles, names_marked(summary), columns, width)


def names_marked(summary: Summary) -> int | None:
    """Return the place of the recommended contract in the ranking."""
    ranking = list(summary.ranking)
    return ranking.index(summary.recommended) if summary.recommended in ranking else None


def _column(key: str, heading: str, cells: Sequence[str], *, left: bool = False) -> TextColumn:
    first, second = f"|{heading}".split("|")[-2:]
    return TextColumn(key, (first, second), tuple(cells), left)


def _columns(summary: Summary, contracts: Sequence[ContractNumbers], scale: Scale) -> list[TextColumn]:
    """Return the columns of the first table in their order."""
    of = summary.ranked_by

    def amounts(key: str, heading: str, part: Measure, figure: str) -> TextColumn:
        return _column(key, heading, [scale.text(getattr(cost_of(block, part), figure)) for block in contracts])

    costs = [amounts("expected", "expected", of, "mean"), amounts("p90", "P90", of, "p90")]
    if of != "invoice":
        costs = [
            amounts("invoice", "expected|invoice", "invoice", "mean"),
            amounts("expected", "with people|expected", of, "mean"),
            costs[1],
        ]
    return [
        _column("price", "price", [block.price_words for block in contracts]),
        *costs,
        *_held(summary, contracts),
        *(_against_best(summary, contracts) if len(summary.contracts) > 1 else []),
        _column("recount", "we can|recount", ["yes" if block.countable_by_buyer else "no" for block in contracts]),
    ]


def _against_best(summary: Summary, contracts: Sequence[ContractNumbers]) -> list[TextColumn]:
    """Return how each contract compares with the recommended one."""
    return [_column("cheaper", "cheaper|than * in", _cheaper(summary, contracts)), *_ties(summary, contracts)]


def _shorter_prices(columns: Sequence[TextColumn]) -> list[TextColumn]:
    """Return the columns with how many prices there are in the place of two of them."""
    return [replace(each, cells=tuple(map(_shorter, each.cells))) if each.key == "price" else each for each in columns]


def _shorter(price: str) -> str:
    fee = "fee + " if price.startswith("fee + ") else ""
    if " / " in price:
        return f"{fee}2 prices"
    if " to " in price:
        return f"{fee}from {price.rpartition(' to ')[2]}"
    return f"{fee}tokens" if "tokens" in price else price


def _ties(summary: Summary, contracts: Sequence[ContractNumbers]) -> list[TextColumn]:
    """By how much a contract's prices must change to cost as much as the recommended one."""
    mean = [tie_change(summary, block, block.tie) for block in contracts]
    p90 = [tie_change(summary, block, block.tie_p90) for block in contracts]
    return [_column("tie_mean", "price for|same mean", mean), _column("tie_p90", "price for|same P90", p90)]


def _with_ties(columns: Sequence[TextColumn]) -> list[TextColumn]:
    """Return the columns with both ties under one heading, which says what ties."""
    ties = [column for column in columns if column.key in ("tie_mean", "tie_p90")]
    if len(ties) < 2:
        return list(columns)
    both = joined("price for the same", [replace(each, heading=("", each.heading[1][5:])) for each in ties])
    return [both if column is ties[0] else column for column in columns if column is not ties[1]]


def _held(summary: Summary, contracts: Sequence[ContractNumbers]) -> list[TextColumn]:
    """In which share of the futures each contract keeps all budgets; nothing without a budget."""
    if summary.budget is None:
        return []
    cells = [share(block.chance_of_budgets or 0) for block in contracts]
    (amount,) = figures([summary.budget.amount], summary.currency)
    heading = "all budgets|held in" if several_budgets(summary) else f"budget held|({amount}) in"
    return [_column("held", heading, cells)]


def _cheaper(summary: Summary, contracts: Sequence[ContractNumbers]) -> list[str]:
    """In which share of the futures each contract costs less than the recommended one."""
    shares = {pair.contract: pair.share_cheaper for pair in summary.paired}
    return [share(shares[block.name]) if block.name in shares else "-" for block in contracts]


def share(part: float) -> str:
    """Return a share that does not look like a half or nine in ten unless it is; 0 and 100 % only for none and all."""
    if part in (0, 1):
        return f"{100 * part:.0f} %"
    return "<1 %" if part < 0.005 else ">99 %" if part > 0.995 else percents([part], against=[0.5, NINE_OF_TEN])[0]


def _work_beside(summary: Summary, contracts: Sequence[ContractNumbers], scale: Scale) -> list[TextColumn]:
    """Return the cost with people's work, which stands in the first table where the terminal is wide."""
    return _work(contracts, scale)[:1] if summary.ranked_by == "invoice" else []


def _work(contracts: Sequence[ContractNumbers], scale: Scale) -> list[TextColumn]:
    """Invoice and people's work, in all and for each case that is really solved."""
    code = scale.of.code
    return [
        _column("work", "with people's|work", [scale.text(block.cost_to_serve.mean) for block in contracts]),
        _column("solved", "per solved|case",
                one_unit([block.mean_per_solved_case for block in contracts], code)),
    ]  # fmt: skip


def _unsolved(contracts: Sequence[ContractNumbers], scale: Scale) -> list[TextColumn]:
    """Units billed for what was not solved, and what they cost."""
    units = [block.units for block in contracts]
    return [
        joined("billed, not solved", [
            _column("unsolved", "units", [_units(each.billed_not_solved) for each in units]),
            _column("unsolved", "cost", [_amount(each.billed_not_solved_amount, scale) for each in units]),
        ])
    ]  # fmt: skip


def _owed(contracts: Sequence[ContractNumbers], scale: Scale) -> list[TextColumn]:
    """What is owed if use stops after month 6 and 12; nothing where nobody owes it."""
    return [
        _column("owed", f"owed after|month {month}",
                [_amount(block.owed_if_stopped[month], scale) for block in contracts])
        for month in owed_months(contracts)
    ]  # fmt: skip


def _units(number: float | None) -> str:
    return "-" if number is None else count(number)


def _amount(amount: float | None, scale: Scale) -> str:
    return "-" if amount is None else scale.text(amount)


def words_of(scale: Scale) -> str:
    """Return the unit of a scale in words: "USD thousand"."""
    code, names = scale.of.code, {"": "", "K": " thousand", "M": " million", "B": " billion"}
    return f"{code}{names[scale.unit]}"


def shown_names(summary: Summary, more: int) -> list[str]:
    """Return the contracts of the first screen: recommended, next and rivals, and so many others, all as ranked.

    One more contract stands there rather than a line that says so.
    """
    ranking = list(summary.ranking)
    must = {summary.recommended, *ranking[:2], *(rival.name for rival in summary.verdict.rivals)}
    others = [name for name in ranking if name not in must]
    taken = must | set(others[: more if len(others) - more > 1 else len(others)])
    return [name for name in ranking if name in taken]
