"""What the template of the report prints: texts and tables, section by section, made of the numbers of a run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from simulator import risk
from simulator.contracts.wording import number
from simulator.money import currency, format_money
from simulator.report.blocks.distribution import LEVELS
from simulator.report.blocks.present_value import present_value_lines
from simulator.report.blocks.unit_counts import again_line
from simulator.report.charts.base import ChartTable
from simulator.report.checks import checks
from simulator.report.page.alternatives import alternatives
from simulator.report.page.explorer import CELL_HEADS, cell_texts, own_cell
from simulator.report.questions import CLASS_NAMES
from simulator.report.questions_text import HELD, case_costs
from simulator.report.terminal.console import budget_line, fiscal_year_lines, levels_line, owed_lines, spread_line
from simulator.report.words.figures import count, figures, one_unit, percents, short_rate
from simulator.report.words.sentences import (
    NINE_IN_TEN,
    contract_of,
    doubtful,
    futures_text,
    interval_line,
    not_split_in,
    study_line,
)
from simulator.report.words.summary_block import Block

SHOWN_DRIVERS: Final = 3
INDEPENDENT: Final = "No correlation is stated: all of these are drawn independently of one another."
LEGEND_OF_TABLE: Final = (
    "Invoice: what the vendor bills; per solved case: invoice and human work over the cases that were truly solved. "
    "Ties: the price, or the factor (x) on the prices for use with fees unchanged, at which the expected invoice "
    "equals that of the recommended contract, at which the P90 does, and up to which it is cheaper in nine of ten "
    "futures."
)


def sections(summary: Block, questions: Sequence[Block], about: Block) -> dict[str, Any]:
    """Return everything the template prints beside charts."""
    rows = [contract_of(summary, name) for name in summary["ranking"]]
    return {
        "summary": summary,
        "nine_in_ten": NINE_IN_TEN,
        "interval_line": interval_line(summary),
        "facts": _facts(summary),
        "alternatives": alternatives(summary, rows),
        "legend": _legend(summary),
        "lines": [line.replace("*", "the recommended contract") for line in
                  (spread_line(summary), *levels_line(summary), *budget_line(summary), *fiscal_year_lines(summary),
                   *owed_lines(summary), *present_value_lines(summary))],
        "clauses": clauses(summary),
        "cases": cases(questions, summary["currency"]),
        "drivers": drivers(summary),
        "months": months(summary),
        "months_line": months_line(summary),
        "unit_costs": unit_costs(questions, summary["currency"]),
        "questions": [question(each) for each in questions],
        "unknowns": unknowns(summary),
        "correlations": correlations(summary),
        "independent": INDEPENDENT,
        "sources": sources(about),
        "checks": checks(summary),
        "percentiles": percentiles(summary, rows),
        "about": about,
    }  # fmt: skip


def _legend(summary: Block) -> str:
    why, again = not_split_in(summary), again_line(summary)
    found = [LEGEND_OF_TABLE, f"Units billed, not solved: {why}." if why else "", f"{again}." if again else ""]
    return " ".join(filter(None, found))


def _facts(summary: Block) -> str:
    months = "1 month" if summary["months"] == 1 else f"{summary['months']} months"
    cases = (summary["volume"]["cases"]["mean"] or 0) / summary["months"]
    return (
        f"{futures_text(summary)} of {months} from {summary['start']}, about {count(cases)} cases a month, "
        f"{len(summary['contracts'])} contract{'' if len(summary['contracts']) == 1 else 's'}, amounts in "
        f"{summary['currency']}"
    )


def _marked(cost: Block, key: str, text: str) -> str:
    """Return a figure of a cost, and beside a mean that the futures do not determine that they do not."""
    return f"{text} (not determined)" if key == "mean" and doubtful(cost) else text


def _small(amount: float, code: str) -> str:
    """Return an amount of a single case: below a tenth of the currency's unit with four digits, else as invoiced."""
    return short_rate(amount, code) if 0 < abs(amount) < 0.1 else format_money(amount, currency(code))


def _spread_out(values: Sequence[float]) -> list[str]:
    """Return numbers with about three digits of how far they lie apart."""
    apart = max(values) - min(values) or abs(values[0]) or 1.0
    decimals = max(0, 2 - math.floor(math.log10(apart)))
    return [f"{value + 0.0:,.{decimals}f}" for value in values]


