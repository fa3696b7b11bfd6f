"""What each term of a contract is worth, told: what to ask for first, what not to give away, the best five together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from simulator.decisions.clause_prices import ClausePrices, EqualBill, PricedChange, Share, Together
from simulator.decisions.worth import Estimate
from simulator.money import Unit, currency
from simulator.report.studies.clauses_chart import clauses_chart, cut_text
from simulator.report.studies.told import Table, Told
from simulator.report.words.draft_words import draft_words
from simulator.report.words.figures import Scale, figures, percents, short_rate, signed
from simulator.report.words.sentences import in_sentence
from simulator.scenario.schema import Scenario

MOST_ASKED: Final = 12
MOST_GIVEN: Final = 6
MOST_OF_A_TERM: Final = 2
"""Alternatives of one term that the first table shows at most."""
PRICES: Final = frozenset({"price", "charge_price", "overage_rate", "discount"})
"""Terms that are the price itself: what others are measured by is no answer to what to ask for."""


def clauses_told(found: ClausePrices, scenario: Scenario) -> Told:
    """Return what the terms of a contract are worth in words, tables and a figure."""
    tables = _tables(found, scenario)
    return Told(
        question=f"What is each term worth under {in_sentence(found.title)}?",
        answer=_answer(found, scenario.currency),
        tables=tables,
        notes=tuple(_notes(found, scenario, tables)),
        draw=partial(clauses_chart, found, scenario),
    )


def gains(found: ClausePrices) -> list[PricedChange]:
    """Return the changes that the buyer gains by, the best first."""
    return [each for each in found.changes if _size(each) > (0.0, 0.0)]


def costs(found: ClausePrices) -> list[PricedChange]:
    """Return the changes that cost the buyer something, the dearest first."""
    return [each for each in reversed(found.changes) if _size(each) < (0.0, 0.0)]


def _size(each: PricedChange) -> tuple[float, float]:
    return each.worth.p90.value, each.worth.mean.value


def _answer(found: ClausePrices, code: str) -> str:
    name = in_sentence(found.title)
    asked = [each for each in gains(found) if each.change.term not in PRICES and each.worth.p90.value > 0]
    kept = [each for each in costs(found) if each.change.term not in PRICES and each.worth.p90.value < 0]
    if not asked and not kept:
        return (
            f"No term of {name} beside its price moves the P90 of the invoice in these futures: bargain for the price."
        )
    parts = [_ask(asked, found, code)] if asked else [f"No other term of {name} would lower the P90 of the invoice"]
    parts += [_keep(kept[0], found, code)] if kept else []
    return f"{'; '.join(parts)}."


def _ask(asked: Sequence[PricedChange], found: ClausePrices, code: str) -> str:
    first, at_p90 = asked[0], asked[0].worth.p90
    saved, of = figures([at_p90.value, found.invoice[1]], code)
    then = next((each for each in asked if each.change.term != first.change.term), None)
    text = (
        f"Under {in_sentence(found.title)} ask first for this: {_phrase(first, found)}. It takes {saved}"
        f"{_between(at_p90, code)} off the P90 of the invoice, {of}{_off(first)}"
    )
    if first.equal_bill is not None:
        text += f"; a vendor who wants the same invoice on average asks {_repriced(first.equal_bill, code)} for it"
    if then is not None:
        (second,) = figures([then.worth.p90.value], code)
        text += f"; then for this: {_phrase(then, found)}, worth {second}{_off(then)}"
    return text


def _repriced(equal: EqualBill, code: str) -> str:
    if equal.unit_price is None:
        return f"{equal.factor:.3g} times the prices"
    return f"{short_rate(equal.unit_price, code)} a unit instead of {short_rate(equal.unit_price / equal.factor, code)}"


def _keep(each: PricedChange, found: ClausePrices, code: str) -> str:
    (cost,) = figures([-each.worth.p90.value], code)
    least = "" if each.cut is None else f" for less than {percents([-each.cut])[0]} off the price"
    return f"do not give this away{least}: {_phrase(each, found)}, which adds {cost}"


def _phrase(each: PricedChange, found: ClausePrices) -> str:
    """Return a change inside a sentence."""
    text = draft_words(replace(each.change, added=False), found.currency)
    return f"{text[:1].lower()}{text[1:]}{', which is new' if each.change.added else ''}"


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


def _tables(found: ClausePrices, scenario: Scenario) -> tuple[Table, ...]:
    asked, given = list(_shown(gains(found), MOST_OF_A_TERM))[:MOST_ASKED], list(_shown(costs(found), 1))[:MOST_GIVEN]
    scale = _scale([each.worth.p90.value for each in (*asked, *given)], scenario.currency)
    months = f"{scenario.months} month{'' if scenario.months == 1 else 's'}"
    tables = [
        _changes(asked, found, scale, f"To ask for, and what it is worth over {months}."),
        _changes(given, found, scale, "Not to give away: what it costs."),
    ]
    if found.together is not None:
        tables.append(_together(found.together, found, scale))
    return tuple(tables)


def _shown(changes: Sequence[PricedChange], most: int) -> Iterator[PricedChange]:
    """Yield the first changes of each term."""
    terms: list[tuple[str, str]] = []
    for each in changes:
        term = (each.change.term, each.change.of)
        if terms.count(term) < most:
            yield each
        terms.append(term)


def _scale(amounts: Sequence[float], code: str) -> Scale:
    """Return a scale of few digits, because an amount stands beside its interval in each of several columns."""
    largest = max(map(abs, amounts), default=0.0)
    unit: Unit = "M" if largest >= 1e7 else "K" if largest >= 1e4 else ""
    size = {"": 1.0, "K": 1e3, "M": 1e6}[unit]
    of = currency(code)
    return Scale(of, unit, int(largest < 100 * size) if unit else of.minor_units * (largest < 100))


def _changes(changes: Sequence[PricedChange], found: ClausePrices, scale: Scale, title: str) -> Table:
    unit = scale.heading
    heads: tuple[str, ...] = (
        "",
        f"at P90\n{unit}",
        f"on average\n{unit}",
        f"in the tail\n{unit}",
        "as much off\nthe price",
    )
    rows: list[tuple[str, ...]] = [
        (
            draft_words(each.change, found.currency),
            *(_with_error(part, scale) for part in (each.worth.p90, each.worth.mean, each.worth.tail)),
            cut_text(each),
        )
        for each in changes
    ]
    prices = [_equal(each, scale.of.code) for each in changes]
    if any(prices):
        heads += ("price at\nequal bill",)
        rows = [(*row, price or "-") for row, price in zip(rows, prices, strict=True)]
    return Table(heads, tuple(rows), title)


def _equal(each: PricedChange, code: str) -> str:
    equal = each.equal_bill
    if equal is None:
        return ""
    return f"{equal.factor:.3g} times" if equal.unit_price is None else short_rate(equal.unit_price, code)


def _with_error(of: Estimate, scale: Scale) -> str:
    """Return an amount with half of its interval: +45.2 ±1.1; nothing where it is exactly 0."""
    if of.value == 0 and of.low == of.high == 0:
        return "nothing"
    text = signed(scale, of.value)
    if of.low is None or of.high is None:
        return text
    return f"{text} ±{scale.text((of.high - of.low) / 2)}"


def _together(of: Together, found: ClausePrices, scale: Scale) -> Table:
    count, unit = len(of.shares), scale.heading
    heads = ["", f"alone\n{unit}", "its share\non average", "its share\nat P90"]
    heads += [f"{'overlap with' if place == 1 else ''}\n{place + 1}" for place in range(1, count)]
    rows = [_row(place, share, of, found, scale) for place, share in enumerate(of.shares)]
    alone = sum(found.changes[share.change].worth.mean.value for share in of.shares)
    last = ("All together", signed(scale, alone), _with_error(of.worth.mean, scale), _with_error(of.worth.p90, scale))
    rows.append((*last, *("" for _ in range(count - 1))))
    return Table(tuple(heads), tuple(rows), "The best of different terms together, on average.")


def _row(place: int, share: Share, of: Together, found: ClausePrices, scale: Scale) -> tuple[str, ...]:
    change = found.changes[share.change]
    overlaps = {each.second: each.beyond.value for each in of.pairs if each.first == place}
    return (
        f"{place + 1} {draft_words(change.change, found.currency)}",
        _with_error(change.worth.mean, scale),
        _with_error(share.mean, scale),
        signed(scale, share.p90),
        *(_overlap(overlaps.get(other), scale) for other in range(1, len(of.shares))),
    )


def _overlap(beyond: float | None, scale: Scale) -> str:
    """Return an overlap; nothing where two terms add up, blank for a pair that is told in another row."""
    if beyond is None:
        return ""
    return "none" if beyond == 0 else signed(scale, beyond)


def _notes(found: ClausePrices, scenario: Scenario, tables: Sequence[Table]) -> list[str]:
    futures = f"{scenario.trials:,} future{'' if scenario.trials == 1 else 's'}"
    notes = [
        "Worth is what the invoice falls by in the same futures when this one term moves: at P90 the difference of the "
        "two P90s, in the tail that of the dearest 5 %. Each step is a usual one and no offer; set your own in the "
        f"scenario. ± is half of the 95 % interval, from the number of futures alone ({futures}).",
        _prices(found),
        _shares(found),
        _nothing(found),
        _empty(found),
        "People's work on what the AI does not serve counts, because a limit stops the AI."
        if found.with_people
        else "",
        _left_out(found, tables),
    ]
    return [note for note in notes if note]


def _prices(found: ClausePrices) -> str:
    if found.one_percent is None:
        return "The contract bills no use, so that nothing can be measured against its price."
    if found.one_percent.p90.value == 0:
        return "A price 1 % lower saves nothing at P90, so that nothing can be measured against it."
    told = "As much off the price is in proportion to what 1 % off all prices of use saves at P90."
    if not any(each.equal_bill for each in found.changes):
        return told
    return (
        f"{told} The price at equal bill is what a unit could cost under the changed definition with the expected "
        "invoice as it is; a vendor who reprices will ask for it."
    )


def _shares(found: ClausePrices) -> str:
    if found.together is None:
        return ""
    return (
        "Shares are Shapley values: the mean of what a term adds over all orders in which they can be agreed; they sum "
        "to what all are worth together. An overlap is what two save together less what they save alone; none means "
        "that they act on different units. Shares at P90 have no interval, because each is a mean over many "
        "differences of P90s; intervals of the overlaps are in --json."
    )


def _empty(found: ClausePrices) -> str:
    """Return what counts nothing at all: it would save everything, and nobody offers it."""
    if not found.empty:
        return ""
    texts = [draft_words(each, found.currency) for each in found.empty]
    return f"Left out, because it would bill nothing here: {'; '.join(text[:1].lower() + text[1:] for text in texts)}."


def _nothing(found: ClausePrices) -> str:
    none = [draft_words(each.change, found.currency) for each in found.changes if each.is_nothing]
    if not none:
        return ""
    texts = [text[:1].lower() + text[1:] for text in none]
    return f"Worth nothing in any of these futures: {'; '.join(texts)}."


def _left_out(found: ClausePrices, tables: Sequence[Table]) -> str:
    shown = sum(len(table.rows) for table in tables[:2])
    more = len(gains(found)) + len(costs(found)) - shown
    beyond = "The length of the term moves no invoice; the report's exit table tells what it binds to."
    return f"{more} more changes are in --json. {beyond}" if more else beyond
