"""What each term of a contract is worth, told: what to ask for first, what not to give away, the best five together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from simulator.contracts.metering.contract_months import YEAR_MONTHS
from simulator.decisions.clause_prices import ClausePrices, PricedChange, Together, Unmeasured
from simulator.decisions.worth import Worth
from simulator.report.studies.amounts_with_errors import scale_of, with_error
from simulator.report.studies.clauses_chart import clauses_chart, cut_text
from simulator.report.studies.clauses_words import answer, conditions, costs, free, gains, plain
from simulator.report.studies.told import MustRead, Table, Told
from simulator.report.words.draft_words import draft_words
from simulator.report.words.figures import Scale, short_rate, signed
from simulator.report.words.sentences import in_sentence
from simulator.scenario.schema import Scenario

MOST_ASKED: Final = 12
MOST_GIVEN: Final = 6
MOST_OF_A_TERM: Final = 2
"""Alternatives of one term that the first table shows at most."""
GIVE: Final = "What you could be asked to give, and what it costs (minus: the invoice rises by as much)."


def clauses_told(found: ClausePrices, scenario: Scenario) -> Told:
    """Return what the terms of a contract are worth in words, tables and a figure."""
    tables = _tables(found, scenario)
    return Told(
        question=f"What is each term worth under {in_sentence(found.title)}?",
        answer=answer(found, scenario.currency),
        tables=tables,
        notes=tuple(_notes(found, scenario, tables)),
        draw=partial(clauses_chart, found, scenario),
        under=conditions(found, scenario.currency),
    )


def _tables(found: ClausePrices, scenario: Scenario) -> tuple[Table, ...]:
    asked, given = (
        list(_shown(gains(found), MOST_OF_A_TERM))[:MOST_ASKED],
        list(_shown([*costs(found), *free(found)], 1))[:MOST_GIVEN],
    )
    scale = scale_of([each.worth.p90.value for each in (*asked, *given)], scenario.currency)
    months = f"{scenario.months} month{'' if scenario.months == 1 else 's'}"
    tables = [
        _changes(asked, found, scale, f"To ask for, and what it is worth over {months}."),
        _changes(given, found, scale, GIVE),
    ]
    if found.together is not None:
        tables += [_together(found.together, found, scale), _overlaps(found.together, scale)]
    return tuple(tables)


def _shown(changes: Sequence[PricedChange], most: int) -> Iterator[PricedChange]:
    """Yield the first changes of each term."""
    terms: list[tuple[str, str]] = []
    for each in changes:
        term = (each.change.term, each.change.of)
        if terms.count(term) < most:
            yield each
        terms.append(term)


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
            draft_words(each.change, found.currency, brief=True),
            *(with_error(part, scale) for part in (each.worth.p90, each.worth.mean, each.worth.tail)),
            cut_text(each),
        )
        for each in changes
    ]
    prices = [_equal(each, scale.of.code) for each in changes]
    if any(prices):
        heads += ("price of\nequal bill",)
        rows = [(*row, price or "-") for row, price in zip(rows, prices, strict=True)]
    return Table(heads, tuple(rows), title)


def _equal(each: PricedChange, code: str) -> str:
    equal = each.equal_bill
    if equal is None:
        return ""
    return f"{equal.factor:.3g} times" if equal.unit_price is None else short_rate(equal.unit_price, code)


def _together(of: Together, found: ClausePrices, scale: Scale) -> Table:
    """Return what each of the best terms adds to the first ask, and its share, under its number: names are long."""
    first, unit = found.granted, scale.heading
    added = f"added to {first + 1}\n"
    heads = ("", f"{added}{unit} on average", f"{added}at P90", "its share\non average", "its share\nat P90")
    beside = of.added_to(first)
    rows = [
        (
            str(place + 1),
            *_added(beside.get(place), scale),
            with_error(share.mean, scale),
            signed(scale, share.p90),
        )
        for place, share in enumerate(of.shares)
    ]
    rows.append(("All", "", "", with_error(of.worth.mean, scale), with_error(of.worth.p90, scale)))
    names = "; ".join(
        f"({place}) {plain(found.changes[share.change].change, found)}"
        for place, share in enumerate(of.shares, start=1)
    )
    return Table(heads, tuple(rows), f"The best of different terms together: {names}.")


def _added(worth: Worth | None, scale: Scale) -> tuple[str, str]:
    return ("", "") if worth is None else (with_error(worth.mean, scale), with_error(worth.p90, scale))


def _overlaps(of: Together, scale: Scale) -> Table:
    count = len(of.shares)
    beyond = {(pair.first, pair.second): pair.beyond.value for pair in of.pairs}
    rows = [
        (str(place + 1), *(_overlap(beyond.get((place, other)), scale) for other in range(1, count)))
        for place in range(count - 1)
    ]
    heads = ("", *(str(place + 1) for place in range(1, count)))
    return Table(
        heads, tuple(rows), f"What two of them save together less what they save alone, {scale.heading} on average."
    )


def _overlap(beyond: float | None, scale: Scale) -> str:
    """Return an overlap; none where two terms add up, blank for a pair that is told in another row."""
    if beyond is None:
        return ""
    return "none" if beyond == 0 else signed(scale, beyond)


def _notes(found: ClausePrices, scenario: Scenario, tables: Sequence[Table]) -> list[str]:
    futures = f"{scenario.trials:,} future{'' if scenario.trials == 1 else 's'}"
    notes = [
        "Worth is what the invoice falls by in the same futures when this one term moves: at P90 the difference of the "
        f"two P90s, in the tail that of the dearest 5 %. Each step is a usual one and no offer{_capped(found)}; set "
        f"your own in the scenario. ± is half of the 95 % interval, from the number of futures alone ({futures}).",
        _prices(found),
        _shares(found),
        _nothing(found),
        _later(found, scenario.months),
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
        f"{told} The price of an equal bill is what a unit could cost under the changed definition with the expected "
        "invoice as it is; a vendor who reprices will ask for it."
    )


def _shares(found: ClausePrices) -> str:
    if found.together is None:
        return ""
    first = found.granted + 1
    return (
        f"Added to {first} is what a term saves once that one is granted. Shares are fair (Shapley values): the mean "
        "of what a term adds over all orders in which they can be agreed; they sum to what all are worth together (P90 "
        "without an interval, because each is a mean over many differences of P90s). None: the two act on different "
        "units."
    )


def _capped(found: ClausePrices) -> str:
    """Return how the cap is chosen that a contract without one is asked for."""
    new = any(each.change.term == "maximum_per_month" and each.change.added for each in found.changes)
    return " (the cap: 120 % of the average monthly invoice)" if new else ""


def _empty(found: ClausePrices) -> str:
    """Return what counts nothing at all: it would save everything, and nobody offers it."""
    if not found.empty:
        return ""
    texts = [draft_words(each, found.currency) for each in found.empty]
    return f"Left out, because it would bill nothing here: {'; '.join(text[:1].lower() + text[1:] for text in texts)}."


def _nothing(found: ClausePrices) -> str:
    changes = [each for each in found.changes if each.is_nothing and not each.is_free]
    none = [draft_words(each.change, found.currency) for each in changes]
    if not none:
        return ""
    texts = [text[:1].lower() + text[1:] for text in none]
    return f"Worth nothing in any of these futures: {'; '.join(texts)}."


def _later(found: ClausePrices, months: int) -> str:
    """Return what acts after the horizon only, which says nothing of what it is worth."""
    if not found.unmeasured:
        return ""
    within = f"{months} month{'' if months == 1 else 's'}"
    texts = [f"{plain(each.change, found)}, because {_why_later(each, within)}" for each in found.unmeasured]
    return MustRead(f"Not measured here: {'; '.join(texts)}. Ask with more months (--set months=36).")


def _why_later(each: Unmeasured, within: str) -> str:
    term, first = each.change.term, each.from_month
    if term == "escalator" and first == YEAR_MONTHS + 1:
        return f"no anniversary falls within {within}"
    if term == "definition_lock" and each.change.added:
        return f"no renewal falls within {within}"
    return f"it changes no invoice before month {first}"


def _left_out(found: ClausePrices, tables: Sequence[Table]) -> str:
    shown = sum(len(table.rows) for table in tables[:2])
    more = len(gains(found)) + len(costs(found)) + len(free(found)) - shown
    beyond = "The length of the term moves no invoice; the report's exit table tells what it binds to."
    return f"{more} more changes are in --json. {beyond}" if more else beyond