def clauses(summary: Block) -> dict[str, Any] | None:
    """Return the grid as a table, its selects, and whole definitions in words with the price of an equal bill."""
    found, code = summary["clauses"], summary["currency"]
    if not found:
        return None
    own = found["cells"][own_cell(found)]
    sizes = [len(axis["choices"]) for axis in found["axes"]]
    texts, whole = cell_texts(found["cells"], own, code), cell_texts(found["compared"], own, code)
    rows = []
    for place in range(len(found["cells"])):
        choices, rest = [], place
        for axis, size in zip(reversed(found["axes"]), reversed(sizes), strict=True):
            choices.append(axis["choices"][rest % size])
            rest //= size
        rows.append((*reversed(choices), *texts[place]))
    return {
        "title": found["title"],
        "futures": f"all {futures_text(summary)}",
        "line": study_line(summary),
        "heads": CELL_HEADS,
        "axes": found["axes"],
        "start": texts[own_cell(found)],
        "grid": ChartTable((*(axis["question"] for axis in found["axes"]), *CELL_HEADS), tuple(rows)),
        "definitions": ChartTable(
            ("definition", "in words", *CELL_HEADS),
            tuple((each["title"], each["words"], *cells) for each, cells in zip(found["compared"], whole, strict=True)),
        ),
    }


def cases(questions: Sequence[Block], code: str) -> ChartTable:
    """Return what every contract bills for every worked case: units, cost on average, and what one more adds."""
    rows = []
    for place, case in enumerate(questions[0]["cases"]):
        bills = [each["cases"][place] for each in questions]
        rows.append((case["words"], *(_case(bill, code) for bill in bills)))
    return ChartTable(("what happens", *(each["title"] for each in questions)), tuple(rows))


def _case(bill: Block, code: str) -> str:
    """Return units and costs of a case, as in "1: $0.58 average, one more nothing"; one figure where they agree."""
    average, more = case_costs(bill, code)
    both = average if average == more else f"{average} average, one more {more}"
    return f"{number(round(bill['units'], 6))}: {both}"


def drivers(summary: Block) -> list[str]:
    """Return the strongest assumptions in sentences."""
    found = summary["tornado"]
    if found is None:
        return [f"{futures_text(summary)} are too few to say which assumption moves P90."]
    told = []
    for bar in [bar for bar in found["bars"] if bar["visible"]][:SHOWN_DRIVERS]:
        low, high = figures([bar["at_low"], bar["at_high"]], summary["currency"])
        told.append(
            f"In the tenth of the futures in which {bar['label']} is lowest, P90 is {low}; where it is highest, {high}."
        )
    return told or ["No single assumption moves P90 beyond what chance does."]


def months(summary: Block) -> ChartTable:
    """Return the recommended contract month by month. There is no total of percentiles, for they do not add."""
    fan = summary["monthly"]["contracts"][summary["recommended"]]
    keys = ("p10", "p50", "p80", "p90", "p95")
    *means, total = one_unit([*fan["mean"], sum(fan["mean"])], summary["currency"])
    columns = {"mean": means, **{key: one_unit(fan[key], summary["currency"]) for key in keys}}
    names = summary["monthly"]["months"]
    rows = [(month, *(column[place] for column in columns.values())) for place, month in enumerate(names)]
    return ChartTable(
        ("month", "mean", *(key.upper() for key in keys)),
        (*rows, ("sum", total, *["percentiles do not add"] * len(keys))),
    )


def months_line(summary: Block) -> str:
    """Return how the months' P90s stand to that of the whole, and how far a dear month is followed by a dear one."""
    name, months = summary["recommended"], summary["monthly"]
    whole, fan = contract_of(summary, name)[summary["ranked_by"]]["p90"], months["contracts"][name]
    if len(fan["p90"]) < 2:
        return ""
    total, p90 = figures([sum(fan["p90"]), whole], summary["currency"])
    line = f"The P90s of the months sum to {total}, the P90 of the whole is {p90}: percentiles do not add."
    follows = months["neighbours"][name]
    if follows is None:
        return line
    return (
        f"{line} Over the futures the cost of a month has a correlation of {follows:.2f} with that of the next month, "
        "on average: at 1 a dear month is always followed by an equally dear one, at 0 it says nothing of the next."
    )


