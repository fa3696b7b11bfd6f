"""The answer in one sentence, computed from the numbers, and the line on how well P90 is known.

All functions read the dictionary that `summary` makes. Rounding never contradicts a comparison (`figures`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.report.figures import figures, percents, rate

Block = Mapping[str, Any]

NINE_IN_TEN = "nine in ten simulated futures cost no more"


def sentence(summary: Block) -> str:
    """Return the sentence that answers which contract to sign and what to budget."""
    parts = [_lead(summary)]
    if len(summary["contracts"]) > 1 and not summary["too_close_to_call"]:
        parts.append(_against_runner_up(summary))
    if summary["budget"] is not None:
        parts.append(_budget(summary))
    parts.append(_recount(contract_of(summary, summary["recommended"])))
    return "; ".join(parts) + "."


def interval_line(summary: Block) -> str:
    """Return how well the recommended contract's P90 is known from the number of futures."""
    invoice, trials = contract_of(summary, summary["recommended"])["invoice"], summary["trials"]
    low, high = figures(invoice["p90_interval"], summary["currency"])
    alone = "95 %, from the number of futures alone"
    if trials == 1:
        return f"1 future says nothing about P90: it costs {high}."
    if not invoice["p90_interval_complete"]:
        few = f"{trials:,} futures are too few for an upper end, the dearest costs {high}"
        return f"P90 lies above {low} ({alone}); {few}."
    return f"P90 lies within {low} to {high} ({alone}; it says nothing about wrong assumptions)."


def contract_of(summary: Block, name: str) -> Block:
    """Return the numbers of a contract by its name."""
    found: Block = next(block for block in summary["contracts"] if block["name"] == name)
    return found


def in_sentence(title: str) -> str:
    """Return a contract's title inside a sentence: "Per resolution" becomes "per resolution", names stay."""
    return "per" + title[3:] if title.startswith("Per ") else title


def called(contract: Block, code: str) -> str:
    """Return title and unit price of a contract, the price once: "per resolution at $0.99"."""
    title, price = in_sentence(contract["title"]), contract["unit_rate"]
    if price is None or rate(price, code) in title:
        return title
    return f"{title} at {rate(price, code)}"


def _lead(summary: Block) -> str:
    best, code = contract_of(summary, summary["recommended"]), summary["currency"]
    if summary["too_close_to_call"]:
        return _close(summary)
    expected, budget = figures([best["invoice"]["mean"], best["invoice"]["p90"]], code)
    cost = f"expected {expected}, budget {budget} ({NINE_IN_TEN})"
    if len(summary["contracts"]) == 1:
        return f"{_capital(called(best, code))} is the only contract given: {cost}{_beside_today(summary)}"
    return f"Sign {called(best, code)}: {cost}"


def _close(summary: Block) -> str:
    """Two contracts that cost the same in every future, or that these futures do not tell apart."""
    code, (first, second) = summary["currency"], summary["ranking"][:2]
    best, other = contract_of(summary, first), contract_of(summary, second)
    pair = _pair(summary, second)
    names = f"{called(best, code)} and {called(other, code)}"
    if pair["share_dearer"] == pair["share_cheaper"] == 0:
        expected, budget = figures([best["invoice"]["mean"], best["invoice"]["p90"]], code)
        return (
            f"{_capital(names)} cannot be told apart, they cost the same in every simulated future: "
            f"expected {expected}, budget {budget} ({NINE_IN_TEN})"
        )
    means = [
        best["invoice"]["mean"],
        best["invoice"]["p90"],
        other["invoice"]["mean"],
        other["invoice"]["p90"],
    ]
    shown = figures(means, code)
    (cheaper,) = percents([pair["share_dearer"]], against=[0.5, 0.95])
    return (
        f"Too close to call with {futures_text(summary)} between {names}: expected {shown[0]} and {shown[2]}, "
        f"budget {shown[1]} and {shown[3]} ({NINE_IN_TEN}); the first is cheaper in {cheaper} of the futures"
    )


