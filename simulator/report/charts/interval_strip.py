"""Chart 1: how the contracts compare in one look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.report.charts.base import (
    Chart,
    ChartTable,
    Margins,
    best_of,
    budget_line,
    budget_text,
    no_answer,
    numbers_of,
    one_budget,
    padded,
    sheet,
    short,
    what,
    with_budget,
)
from simulator.report.charts.form import FILE, Form
from simulator.report.charts.rows import AmountColumn, Rows, heading, row_amount, rows_axes, rows_of
from simulator.report.style import BLUE, GREY, INK, MARGIN, PALE_BLUE, PALE_GREY, look, money_axis
from simulator.report.words.compared import compared
from simulator.report.words.figures import figures, one_unit
from simulator.report.words.sentences import as_subject, contract_of, in_sentence
from simulator.report.words.summary_block import Block
from simulator.report.words.verdict_words import budgets, chance

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulator.forecast.forecast import Forecast

AMOUNTS: Final = 0.95
"""Width of the P90 figures at the right."""
WIDE: Final = 50.0
"""Ratio of the largest to the smallest amount from which the axis is logarithmic."""
KEYS: Final = ("p10", "p50", "mean", "p80", "p90")


def interval_strip(source: Forecast | Block, form: Form = FILE) -> Chart:
    """Draw one row per contract: band P10 to P90, line P50, diamond mean, P90 in figures, and the budget.

    Where only few are asked for, those that a reader compares. Today's cost has a row where it is comparable.
    """
    summary = numbers_of(source)
    of = summary["ranked_by"]
    every = [contract_of(summary, name) for name in summary["ranking"]]
    rows = [contract_of(summary, name) for name in compared(summary)] if form.few else every
    drawn = [*rows, *_today(summary)]
    title, low, high, logarithmic = _title(summary, every, of), *_range(drawn, of, one_budget(summary))
    subtitle = f"{what(summary)}; band P10 to P90, line P50, diamond mean{_marks(summary, rows, logarithmic)}"
    with look():
        best = {place: "*" for place, block in enumerate(drawn) if block["name"] == summary["recommended"]}
        names = rows_of([block["title"] for block in drawn], form, bold=best)
        figure, axes = sheet(title, subtitle, names.body, Margins(left=names.left, right=AMOUNTS), form)
        money_axis(axes, low, high, summary["currency"], logarithmic=logarithmic)
        _rows(axes, summary, drawn, names)
        budget_line(axes, summary, (low, high), [f"budget {budget_text(summary)}"], right=0.6)
        heading(axes, MARGIN, "P90")
    return Chart(figure, title, _alt(summary, drawn, of, title), subtitle, _table(summary, drawn, of))


def _today(summary: Block) -> list[Block]:
    """Return a row of what is paid today, where that is comparable: people's work too, or a contract in force."""
    today, of = summary["status_quo"], summary["ranked_by"]
    cost = None if today is None else today["cost" if of == "cost_to_serve" else "invoice_in_force"]
    return [] if cost is None else [{"name": None, "title": today["title"], of: cost}]


def _marks(summary: Block, rows: list[Block], logarithmic: bool) -> str:
    """Return what else a reader must know of the rows."""
    left = len(summary["contracts"]) - len(rows)
    more = f"; {left} more contract{'' if left == 1 else 's'} not shown here" if left else ""
    return f"{_star(summary)}{more}{'; logarithmic axis' if logarithmic else ''}"


def _star(summary: Block) -> str:
    if len(summary["contracts"]) == 1:
        return ""
    return "; star: named first" if summary["too_close_to_call"] else "; star: recommended"


def _title(summary: Block, rows: list[Block], of: str) -> str:
    best, code = rows[0], summary["currency"]
    name, p90 = as_subject(short(best)), best[of]["p90"]
    if not best["bills_units"]:
        return no_answer(best)
    if summary["too_close_to_call"]:
        return _title_close(summary)
    if summary["budget"] is not None:
        return _title_of_budget(summary, name, figures([p90], code)[0])
    if len(rows) == 1 or not rows[1]["bills_units"]:
        return f"{name}: nine in ten futures cost {figures([p90], code)[0]} or less"
    rival = rows[1]
    ours, theirs = figures([p90, rival[of]["p90"]], code)
    if ours == theirs:
        return f"{name} and {in_sentence(short(rival))} have the same P90, {ours}; the first is cheaper on average"
    return f"{name} costs least at P90: {ours}, against {theirs} for {in_sentence(short(rival))}"


