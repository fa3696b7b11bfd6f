"""A negative control: the builder of the answer before there was one verdict, kept as it was.

It ranked by P90 whatever the budget, compared with the second of that ranking, and called too close by overlapping
intervals of P90. The test of the one verdict must find most of its sentences wrong.
"""

from __future__ import annotations

from typing import Any

from simulator import risk
from simulator.arrays import Array
from simulator.forecast.forecast import Forecast, horizon_cost, ranked_by
from simulator.report.blocks.distribution import difference
from simulator.report.summary.plain import as_json, attributes
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import figures, percents
from simulator.report.words.sentences import NINE_IN_TEN, NO_UNIT, called, capital, contract_of, futures_text

from .made import made

Block = Any
SURE = 0.95


def old_numbers(forecast: Forecast, told: Summary) -> Block:
    """Return the summary of a forecast as it was: ranked by P90, and the old test of what is too close to call."""
    of, summary = ranked_by(forecast.scenario), as_json(told)
    costs = {name: horizon_cost(priced, of) for name, priced in forecast.contracts.items()}
    ranking = sorted(costs, key=lambda name: (risk.quantile(costs[name], 0.9), risk.mean(costs[name]), name))
    first, second = (risk.quantile_interval(costs[name], 0.9) for name in ranking[:2])
    overlap = first.high >= second.low and second.high >= first.low
    pair = risk.paired(costs[ranking[0]], costs[ranking[1]])
    paired = [{"contract": name, **attributes(difference(costs[name], costs[ranking[0]]))} for name in ranking[1:]]
    found = {
        **summary,
        "ranking": ranking,
        "recommended": ranking[0],
        "paired": paired,
        "too_close_to_call": overlap and pair.share_cheaper < SURE,
        "budget": _old_budget(summary, costs[ranking[0]]),
    }
    return made(found)


def _old_budget(summary: Block, cost: Array) -> Block | None:
    budget = summary["budget"]
    if budget is None:
        return None
    interval, over = risk.quantile_interval(cost, 0.9), risk.probability_over(cost, budget["amount"])
    return {
        **budget,
        "p90_interval": [interval.low, interval.high],
        "p90_interval_complete": interval.complete,
        "met": risk.quantile(cost, 0.9) <= budget["amount"],
        "decided": interval.complete and not interval.low <= budget["amount"] < interval.high,
        "probability_over": over.probability,
        "mean_overrun": over.overrun,
    }


def sentence(summary: Block) -> str:
    """Return the sentence that answers which contract to sign and what to budget."""
    if not _best(summary)["bills_units"]:
        return _nothing_billed(summary)
    parts = [_lead(summary)]
    if len(summary["contracts"]) > 1 and not summary["too_close_to_call"]:
        parts.append(_against_runner_up(summary))
    if summary["budget"] is not None:
        first = "with the first of them, " if summary["too_close_to_call"] and not _equal(summary) else ""
        parts.append(first + _budget(summary))
    parts.append(_recount_both(summary) if summary["too_close_to_call"] else _recount(_best(summary)))
    return "; ".join(parts) + "."


def _best(summary: Block) -> Block:
    return contract_of(summary, summary["recommended"])


def _lead(summary: Block) -> str:
    if summary["too_close_to_call"]:
        return _close(summary)
    named = called(_best(summary), summary["currency"])
    if len(summary["contracts"]) == 1:
        return f"{capital(named)} is the only contract given: {_costs(summary)}{_beside_today(summary)}"
    return f"Sign {named}: {_costs(summary)}"


def _nothing_billed(summary: Block) -> str:
    """What to say instead of an answer where no contract bills a unit in any future."""
    best = _best(summary)
    only = len(summary["contracts"]) == 1
    who = (
        f"{capital(called(best, summary['currency']))} is the only contract given and {NO_UNIT}"
        if only
        else f"None of the {len(summary['contracts'])} contracts bills a unit in any future"
    )
    (expected,) = figures([best["invoice"]["mean"]], summary["currency"])
    whose = "its" if only else "the lowest"
    return f"{who}: {whose} expected invoice of {expected} is no answer, see the notes."


def _costs(summary: Block) -> str:
    """Expected cost and budget of the recommended contract, of what contracts are ranked by."""
    best, code = _best(summary), summary["currency"]
    cost = best[summary["ranked_by"]]
    expected, budget = figures([cost["mean"], cost["p90"]], code)
    if summary["ranked_by"] == "invoice":
        return f"expected {expected}, budget {budget} ({NINE_IN_TEN})"
    (invoice,) = figures([best["invoice"]["mean"]], code)
    return f"with human work expected {expected}, budget {budget} ({NINE_IN_TEN}), of it expected invoice {invoice}"


def _close(summary: Block) -> str:
    """Two contracts that cost the same in every future, or that these futures do not tell apart."""
    code, of, (first, second) = summary["currency"], summary["ranked_by"], summary["ranking"][:2]
    best, other = contract_of(summary, first), contract_of(summary, second)
    names = f"{called(best, code)} and {called(other, code)}"
    if _equal(summary):
        return f"{capital(names)} cannot be told apart, they cost the same in every simulated future: {_costs(summary)}"
    ends = [block[of][figure] for block in (best, other) for figure in ("mean", "p90")]
    mean, p90, other_mean, other_p90 = figures(ends, code)
    (cheaper,) = percents([_pair(summary, second)["share_dearer"]], against=[0, 0.5, SURE, 1])
    what = "" if of == "invoice" else "with human work "
    return (
        f"Too close to call with {futures_text(summary)} between {names}: {what}expected {mean} and {other_mean}, "
        f"budget {p90} and {other_p90} ({NINE_IN_TEN}); their P90 intervals overlap, and the first is cheaper in "
        f"{cheaper} of the futures (at least {100 * SURE:.0f} % or separate intervals would decide)"
    )


