"""What terms are worth in a few sentences: what to ask for first and next, what to keep, what is cheap to give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from simulator.decisions.clause_prices import PRICES, Change, ClausePrices, EqualBill, PricedChange
from simulator.decisions.worth import Estimate, Worth
from simulator.report.words.draft_words import draft_words
from simulator.report.words.figures import figures, percents, short_rate
from simulator.report.words.sentences import in_sentence


def gains(found: ClausePrices) -> list[PricedChange]:
    """Return the changes that the buyer gains by, the best first."""
    return [each for each in found.changes if _size(each) > (0.0, 0.0)]


def costs(found: ClausePrices) -> list[PricedChange]:
    """Return the changes that cost the buyer something, the dearest first."""
    return [each for each in reversed(found.changes) if _size(each) < (0.0, 0.0)]


def free(found: ClausePrices) -> list[PricedChange]:
    """Return the changes that a vendor gains by and that cost the buyer nothing in any future."""
    return [each for each in found.changes if each.is_free]


def _size(each: PricedChange) -> tuple[float, float]:
    return each.worth.p90.value, each.worth.mean.value


def answer(found: ClausePrices, code: str) -> str:
    """Return what to ask for first and what it adds to ask for more, what not to give away, and what is cheap to."""
    name = in_sentence(found.title)
    asked = [each for each in gains(found) if each.change.term not in PRICES and each.worth.p90.value > 0]
    kept = [each for each in costs(found) if each.change.term not in PRICES and each.worth.p90.value < 0]
    cheap = found.cheap[:1]
    if not asked and not kept and not cheap:
        return (
            f"No term of {name} beside its price moves the P90 of the invoice in these futures: bargain for the price."
        )
    parts = [_ask(asked, found, code)] if asked else [f"No other term of {name} would lower the P90 of the invoice"]
    parts += [_keep(each, found, code) for each in kept[:1] if each not in cheap]
    parts += [_give(each, found, code) for each in cheap]
    return f"{'. '.join(parts)}."


def _ask(asked: Sequence[PricedChange], found: ClausePrices, code: str) -> str:
    first, at_p90 = asked[0], asked[0].worth.p90
    saved, of = figures([at_p90.value, found.invoice[1]], code)
    then = _second(first, found)
    text = (
        f"Under {in_sentence(found.title)} ask first for this: {_phrase(first, found)}. It takes {saved}"
        f"{_between(at_p90, code)} off the P90 of the invoice, {of}{_off(first)}"
    )
    if first.equal_bill is not None:
        text += f"; a vendor who wants the same invoice on average asks {_repriced(first.equal_bill, code)} for it"
    if then is not None:
        wanted, adds = _phrase(then[0], found), _adds(then[1], code)
        text += f". Once that is granted, ask next beside the price for this: {wanted}, which then {adds}"
    return text


def granted(found: ClausePrices) -> int:
    """Return the place among the best terms of what is asked for first: the best that is no price."""
    assert found.together is not None
    terms = [found.changes[share.change].change.term for share in found.together.shares]
    return next((place for place, term in enumerate(terms) if term not in PRICES), 0)


def _second(first: PricedChange, found: ClausePrices) -> tuple[PricedChange, Worth] | None:
    """Return the term that adds most at P90 once the first is granted, of the best ones; None where none adds."""
    together = found.together
    if together is None:
        return None
    best = [found.changes[share.change] for share in together.shares]
    place = granted(found)
    if best[place] is not first:
        return None
    added = [
        (best[other], worth)
        for other, worth in together.added_to(place).items()
        if best[other].change.term not in PRICES and worth.p90.value > 0
    ]
    return max(added, key=lambda one: one[1].p90.value, default=None)


def _adds(worth: Worth, code: str) -> str:
    mean, p90 = worth.mean.value, worth.p90.value
    average, at_p90 = (figures([abs(amount)], code)[0] for amount in (mean, p90))
    if mean < 0:
        return f"takes {at_p90} more off P90 and adds {average} on average"
    if average == at_p90:
        return f"takes {average} more off, on average and at P90"
    return f"takes {average} more off on average and {at_p90} more off P90"


def _repriced(equal: EqualBill, code: str) -> str:
    if equal.unit_price is None:
        return f"{equal.factor:.3g} times the prices"
    return f"{short_rate(equal.unit_price, code)} a unit instead of {short_rate(equal.unit_price / equal.factor, code)}"


def _keep(each: PricedChange, found: ClausePrices, code: str) -> str:
    (cost,) = figures([-each.worth.p90.value], code)
    least = "" if each.cut is None else f" for less than {percents([-each.cut])[0]} off the price"
    return f"Do not give this away{least}: {_phrase(each, found)}, which adds {cost} to P90"


def _give(each: PricedChange, found: ClausePrices, code: str) -> str:
    start = f"Cheap to give in return: {_phrase(each, found)}"
    if each.is_nothing:
        return f"{start}, which costs nothing in any of these futures"
    mean, p90 = -each.worth.mean.value, -each.worth.p90.value
    average, at_p90 = (figures([amount], code)[0] if amount else "nothing" for amount in (mean, p90))
    return f"{start}, which adds {average} on average and {at_p90} at P90"


def _phrase(each: PricedChange, found: ClausePrices) -> str:
    """Return a change inside a sentence."""
    return f"{plain(each.change, found)}{', which is new' if each.change.added else ''}"


def plain(change: Change, found: ClausePrices) -> str:
    """Return a change as it stands in the middle of a line, whether the contract has the term or not."""
    text = draft_words(replace(change, added=False), found.currency)
    return f"{text[:1].lower()}{text[1:]}"


def _off(each: PricedChange) -> str:
    if each.cut is None:
        return ""
    if each.cut > 1:
        return ", more than use without any price would"
    return f", as much as {percents([each.cut])[0]} off the price"


def _between(of: Estimate, code: str) -> str:
    if of.low is None or of.high is None:
        return ""
    low, high = figures([of.low, of.high], code)
    return f" ({low} to {high})"
