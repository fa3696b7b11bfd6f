"""What terms are worth in a few sentences: what to ask for first and next, what to keep, what is cheap to give."""

from __future__ import annotations

from dataclasses import replace

from simulator.decisions.clause_prices import PRICES, Change, ClausePrices, EqualBill, Given, PricedChange
from simulator.decisions.worth import Estimate, Worth
from simulator.report.studies.told import MustRead
from simulator.report.words.draft_words import draft_words
from simulator.report.words.figures import figures, percents, short_rate, whole
from simulator.report.words.sentences import capital, in_sentence


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
    name, asks = in_sentence(found.title), found.asks
    given = {each.change: each for each in found.given}
    kept = [
        each
        for place, each in reversed(list(enumerate(found.changes)))
        if each.change.term not in PRICES
        and each.worth.p90.value < 0
        and not (place in given and given[place].cheap_alone)
    ]
    cheap = [each for each in found.given if each.cheap][:1]
    if not asks and not kept and not cheap:
        return (
            f"No term of {name} beside its price moves the P90 of the invoice in these futures: bargain for the price."
        )
    parts = [_ask(asks[0], found, code)] if asks else [f"No other term of {name} would lower the P90 of the invoice"]
    parts += [_keep(each, found, code) for each in kept[:1]]
    parts += [_give(each, found, code) for each in cheap]
    return f"{'. '.join(parts)}."


def conditions(found: ClausePrices, code: str) -> tuple[str, ...]:
    """Return what a minimum binds to that could be given, and what is cheap alone and dear for what is asked."""
    binding = [each for each in found.given if found.changes[each.change].binds_to_more][:1]
    dear = [each for each in found.given if each.cheap_alone and not each.cheap and each not in binding][:1]
    texts = (*(_binding(each, found, code) for each in binding), *(_dear(each, found, code) for each in dear))
    return tuple(map(MustRead, texts))


def _ask(first: PricedChange, found: ClausePrices, code: str) -> str:
    at_p90 = first.worth.p90
    saved, of = figures([at_p90.value, found.invoice[1]], code)
    then = found.next_ask
    text = (
        f"Of usual steps, ask first for this under {in_sentence(found.title)}: {_phrase(first, found)}. It takes "
        f"{saved}{_between(at_p90, code)} off the P90 of the invoice, {of}{_off(first)}"
    )
    if first.equal_bill is not None:
        text += f"; a vendor who wants the same invoice on average asks {_repriced(first.equal_bill, code)} for it"
    if then is not None:
        wanted, adds = _phrase(then[0], found), _adds(then[1], code)
        text += f". Once that is granted, ask next beside the price for this: {wanted}, which then {adds}"
    return text


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


def _give(each: Given, found: ClausePrices, code: str) -> str:
    then = "then " if found.asks else ""
    adds = "costs nothing in any of these futures" if _is_nothing(each.beside) else f"adds {_cost(each.beside, code)}"
    for_asks = ("", " for it", " for both")[len(found.asks)]
    return f"Cheap to give{for_asks}: {_phrase(found.changes[each.change], found)}, which {then}{adds}"


def _is_nothing(of: Worth) -> bool:
    return of.mean.value == of.p90.value == of.tail.value == 0


def _cost(of: Worth, code: str) -> str:
    """Return what a term adds to the invoice, without cents: other amounts of the answer are thousands."""
    if _is_nothing(of):
        return "nothing"
    average, at_p90 = (whole(-each.value, code) if each.value else "nothing" for each in (of.mean, of.p90))
    return f"{average} on average and {at_p90} at P90"


def _binding(each: Given, found: ClausePrices, code: str) -> str:
    """Return what a minimum or a commitment costs alone and beside the asks, what it leaves owed, how to agree it."""
    priced, granted = found.changes[each.change], _granted(found)
    alone, beside = _cost(priced.worth, code), _cost(each.beside, code)
    adds = f"{alone}, alone or {granted}" if alone == beside and granted else alone
    adds += f" alone, {granted} {beside}" if alone != beside else ""
    text = f"{capital(_phrase(priced, found))}, which you could give, adds {adds}"
    if each.owed is not None:
        alone, beside = figures([each.owed.alone, each.owed.beside], code)
        then = f", {granted} {beside}" if granted and beside != alone else ""
        text += f". If use stops after month {each.owed.after_month}, {alone} is still owed{then}"
    what = "what each size of it costs" if found.commits else "which discount such a size should bring"
    return (
        f"{text}. At a lower price the same amount costs more: agree it as a share of the bill at the price agreed. "
        f"simulate commitment --contract {found.contract} says {what}."
    )


def _dear(each: Given, found: ClausePrices, code: str) -> str:
    priced = found.changes[each.change]
    return (
        f"{capital(_phrase(priced, found))} is cheap alone only: it adds {_cost(priced.worth, code)}, "
        f"{_granted(found)} {_cost(each.beside, code)}."
    )


def _granted(found: ClausePrices) -> str:
    """Return what stands before an amount that holds beside the asks; nothing where nothing is asked for."""
    return ("", "once the ask below is granted", "once both asks below are granted")[len(found.asks)]


def _phrase(each: PricedChange, found: ClausePrices) -> str:
    """Return a change inside a sentence."""
    return f"{plain(each.change, found)}{' (new)' if each.change.added else ''}"


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
