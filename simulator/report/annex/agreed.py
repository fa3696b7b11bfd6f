"""Sections 1 to 5: the words of an annex, what a unit is and what it is not, its price, and its billing periods."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from simulator.contracts.metering.meters import unit_name
from simulator.contracts.metering.segments import segment_of
from simulator.contracts.prices.charge import Charge, innermost
from simulator.contracts.prices.flat import Flat
from simulator.contracts.prices.included import IncludedUnits
from simulator.contracts.wording import number
from simulator.definitions import Definition
from simulator.definitions.definition_words import OUTCOMES_IN_WORDS
from simulator.money import currency, format_rate, round_money
from simulator.quantities.distributions import Quantity
from simulator.records import CLASSES, OUTCOMES
from simulator.report.annex.counted import Counted
from simulator.report.annex.document import Clause, Part, listed
from simulator.report.annex.subject import Subject
from simulator.report.words.meter_words import spaced

_MOVING: Final = frozenset({"price_changes", "escalator", "discount", "discounts"})
"""Terms that make a price another one."""
_EXAMPLE: Final = 1_235
"""Units of the example of a rounding."""


def meanings(of: Subject) -> Part:
    """Return section 1."""
    points = [
        '"Agreement": the contract named above, of which this Annex is a part.',
        '"Conversation": one interaction of one customer with the Buyer\'s service on one channel. It is one row of '
        "the Record.",
        *_of_cases(of),
        '"Record": the table of Conversations with the columns of Schedule 4, times in UTC.',
        '"Statement": a text of SQL in Schedule 1. Run on the Record it counts, and nothing else does.',
        f"{_units_named(of)}: what the Statement of that name counts (clause 2).",
        '"Time Zone": ' + of.zone + ".",
        '"Billing Period": a calendar month in the Time Zone (clause 5).',
        '"List of Units": the Vendor\'s list of everything that an invoice bills by use (clause 6).',
        '"Unknown Value": a value that a count reads and that nobody has shown (clause 8).',
        f'"Dispute Window": {of.window} from the day on which the invoice and its List of Units have both arrived.',
        f'"Term": {_term(of)}.',
    ]
    blocks = (
        Clause("In this Annex these words mean:", tuple(points)),
        Clause(
            "They mean the same in small letters, in the words of clause 2, in the Statements and in the schedules."
        ),
    )
    return Part("1", "Meanings", blocks)


def _of_cases(of: Subject) -> Iterator[str]:
    if of.of_cases:
        yield (
            '"Case": all Conversations of one customer on one request, those with a person included. Conversations are '
            f"put together to Cases by this rule: {of.blanks.of('rule by which Conversations belong to one Case')}."
        )
        yield (
            '"Return": a later Conversation of the same Case that the customer opens. "Duplicate": a second ticket on '
            "the same request."
        )


def _units_named(of: Subject) -> str:
    if len(of.units) == 1:
        return '"Unit"'
    names = [f'"{unit.name}"' for unit in of.units]
    return f'{listed(names)}, each of them a "Unit"'


def _term(of: Subject) -> str:
    bound = of.contract.settlement.term_months
    first = f"from the first day of {of.scenario.start}"
    return f"{bound} months {first}" if bound > 1 else f"{first} until the Agreement is cancelled"


def unit(of: Subject) -> Part:
    """Return section 2."""
    blocks = [Clause(text) for text in _together([(f"{each.name} ({each.label})", _told(each)) for each in of.units])]
    blocks += [Clause(text) for text in _changes(of)]
    blocks.append(
        Clause(
            "The Statement decides. Where the words of this clause, a worked case of Schedule 2 and the Statement "
            "differ, the Statement is followed until the parties correct it under clause 10, and then the words, and "
            "then the worked cases."
        )
    )
    if of.definitions or any(each.sessions for each in of.units):
        blocks.append(
            Clause(
                "Hours run from the opening of one Conversation to the opening of the next. A window is strict: with "
                "24 hours, a Return after 23.99 hours is inside it and one after exactly 24 hours is outside."
            )
        )
        blocks.append(Clause("One Conversation is at most one Unit of the same name."))
    blocks += [
        Clause(f"Who can count it. {text}") for text in _together([(each.name, _who(each)) for each in of.units])
    ]
    return Part("2", "What a Unit is", tuple(blocks))


def _together(told: list[tuple[str, str]]) -> Iterator[str]:
    """Yield texts with the names before them, those with one text together."""
    names: dict[str, list[str]] = {}
    for name, text in told:
        names.setdefault(text, []).append(name)
    yield from (f"{listed(found)}: {text}" for text, found in names.items())


def _told(each: Counted) -> str:
    use = "" if each.billed else "No charge bills it; a credit, guarantee or clawback of Schedule 3 counts it."
    return " ".join(part for part in (each.words, each.part, use) if part)


def _changes(of: Subject) -> Iterator[str]:
    """Yield from which month another unit is billed."""
    names = {each.meter: each.name for each in of.units}
    schedule = of.contract.unit_schedule
    if len(schedule) > 1:
        spans = [
            f"from month {start} of the Term {listed([names[unit] for unit in units if unit in names]) or 'none'}"
            for start, units in schedule
            if all(unit in names for unit in units)
        ]
        yield f"The Unit that is billed changes within the Term: {'; '.join(spans)}."


def _who(each: Counted) -> str:
    from simulator.definitions import verifiability

    found = each.definition.verifiability if each.definition else verifiability(each.columns)
    if found.countable_by_buyer:
        return "the Buyer, in its own data."
    lacking = [column for column, holder in found.holders if holder not in ("buyer", "both")]
    return f"the Buyer, once the Vendor has delivered {listed(lacking)} (clause 6)."


def no_unit(of: Subject, unbilled: tuple[int, ...]) -> Part:
    """Return section 3.

    Args:
        unbilled: numbers of the worked cases that have no unit.
    """
    blocks = []
    for each in of.units:
        points = tuple(_excluded(each.definition)) if each.definition else tuple(_excluded_sum(each))
        if points:
            blocks.append(Clause(f"No {each.name} is:", points))
    blocks.append(
        Clause(
            "What the Statement does not count is no Unit, whatever the Vendor's product, report or invoice calls it."
        )
    )
    if unbilled:
        blocks.append(Clause(f"Worked cases of Schedule 2 without a Unit: {', '.join(map(str, unbilled))}."))
    return Part("3", "What is no Unit", tuple(blocks))


def _excluded(definition: Definition) -> Iterator[str]:
    """Yield what a definition leaves out, one clause of it at a time."""
    spec = definition.spec
    if spec.predicate is not None:
        yield "a Conversation for which the condition of clause 2 does not hold, or has no answer for want of a value"
    else:
        planned = ", unless a procedure designed it so" if spec.planned_handoffs else ""
        for outcome in OUTCOMES:
            if outcome not in spec.counting_outcomes:
                exception = planned if outcome == "escalated" else ""
                yield f"a Conversation with the outcome {outcome}: {OUTCOMES_IN_WORDS[outcome]}{exception}"
        for name in CLASSES:
            if name not in spec.classes:
                yield f"a Conversation of class {name}"
        if isinstance(spec.silence, float) and "silent" in spec.outcomes:
            yield f"a silent Conversation whose customer opens a Return before {spec.silence:g} hours are over"
        if spec.human_touch != "handoff":
            review = "" if spec.human_touch == "none" else " beyond a review"
            yield f"a Conversation in which a person took part{review}{planned}"
        for column in spec.requires:
            yield f"a Conversation without {column} = TRUE in the Record"
        if spec.min_csat is not None:
            yield f"a Conversation with a satisfaction score below {spec.min_csat}; one without a score is not left out"
        if spec.contacts == "first":
            yield "a Return"
        if spec.returns == "void":
            yield f"a Conversation that the customer follows with a Return {_within(spec.return_window_hours)}"
    if spec.at_most == "case":
        yield "a further Conversation of a Case that has a Unit already, Duplicates apart"
    elif spec.returns == "merge":
        window = _within(spec.return_window_hours)
        yield f"a Return {window} of the Conversation before it, in a Case that has a Unit already"
    if spec.duplicates == "merged":
        yield "a Duplicate of a Conversation that meets the conditions of clause 2 itself"


def _within(window: float | str | None) -> str:
    return f"within {window:g} hours" if isinstance(window, float) else "at any later time"


def _excluded_sum(each: Counted) -> Iterator[str]:
    if each.sessions is not None:
        yield "a Conversation that joins a session"
    if each.condition == "class = 'service' AND turns >= 1":
        yield "a greeting, spam or a test"
        yield "a Conversation in which the customer wrote nothing"


def price(of: Subject) -> Part:
    """Return section 4."""
    code, units = of.currency, currency(of.currency)
    smallest = format_rate(Decimal(1).scaleb(-units.minor_units), units)
    blocks = [
        Clause(f"Use is charged as follows, in {code}:", tuple(_charges(of))),
        Clause(
            "Schedule 3 has every term of the price. Fees, seats, minimums, discounts, commitments and credits change "
            "what is owed and never what a Unit is or how many there are."
        ),
        Clause(
            f"A charge is the count times the price, computed exactly. Each line of an invoice is rounded once, to "
            f"{smallest}, half away from zero; prices are not rounded. {_example(of)}".strip()
        ),
    ]
    return Part("4", "Price", tuple(blocks))


def _charges(of: Subject) -> Iterator[str]:
    code, names = currency(of.currency), {each.meter: each.name for each in of.units}
    for charge in of.contract.usage:
        rate, read = charge.unit_rate, [names[meter] for meter in charge.meters if meter in names]
        what = listed(read) if read else spaced(charge.label)
        if rate is None or not _is_flat(charge):
            yield f"{what}: by Schedule 3"
            continue
        segment = segment_of(charge.unit_meter)
        per = charge.rate_label if segment is None else charge.rate_label.replace(f" ({segment.words})", "")
        fixed = format_rate(rate.center, code) if rate.fixed else _open(of, f"price {per}", rate)
        plain = per == f"per {unit_name(charge.unit_meter)}"
        yield (
            f"{what}: {fixed} each" if plain and read else f"{what}: {fixed} {per}{'' if plain else ', by Schedule 3'}"
        )


def _open(of: Subject, what: str, rate: Quantity) -> str:
    return of.blanks.of(f"{what}; the scenario states a range about {rate.center:.4g}")


def _is_flat(charge: Charge) -> bool:
    """Return whether one price holds for all units of a charge, or for all beyond what is free."""
    return isinstance(innermost(charge), Flat | IncludedUnits)


def flat_price(of: Subject) -> Decimal | None:
    """Return the price of a unit where one holds for all of them over the whole term, else None."""
    usage = of.contract.usage
    rate = usage[0].unit_rate if len(usage) == 1 and isinstance(usage[0], Flat) else None
    if rate is None or not rate.fixed or _MOVING & of.spec.model_fields_set or len(of.units) > 1:
        return None
    return Decimal(repr(rate.center)) * Decimal(repr(of.contract.rate_factor))


def _example(of: Subject) -> str:
    at, code = flat_price(of), currency(of.currency)
    if at is None:
        return ""
    exact = at * _EXAMPLE
    told = f"{round_money(exact, code):,}"
    return f"Example: {_EXAMPLE:,} Units at {format_rate(at, code)} are {told} {code.code}."


def period(of: Subject) -> Part:
    """Return section 5."""
    final = of.final_after_hours
    blocks = [
        Clause(
            "A Billing Period is a calendar month in the Time Zone: from its first instant, which belongs to it, to "
            "the first instant of the next, which does not. Schedule 5 has the bounds."
        ),
        Clause(
            "What a Conversation counts for belongs to the Billing Period in which the Conversation was opened "
            "(opened_at), whatever happens to its Case in other Billing Periods."
        ),
    ]
    if final is None:
        blocks += [
            Clause(
                "No Unit is final before the Term ends, because a Return changes it however late it comes. An invoice "
                "counts as the Record stands when it is made; what a later Return removes is credited on the invoice "
                "of the Billing Period in which that Return was opened."
            )
        ]
    elif final:
        blocks += [
            Clause(
                f"A Unit is final {number(final)} hours after its Conversation was opened; no later Return changes it."
            ),
            Clause(
                f"An invoice is made no earlier than {number(final)} hours after its Billing Period ends. One that is "
                "made earlier is preliminary: what differs once all its Units are final is credited or charged on the "
                "next invoice."
            ),
        ]
    else:
        blocks.append(
            Clause("No later Conversation changes what was counted; an invoice may follow its Billing Period at once.")
        )
    return Part("5", "Billing Period", tuple(blocks))