def _equal(summary: Block) -> bool:
    """Whether the best two cost the same in every future."""
    pair = _pair(summary, summary["ranking"][1])
    return bool(pair["share_dearer"] == pair["share_cheaper"] == 0)


def _against_runner_up(summary: Block) -> str:
    code, name = summary["currency"], summary["ranking"][1]
    other, pair = contract_of(summary, name), _pair(summary, name)
    if not other["bills_units"]:
        return f"{called(other, code)} {NO_UNIT} and is ranked last"
    if pair["mean"] <= 0:
        return _dearer_on_average(summary, other, pair)
    gap, low, high = figures([pair["mean"], abs(pair["p10"]), abs(pair["p90"])], code)
    if pair["p10"] < 0 < pair["p90"]:
        low, high = f"{low} above", f"{high} below"
    return f"{gap} (P10 to P90: {low} to {high}) below {called(other, code)}, which {_wins(other, code)}"


def _dearer_on_average(summary: Block, other: Block, pair: Block) -> str:
    """The recommended contract has the lower P90 but not the lower mean."""
    code, best, of = summary["currency"], _best(summary), summary["ranked_by"]
    ours, theirs = figures([best[of]["p90"], other[of]["p90"]], code)
    (gap,) = figures([-pair["mean"]], code)
    average = (
        f"{gap} above {called(other, code)} on average"
        if pair["mean"] < 0
        else f"on average the same as {called(other, code)}"
    )
    what = "its invoice comes" if of == "invoice" else "its invoice and human work come"
    return f"{average}, but at P90 {what} to {ours} against {theirs}"


def _wins(other: Block, code: str) -> str:
    """Below which price the runner-up would win on average, and at which share of billed conversations."""
    tie = other["tie"]
    if tie is None:
        return "costs more on average at any price"
    if not other["one_price"] or tie["unit_price"] is None:
        (fall,) = percents([1 - tie["factor"]], against=[0, 1])
        return f"wins on average only if all its prices fall by more than {fall}"
    if tie["unit_price"] <= 0:
        return "wins on average at no price above zero"
    under = figures([tie["unit_price"], other["unit_rate"]], code)[0]
    return f"wins on average only under {under}{_or_billed_share(other)}"


def _or_billed_share(other: Block) -> str:
    share, assumed = other["tie"]["billed_share"], other["units"]["per_conversation"]
    if share is None or assumed["mean"] is None:
        return ""
    tie, mean, low, high = percents([share, assumed["mean"], assumed["p10"], assumed["p90"]])
    return f" or if fewer than {tie} of conversations are billed (assumed {mean}, P10 to P90: {low} to {high})"


def _budget(summary: Block) -> str:
    budget, code = summary["budget"], summary["currency"]
    beside = budget["p90_interval"] if not budget["decided"] else [_best(summary)[budget["of"]]["p90"]]
    amount, *interval = figures([budget["amount"], *beside], code)
    whole = f"the budget of {amount}" + ("" if budget["of"] == "invoice" else " for invoice and human work")
    if not budget["p90_interval_complete"]:
        return f"{whole} {_enough_in_few(budget['probability_over'], summary)}"
    if not budget["decided"]:
        return (
            f"whether {whole} holds at P90 is too close to call with {futures_text(summary)} "
            f"(P90 within {' to '.join(interval)})"
        )
    over = budget["probability_over"]
    if over == 0:
        return f"{whole} is enough in every simulated future"
    if budget["met"]:
        (enough,) = percents([1 - over], against=[0.9, 1])
        return f"{whole} is enough in {enough} of the futures"
    (short,) = percents([over], against=[0.1, 1])
    (overrun,) = figures([budget["mean_overrun"]], code)
    share = "every simulated future" if over == 1 else f"{short} of the futures, then"
    return f"{whole} falls short in {share} by {overrun} on average"


def _enough_in_few(over: float, summary: Block) -> str:
    """How often a budget is enough, where P90 has no upper end."""
    if summary["trials"] == 1:
        return f"is {'not ' if over else ''}enough in the only simulated future, which says little"
    (enough,) = percents([1 - over], against=[0, 0.9, 1])
    share = "all" if over == 0 else "none" if over == 1 else enough
    return f"is enough in {share} of the {futures_text(summary)}, too few to say more"


def _recount_both(summary: Block) -> str:
    """What the buyer can recount of two contracts that cannot be told apart."""
    first, second = (contract_of(summary, name) for name in summary["ranking"][:2])
    if first["countable_by_buyer"] == second["countable_by_buyer"]:
        if first["countable_by_buyer"]:
            return "we can recount the units of both in our own data"
        return "we can recount the bill of neither ourselves"
    place, note = ("first", second["count_note"]) if first["countable_by_buyer"] else ("second", first["count_note"])
    return f"we can recount only the unit of the {place} in our own data; of the other, {note.rstrip('.')}"


def _recount(contract: Block) -> str:
    if contract["countable_by_buyer"]:
        return "we can recount the unit in our own data"
    return f"we cannot recount the bill ourselves: {contract['count_note'].rstrip('.')}"


def _beside_today(summary: Block) -> str:
    today, best = summary["status_quo"], _best(summary)
    if today is None:
        return ""
    ours, theirs = figures([best["cost_to_serve"]["mean"], today["cost"]["mean"]], summary["currency"])
    title = today["title"]
    name = "today" + title[5:] if title.startswith("Today") else f"for {title}"
    return f", with human work {ours} against {theirs} {name}"


def _pair(summary: Block, name: str) -> Block:
    found: Block = next(block for block in summary["paired"] if block["contract"] == name)
    return found
