"""The answer in one sentence, computed from the numbers, and the line on how well P90 is known.

All functions read the dictionary that `summary` makes. Rounding never contradicts a comparison (`figures`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from simulator.contracts.names import PLATFORM_FEE
from simulator.forecast import SURE
from simulator.report.figures import about, compact, figures, percents, rate

Block = Mapping[str, Any]

NINE_IN_TEN: Final = "nine in ten simulated futures cost no more"
NO_UNIT: Final = "bills no unit in any future"


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


def studied_futures(summary: Block) -> str:
    """Return on which futures of the run definitions were compared."""
    studied = summary["clauses"]["trials"]
    return f"all {futures_text(summary)}" if studied >= summary["trials"] else f"the first {studied:,} futures"


def study_line(summary: Block) -> str:
    """Return how well the futures on which definitions were compared know what they say of the contract as offered."""
    found, code = summary["clauses"], summary["currency"]
    own, whole = found["as_offered"], contract_of(summary, found["contract"])
    if own["standard_error"] is None:
        return "A single future says nothing of how far these amounts are known."
    expected, error = compact(own["mean"], code), compact(own["standard_error"], code)
    low, high = (compact(end, code) for end in own["p90_interval"])
    line = (
        f"As offered they give an expected invoice of {expected} with a standard error of {error}, and a P90 within "
        f"{low} to {high} (95 %)"
    )
    if found["trials"] < summary["trials"]:
        mean, p90 = (compact(whole["invoice"][key], code) for key in ("mean", "p90"))
        line += f"; all {futures_text(summary)} give {mean}, and a P90 of {p90}"
    return f"{line}. Differences to the offer are of the same futures: each has its own standard error in the table."


def interval_line(summary: Block) -> str:
    """Return how well the recommended contract's P90 is known from the number of futures."""
    cost, trials = _best(summary)[summary["ranked_by"]], summary["trials"]
    if not _best(summary)["bills_units"]:
        return "P90 says nothing where no unit is billed."
    low, high = figures(cost["p90_interval"], summary["currency"])
    alone = "95 %, from the number of futures alone"
    if trials == 1:
        return f"1 future says nothing about P90: it costs {high}."
    if not cost["p90_interval_complete"]:
        few = f"{trials:,} futures are too few for an upper end, the dearest costs {high}"
        return f"P90 lies above {low} ({alone}); {few}."
    return f"P90 lies within {low} to {high} ({alone}; it says nothing about wrong assumptions)."


def contract_of(summary: Block, name: str) -> Block:
    """Return the numbers of a contract by its name."""
    found: Block = next(block for block in summary["contracts"] if block["name"] == name)
    return found


def in_sentence(title: str) -> str:
    """Return a contract's title inside a sentence: "Per resolution" becomes "per resolution", names stay.

    A title with punctuation stands in quotes, so that it cannot be read as part of the sentence.
    """
    named = as_subject(title)
    return "per" + title[3:] if named.startswith("Per ") else named


def as_subject(title: str) -> str:
    """Return a contract's title at the start of a sentence: in quotes where it has punctuation."""
    return f'"{title}"' if any(sign in title for sign in ",;:.") else title


def called(contract: Block, code: str) -> str:
    """Return title and unit price of a contract, the price once and only if it has one: "per resolution at $0.99".

    A price that differs from future to future is "about" its middle; a platform fee beside it is named.
    """
    title = in_sentence(contract["title"])
    if not contract["one_price"]:
        return title
    price = rate(contract["unit_rate"], code) if contract["unit_rate_fixed"] else about(contract["unit_rate"], code)
    fee = " and a platform fee" if contract["lines"].get(PLATFORM_FEE) else ""
    return title if price in title else f"{title} at {price}{fee}"


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


def futures_text(summary: Block) -> str:
    """Return the number of futures in words: "200 futures"."""
    return f"{summary['trials']:,} future" + ("" if summary["trials"] == 1 else "s")


def capital(text: str) -> str:
    """Return a text as it starts a sentence."""
    return text[:1].upper() + text[1:]


def not_split_in(summary: Block) -> str:
    """Return `not_split` of all contracts; nothing where all of them have the number."""
    names = [name for each in summary["contracts"] for name in each["units"]["not_split_by"] or ()]
    return not_split(dict.fromkeys(names)) if names else ""


def not_split(names: Iterable[str]) -> str:
    """Return in words why it is not counted how many units were for something that was not solved.

    Args:
        names: what one unit is called, as in "AI reply".
    """
    return f"not counted by {', '.join(names)}: solved or not are conversations, resolutions and the sum of all cases"