def _against_runner_up(summary: Block) -> str:
    code, name = summary["currency"], summary["ranking"][1]
    other, pair = contract_of(summary, name), _pair(summary, summary["ranking"][1])
    if pair["mean"] <= 0:
        return _dearer_on_average(summary, other, pair)
    gap, low, high = figures([pair["mean"], pair["p10"], pair["p90"]], code)
    return f"{gap} (P10 to P90: {low} to {high}) below {called(other, code)}, which {_wins(other, code)}"


def _dearer_on_average(summary: Block, other: Block, pair: Block) -> str:
    """The recommended contract has the lower P90 but not the lower mean."""
    code, best = summary["currency"], contract_of(summary, summary["recommended"])
    of = summary["ranked_by"]
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
    """Below which price the runner-up would win, and at which share of billed conversations."""
    tie = other["tie"]
    if tie is None:
        return "wins at no price of usage"
    if other["unit_rate"] is None or tie["unit_price"] is None or not other["unit_label"].startswith("per "):
        (fall,) = percents([1 - tie["factor"]], against=[0, 1])
        return f"wins only if its prices fall by more than {fall}"
    if tie["unit_price"] <= 0:
        return "wins at no price above zero"
    under = figures([tie["unit_price"], other["unit_rate"]], code)[0]
    return f"wins only under {under}{_or_billed_share(other)}"


def _or_billed_share(other: Block) -> str:
    share, assumed = other["tie"]["billed_share"], other["units"]["per_conversation"]
    if share is None or assumed["mean"] is None:
        return ""
    tie, mean, low, high = percents([share, assumed["mean"], assumed["p10"], assumed["p90"]])
    return f" or if fewer than {tie} of conversations are billed (assumed {mean}, P10 to P90: {low} to {high})"


def _budget(summary: Block) -> str:
    budget, code = summary["budget"], summary["currency"]
    amount, low, high = figures([budget["amount"], *budget["p90_interval"]], code)
    whole = f"the budget of {amount}" + ("" if budget["of"] == "invoice" else " for invoice and human work")
    if not budget["p90_interval_complete"]:
        (enough,) = percents([1 - budget["probability_over"]], against=[0, 0.9])
        return f"{whole} is enough in {enough} of the futures, too few of which were simulated to say more"
    if not budget["decided"]:
        return (
            f"whether {whole} holds at P90 is too close to call with {futures_text(summary)} "
            f"(P90 within {low} to {high})"
        )
    over = budget["probability_over"]
    if over == 0:
        return f"{whole} is enough in every simulated future"
    if budget["met"]:
        (enough,) = percents([1 - over], against=[0.9])
        return f"{whole} is enough in {enough} of the futures"
    (short,) = percents([over], against=[0.1])
    (overrun,) = figures([budget["mean_overrun"]], code)
    share = "every simulated future" if over == 1 else f"{short} of the futures, then"
    return f"{whole} falls short in {share} by {overrun} on average"


def _recount(contract: Block) -> str:
    if contract["countable_by_buyer"]:
        return "we can recount the unit in our own data"
    return f"we cannot recount the bill ourselves: {contract['count_note'].rstrip('.')}"


def _beside_today(summary: Block) -> str:
    today, best = summary["status_quo"], contract_of(summary, summary["recommended"])
    if today is None:
        return ""
    ours, theirs = figures([best["cost_to_serve"]["mean"], today["cost"]["mean"]], summary["currency"])
    title = today["title"]
    name = "today" + title[5:] if title.startswith("Today") else f"for {title}"
    return f", with human work {ours} against {theirs} {name}"


def _pair(summary: Block, name: str) -> Block:
    found: Block = next(block for block in summary["paired"] if block["contract"] == name)
    return found


def futures_text(summary: Block) -> str:
    """Return the number of futures in words: "200 futures"."""
    return f"{summary['trials']:,} future" + ("" if summary["trials"] == 1 else "s")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