def _title_of_budget(summary: Block, name: str, p90: str) -> str:
    """How often the recommended contract keeps the budget, as the verdict says it."""
    found = summary["verdict"]
    if found["rule"] == "budget_missed" and found["chance"] == 0:
        return f"No contract keeps {budgets(summary)} in any future; {name} costs least on average"
    if found["rule"] == "budget_missed":
        return f"No contract keeps {budgets(summary)} in nine of ten futures; {name} does in {chance(summary)}"
    return f"{name} keeps {budgets(summary)} in {chance(summary)}, P90 {p90}"


def _title_close(summary: Block) -> str:
    of, code, found = summary["ranked_by"], summary["currency"], summary["verdict"]["close"]
    pair = [contract_of(summary, name) for name in found["between"]]
    first, second = (in_sentence(short(block)) for block in pair)
    if found["reason"] == "equal":
        (p90,) = figures([pair[0][of]["p90"]], code)
        return f"{as_subject(short(pair[0]))} and {second} cost the same in every future, P90 {p90}"
    ours, theirs = figures([block[of]["p90"] for block in pair], code)
    return f"Too close to call: {first} and {second}, P90 {ours} and {theirs}"


def _range(rows: list[Block], of: str, budget: Block | None) -> tuple[float, float, bool]:
    """Return the range of the axis and whether it is logarithmic."""
    amounts = [block[of][key] for block in rows for key in ("p10", "mean", "p90")]
    low, high = min(amounts), max(amounts)
    if low > 0 and high / low > WIDE:
        return low / 1.6, high * 1.6, True
    return *padded(*with_budget(low, high, budget), 0.06), False


def _rows(axes: Axes, summary: Block, rows: list[Block], names: Rows) -> None:
    of = summary["ranked_by"]
    rows_axes(axes, len(rows))
    p90s = one_unit([block[of]["p90"] for block in rows], summary["currency"])
    for place, (block, amount) in enumerate(zip(rows, p90s, strict=True)):
        best = block["name"] == best_of(summary)["name"]
        middle = names.middle(place)
        band(axes, middle, block[of], best=best, thick=names.thick)
        names.write(axes, place)
        row_amount(axes, middle, amount, AmountColumn(MARGIN, AMOUNTS - MARGIN - 0.05), color=BLUE if best else INK)


def band(axes: Axes, place: float, cost: Block, *, best: bool, thick: float = 0.5) -> None:
    """Draw a band P10 to P90 with P50 and mean.

    Args:
        thick: its height on the axis.
    """
    strong, pale = (BLUE, PALE_BLUE) if best else (GREY, PALE_GREY)
    axes.barh(
        place, cost["p90"] - cost["p10"], left=cost["p10"], height=thick, color=pale, edgecolor=strong, linewidth=1.2
    )
    ends = [place - thick / 2, place + thick / 2]
    axes.plot([cost["p50"]] * 2, ends, color=strong, linewidth=2.6, solid_capstyle="butt")
    axes.plot(cost["mean"], place, marker="D", markersize=5, markerfacecolor="white", markeredgecolor=INK, zorder=4)


def _table(summary: Block, rows: list[Block], of: str) -> ChartTable:
    columns = {key: one_unit([block[of][key] for block in rows], summary["currency"]) for key in KEYS}
    return ChartTable(
        ("contract", *(key if key == "mean" else key.upper() for key in KEYS)),
        tuple((block["title"], *(columns[key][place] for key in KEYS)) for place, block in enumerate(rows)),
    )


def _alt(summary: Block, rows: list[Block], of: str, title: str) -> str:
    parts = []
    for block in rows:
        p10, p50, mean, p90 = figures([block[of][key] for key in ("p10", "p50", "mean", "p90")], summary["currency"])
        parts.append(f"{block['title']}: P10 {p10}, P50 {p50}, mean {mean}, P90 {p90}")
    budget = "" if one_budget(summary) is None else f" Budget {budget_text(summary)}."
    return f"Interval strip. {title}. {what(summary)}. {'; '.join(parts)}.{budget}"
