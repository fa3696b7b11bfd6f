"""The one writer of what is said of the verdict: which contract to sign, what speaks against it, what is still open.

Terminal, page, brief, workbook, `compare` and `summary.json` all print these texts. All functions read the dictionary
that `summary` makes. Two words are kept apart throughout: the budget is what the scenario gives, P90 is what nine in
ten simulated futures do not exceed. Rounding never contradicts a comparison (`figures`).
"""

from __future__ import annotations

from typing import Final

from simulator.forecast.verdict import LEAST_DIFFERENCE, NINE_OF_TEN, Close, Rival
from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.summary import Summary
from simulator.report.words.budget_words import (
    WITH_WORK,
    budgets,
    chance,
    doubt,
    held,
    needed,
    several_budgets,
    short,
    them,
    years_and_sum,
)
from simulator.report.words.figures import figures, percents
from simulator.report.words.precision import more_digits
from simulator.report.words.sentences import (
    NO_UNIT,
    called,
    capital,
    contract_of,
    cost_of,
    doubtful,
    futures_text,
    in_sentence,
)
from simulator.report.words.terms_words import assumed

NO_RISK: Final = (
    "No input is given as a range, so this P90 is no risk budget, because nothing uncertain but chance is in it."
)


def headline(summary: Summary) -> str:
    """Return which contract to sign, what it costs, which rivals it has and whether its unit can be recounted."""
    if summary.verdict.rule == "no_units":
        return _nothing_billed(summary)
    parts = [_close(summary), _lead(summary), *against(summary)]
    parts += [] if summary.unknowns else [NO_RISK]
    parts += [] if _told_of_recount(summary) else [_recount(_best(summary))]
    return " ".join(part for part in parts if part)


def before_signing(summary: Summary) -> str:
    """Return that the recommended contract is ready to sign, or what to settle first."""
    questions = summary.verdict.questions
    if summary.verdict.rule == "no_units":
        return "Not ready to sign, because no unit is billed in any future."
    if not questions:
        return "Ready to sign: nothing is open."
    listed = "; ".join(f"({number}) {each.text}" for number, each in enumerate(questions, 1))
    return f"Not ready to sign. To settle first: {listed}."


def marked(summary: Summary) -> str:
    """Return by which rule the recommended contract is marked in a table."""
    found, of = summary.verdict, _of(summary)
    if found.rule == "no_units":
        return "no answer: no unit is billed in any future"
    if len(summary.contracts) == 1:
        return "the only contract given"
    if found.rule == "lowest_p90":
        rule = f"lowest P90 of the {of}"
    elif found.rule == "budget_kept":
        rule = f"lowest expected {of} of those that keep {budgets(summary)} in nine of ten futures"
    elif found.chance == 0:
        rule = f"lowest expected {of}, as none keeps {budgets(summary)} in any future"
    else:
        rule = f"highest chance to keep {budgets(summary)}, as none keeps {them(summary)} in nine of ten futures"
    close = found.close
    if close is None:
        return f"recommended: {rule}"
    decided = "the unit that we can recount decides" if close.recount_decides else "named first"
    return f"too close to call by the rule ({rule}); {decided}"


def _best(summary: Summary) -> ContractNumbers:
    return contract_of(summary, summary.recommended)


def _of(summary: Summary) -> str:
    return "invoice" if summary.ranked_by == "invoice" else WITH_WORK


def _nothing_billed(summary: Summary) -> str:
    """What to say instead of an answer where no contract bills a unit in any future."""
    best, only = _best(summary), len(summary.contracts) == 1
    who = (
        f"{capital(called(best, summary.currency))} is the only contract given and {NO_UNIT}"
        if only
        else f"None of the {len(summary.contracts)} contracts bills a unit in any future"
    )
    (expected,) = figures([best.invoice.mean], summary.currency)
    whose = "its" if only else "the lowest"
    return f"{who}: {whose} expected invoice of {expected} is no answer, see the notes."


def _lead(summary: Summary) -> str:
    """The recommended contract with what it costs, and how often it keeps the budget."""
    name, rule, costs = called(_best(summary), summary.currency), summary.verdict.rule, _costs(summary)
    if rule == "budget_missed" and len(summary.contracts) > 1:
        return _missed(summary, name, costs)
    if rule == "lowest_p90":
        told = f"{costs}{_without_budget(summary)}"
    else:
        told = f"{held(summary)} ({costs}){doubt(summary)}{short(summary)}"
    if len(summary.contracts) == 1:
        return f"{capital(name)} is the only contract given: {told}."
    once = " once the open points are settled" if summary.verdict.questions else ""
    return f"Sign {name}{once}: {told}."