def unit_costs(questions: Sequence[Block], code: str) -> ChartTable:
    """Return what a unit of every contract costs underneath, and what the vendor keeps."""
    rows = []
    costs = [each["unit_cost"] for each in questions]
    model = one_unit([cost["model_cost_per_unit"]["mean"] for cost in costs], code)
    invoice = one_unit([cost["invoice_per_unit"]["mean"] for cost in costs], code)
    margin = one_unit([cost["margin"]["mean"] for cost in costs], code)
    for place, each in enumerate(questions):
        cost = each["unit_cost"]
        share = cost["margin_share"]["mean"]
        rows.append(
            (
                each["title"],
                *("n/a" if size is None else count(size) for size in cost["tokens_per_unit"].values()),
                model[place],
                invoice[place],
                margin[place],
                "n/a" if share is None else percents([share], against=[0, 1])[0],
                percents([cost["share_of_futures_at_a_loss"]], against=[0, 1])[0],
            )
        )
    heads = (*(f"tokens per unit: {CLASS_NAMES[kind]}" for kind in questions[0]["unit_cost"]["tokens_per_unit"]),)
    return ChartTable(
        (
            "contract",
            *heads,
            "tokens' cost per unit",
            "invoice per unit",
            "vendor keeps",
            "of invoice",
            "futures at a loss",
        ),
        tuple(rows),
    )


def question(block: Block) -> dict[str, Any]:
    """Return the first question of a contract: its unit, the columns it reads, and who holds them."""
    who = block["who_counts"]
    return {
        "title": block["title"],
        "unit": block["unit"],
        "verdict": who["verdict"],
        "countable": who["countable_by_buyer"],
        "meters": ", ".join(who["meters"]) or "fees only",
        "definitions": who["definitions"],
        "columns": ChartTable(
            ("column", "meaning", "who holds it"),
            tuple((each["name"], each["meaning"], HELD[each["held_by"]]) for each in who["columns"]),
        ),
        "catalogue": block["catalogue"],
    }


def unknowns(summary: Block) -> ChartTable:
    """Return every number given as an interval, with what stands behind it."""
    return ChartTable(
        ("assumption", "P10", "P50", "P90", "kind", "source", "as of"),
        tuple(
            (
                each["name"], *_spread_out([each[key] for key in ("p10", "p50", "p90")]), each["kind"],
                each["source"] or "-", each["as_of"] or "-",
            )
            for each in summary["unknowns"]
        ),
    )  # fmt: skip


def correlations(summary: Block) -> ChartTable:
    """Return every stated correlation, with what stands behind it."""
    return ChartTable(
        ("correlation of", "and", "stated", "kind", "source", "as of"),
        tuple(
            (*each["between"], f"{each['rho']:+g}", each["kind"], each["source"] or "-", each["as_of"] or "-")
            for each in summary["correlations"]
        ),
    )


def sources(about: Block) -> ChartTable:
    """Return every number with a stated source."""
    return ChartTable(
        ("assumption", "value", "kind", "source", "as of"),
        tuple(
            (each["name"], f"{each['center']:.6g}", each["kind"], each["source"] or "-", each["as_of"] or "-")
            for each in about["sources"]
        ),
    )


def percentiles(summary: Block, rows: Sequence[Block]) -> ChartTable:
    """Return percentiles of what contracts are ranked by, a column a contract."""
    of, code = summary["ranked_by"], summary["currency"]
    keys = [f"p{level}" for level in LEVELS]
    named = {**{key: key.upper() for key in keys}, "mean": "mean", "cvar95": "mean of the dearest 5 %"}
    columns = [one_unit([row[of][key] for key in named], code) for row in rows]
    made = [(name, *(_marked(row[of], key, column[place]) for row, column in zip(rows, columns, strict=True)))
            for place, (key, name) in enumerate(named.items())]  # fmt: skip
    made.append(("95 % interval of the mean", *(_interval(row[of]["mean_interval"], code) for row in rows)))
    made.append(("95 % interval of the mean of the dearest 5 %",
                 *(_tail(row[of], summary["trials"], code) for row in rows)))  # fmt: skip
    made.append(
        ("chance to be cheapest", *(percents([row["probability_cheapest"]], against=[0, 1])[0] for row in rows))
    )
    return ChartTable(("", *(row["title"] for row in rows)), tuple(made))


def _interval(ends: Sequence[float] | None, code: str) -> str:
    return "none, from one future" if ends is None else " to ".join(figures(ends, code))


def _tail(cost: Block, futures: int, code: str) -> str:
    """Return the interval of the mean of the dearest 5 %, or why there is none, shorter than the summary says it."""
    if cost["cvar95_interval"] is not None:
        return _interval(cost["cvar95_interval"], code)
    least = risk.least_for_cvar_interval(0.95)
    return f"too narrow below {least:,} futures" if futures < least else "none, they all cost the same"