def _missed(summary: Summary, name: str, costs: str) -> str:
    """First that no contract keeps the budget in nine of ten futures, then which comes nearest, and what is missing."""
    if summary.verdict.chance == 0:
        least = f"{capital(name)} has the lowest expected {_of(summary)} ({costs})"
        return f"No contract keeps {budgets(summary)} in any future. {least}{short(summary)}."
    together = f"{them(summary)} together" if several_budgets(summary) else "it"
    return (
        f"No contract keeps {budgets(summary)} in nine of ten futures. {capital(name)} comes nearest: it keeps "
        f"{together} in {chance(summary)}{years_and_sum(summary)} ({costs}){doubt(summary)}{short(summary)}."
        f"{needed(summary)}"
    )


def _costs(summary: Summary) -> str:
    """Expected cost and P90 of the recommended contract, of what contracts are ranked by."""
    best, code = _best(summary), summary.currency
    cost = cost_of(best, summary.ranked_by)
    expected, p90 = figures([cost.mean, cost.p90], code, more_digits(summary))
    if doubtful(cost):
        expected = f"{expected} (not determined by these futures)"
    if summary.ranked_by == "invoice":
        return f"expected {expected}, P90 {p90}"
    (invoice,) = figures([best.invoice.mean], code)
    return f"with people's work expected {expected}, P90 {p90}; of it an expected invoice of {invoice}"


def _without_budget(summary: Summary) -> str:
    """By which figure it was chosen where the scenario gives no budget."""
    if len(summary.contracts) == 1 or summary.verdict.close is not None:
        return ""
    return ", the lowest P90 of all"


def _close(summary: Summary) -> str:
    """Two contracts between which the figure that ranks does not decide, and what decides instead."""
    found = summary.verdict.close
    if found is None:
        return ""
    first, second = (contract_of(summary, name) for name in found.between)
    code = summary.currency
    names = f"{called(first, code)} and {called(second, code)}"
    return (
        f"Too close to call between {names}: {_why_close(summary, found, first, second)}. {_decision(summary, found)}"
    )


def _why_close(summary: Summary, found: Close, first: ContractNumbers, second: ContractNumbers) -> str:
    if found.reason == "equal":
        return "they cost the same in every simulated future"
    code, of = summary.currency, summary.ranked_by
    if found.figure == "chance":
        chances = percents([first.chance_of_budgets or 0, second.chance_of_budgets or 0])
        what = f"their chances to keep {budgets(summary)}, {chances[0]} and {chances[1]},"
    else:
        named = {"mean": "expected invoices" if of == "invoice" else "expected costs with people's work", "p90": "P90s"}
        amounts = figures([getattr(cost_of(each, of), found.figure) for each in (first, second)], code)
        what = f"their {named[found.figure]}, {amounts[0]} and {amounts[1]},"
    if found.reason == "small":
        return f"{what} differ by less than {_least(found.figure)}"
    return f"{what} differ by less than {futures_text(summary)} can tell{_interval(found, code)}"


def _least(figure: str) -> str:
    return f"{100 * LEAST_DIFFERENCE:.0f} {'points' if figure == 'chance' else '%'}".replace("1 points", "1 point")


def _interval(found: Close, code: str) -> str:
    """The 95 % interval of the difference; nothing of a single future."""
    if found.interval is None:
        return ""
    low, high = found.interval
    if found.figure == "chance":
        ends = [f"{100 * low:+.2g}", f"{100 * high:+.2g} points"]
    else:
        texts = figures([abs(low), abs(high)], code)
        ends = [f"-{texts[0]}" if low < 0 else texts[0], f"-{texts[1]}" if high < 0 else texts[1]]
    return f" (95 % interval of the difference: {ends[0]} to {ends[1]})"


def _decision(summary: Summary, found: Close) -> str:
    first, second = (contract_of(summary, name) for name in found.between)
    if found.recount_decides:
        other = second if first.countable_by_buyer else first
        return (
            f"Only the unit of {in_sentence(_best(summary).title)} can be recounted in our own data, which decides; "
            f"of the other, {other.count_note.rstrip('.')}."
        )
    if first.countable_by_buyer:
        return "We can recount the units of both in our own data, so either will do; the better figure is named first."
    return "We can recount the bill of neither ourselves, so the better figure is named first."


def _told_of_recount(summary: Summary) -> bool:
    return summary.verdict.close is not None


def _recount(contract: ContractNumbers) -> str:
    if contract.countable_by_buyer:
        return "We can recount the unit in our own data."
    return f"We cannot recount the bill ourselves: {contract.count_note.rstrip('.')}."


def against(summary: Summary) -> list[str]:
    """Return what speaks against the recommended contract: its rivals; the next contract where it has none."""
    found = summary.verdict
    if found.rivals:
        return [_rival(summary, rival) for rival in found.rivals]
    if len(summary.ranking) < 2 or found.close is not None:
        return []
    return [_next(summary)]


def _rival(summary: Summary, rival: Rival) -> str:
    other, code, premium = contract_of(summary, rival.name), summary.currency, summary.verdict.premium
    (share,) = percents([rival.share_cheaper], against=[0, 0.5, 1])
    guess = _guess(summary, rival.name)
    if premium is not None and premium.over == rival.name and _buys(summary, rival):
        more, less = figures([premium.mean_more, premium.p90_less], code)
        cheaper = f"{guess} and which is cheaper" if guess else ", which is cheaper"
        return (
            f"It costs {more} more on average than {called(other, code)}{cheaper} in {share} of the futures, and buys "
            f"{less} less at P90."
        )
    subject = f"{capital(called(other, code))}{f'{guess},' if guess else ''}"
    return f"{subject} is {_cheaper(rival, share, code)}{_but(summary, rival, other)}."


def _guess(summary: Summary, name: str) -> str:
    """That a price is only assumed, which a reader must hear before the comparison."""
    guessed = {each.contract for each in summary.terms if assumed(each)}
    if name not in guessed:
        return ""
    return f", whose price is assumed{' too' if summary.recommended in guessed else ''}"


def _buys(summary: Summary, rival: Rival) -> bool:
    """Whether a lower P90 is what a higher mean is paid for: without a budget, where the P90 ranks."""
    return bool(summary.budget is None and rival.p90_more > 0)


def _cheaper(rival: Rival, share: str, code: str) -> str:
    (gap,) = figures([abs(rival.mean_less)], code)
    if rival.mean_less > 0:
        if rival.share_cheaper > 0.5:
            return f"cheaper in {share} of the futures, and on average over all futures by {gap}"
        return f"cheaper by {gap} on average, though in only {share} of the futures"
    dearer = f"costs {gap} more on average" if rival.mean_less < 0 else "costs the same on average"
    return f"cheaper in {share} of the futures and {dearer}"


def _but(summary: Summary, rival: Rival, other: ContractNumbers) -> str:
    """What keeps a rival from being recommended."""
    code, of, budget = summary.currency, summary.ranked_by, summary.budget
    (p90,) = figures([cost_of(other, of).p90], code)
    reasons = [f"its P90 is {p90}"] if rival.p90_more > 0 else []
    if budget is not None and rival.chance is not None and rival.chance < NINE_OF_TEN:
        (broken,) = percents([1 - rival.chance], against=[0, 1 - NINE_OF_TEN, 1])
        share = "every future" if rival.chance == 0 else broken
        reasons.append(f"it breaks the budget{_plural(summary)} in {share}")
    return f", but {' and '.join(reasons)}" if reasons else ""


def _plural(summary: Summary) -> str:
    return "s" if several_budgets(summary) else ""


def _next(summary: Summary) -> str:
    """The next contract where no other has a lower mean or is cheaper in more than half of the futures."""
    code, name = summary.currency, summary.ranking[1]
    other = contract_of(summary, name)
    if not other.bills_units:
        return f"{capital(called(other, code))} {NO_UNIT} and is ranked last."
    pair = next(block for block in summary.paired if block.contract == name)
    (gap,) = figures([abs(pair.mean)], code)
    return (
        "No other contract is cheaper on average or in most of the futures; the next, "
        f"{called(other, code)}{_guess(summary, name)}, costs {gap} more on average and {_wins(other, code)}."
    )


def _wins(other: ContractNumbers, code: str) -> str:
    """Below which price the next contract would win on average, and at which share of billed conversations."""
    tie = other.tie
    if tie is None:
        return "would cost more at any price"
    if not other.one_price or tie.unit_price is None or other.unit_rate is None:
        (fall,) = percents([1 - tie.factor], against=[0, 1])
        return f"would be cheaper only if its prices for use fell by more than {fall}, with fees as they are"
    if tie.unit_price <= 0:
        return "would be cheaper at no price above zero"
    under = figures([tie.unit_price, other.unit_rate], code)[0]
    return f"would be cheaper only under {under}{_or_billed_share(other, tie.billed_share)}"


def _or_billed_share(other: ContractNumbers, share: float | None) -> str:
    expected = other.units.per_conversation
    if share is None or expected is None:
        return ""
    tie, mean = percents([share, expected.mean])
    return f" or if fewer than {tie} of conversations were billed ({mean} are expected)"
