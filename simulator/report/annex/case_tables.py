"""Schedule 2 of an annex: the worked cases, run through its statements, with what each counts for and costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from simulator.contracts.metering.segments import Segment
from simulator.contracts.wording import number
from simulator.decisions.billed_cases import BilledCase, bill_worked_cases
from simulator.quantities.distributions import Quantity
from simulator.report.annex.counted import Counted
from simulator.report.annex.document import Block, Clause, Grid, Part, listed
from simulator.report.annex.subject import Subject
from simulator.report.words.figures import rate
from simulator.scenario.schema import Scenario

FEW: Final = 3
"""Units for which a table of worked cases has wide columns."""
GRID: Final = 7.0
NARROWEST: Final = 1.8
"""Parts of a table's width, all of them and those of what happens at least."""
_CASE_WORDS: Final = {
    "; the judge is not fooled": "; the automatic judge says: not resolved",
    "; the judge finds it resolved": "; the automatic judge says: resolved",
}


@dataclass(frozen=True, slots=True)
class Cases:
    """The worked cases on one topic and channel, as the contract bills them in a month that has nothing else in it."""

    intent: str
    channel: str
    billed: tuple[BilledCase, ...]

    def units(self, of: Subject) -> list[tuple[float, ...]]:
        """Return of each case how much it counts for of every unit, in the order of the units."""
        return [tuple(case.meters[unit.meter] for unit in of.units) for case in self.billed]


def billed_cases(of: Subject) -> tuple[Cases, ...]:
    """Return the worked cases on the most usual topic and its usual channel, and on those of each part priced apart."""
    places = _places(of.scenario)
    chosen = [places[0]]
    for unit in of.units:
        part = unit.segment
        if part is not None and not any(_holds(part, *place) for place in chosen):
            chosen += [place for place in places if _holds(part, *place)][:1]
    return tuple(Cases(*at, tuple(bill_worked_cases(_about(of, *at), defaultdict(float)))) for at in chosen)


def _places(scenario: Scenario) -> list[tuple[str, str]]:
    """Return all topics with all channels on which they come, the most usual topic and its usual channel first."""
    return [
        (name, channel)
        for name, intent in sorted(scenario.intents.items(), key=lambda each: -each[1].share.center)
        for channel, weight in sorted(_channels(scenario, name).items(), key=lambda each: -each[1].center)
        if weight.center > 0
    ]


def _channels(scenario: Scenario, intent: str) -> Mapping[str, Quantity]:
    """Return the weights of the channels of an intent."""
    return scenario.intents[intent].channels or {name: each.share for name, each in scenario.channels.items()}


def _holds(part: Segment, intent: str, channel: str) -> bool:
    pairs = ((part.intents, intent), (part.channels, channel))
    return all(chosen is None or chosen.holds(name) for chosen, name in pairs)


def _about(of: Subject, intent: str, channel: str) -> Scenario:
    """Return the scenario with this contract alone, an intent as its most usual and on one channel only."""
    intents = of.scenario.intents
    largest = max((each.share for each in intents.values()), key=lambda share: share.center)
    alone = {channel: _channels(of.scenario, intent)[channel]}
    first = {intent: intents[intent].model_copy(update={"share": largest, "channels": alone})}
    changed = {"contracts": {of.contract.name: of.spec}, "switches": {}, "intents": first | {
        name: each for name, each in intents.items() if name != intent
    }}  # fmt: skip
    return of.scenario.model_copy(update=changed)


def unbilled(of: Subject, cases: tuple[Cases, ...]) -> tuple[int, ...]:
    """Return the numbers of the worked cases that count for nothing, whatever their topic."""
    found = zip(*(each.units(of) for each in cases), strict=True)
    return tuple(place for place, units in enumerate(found, start=1) if not any(map(any, units)))


def worked_cases(of: Subject, cases: tuple[Cases, ...]) -> Part:
    """Return schedule 2."""
    blocks: list[Block] = [Clause(text) for text in _about_cases(of, cases)]
    for each in cases:
        if len(cases) > 1:
            blocks.append(Clause(f"Cases with the intent {each.intent} on the channel {each.channel}:"))
        shown = _shown(of, each)
        if len(shown) < len(of.units):
            left = [unit.name for place, unit in enumerate(of.units) if place not in shown]
            blocks.append(Clause(f"None of these cases counts for {listed(left, 'or')}."))
        blocks.append(_case_grid(of, each, shown))
    return Part("S2", "Worked cases", tuple(blocks))


def _shown(of: Subject, cases: Cases) -> tuple[int, ...]:
    """Return the places of the units that a table of cases shows: of many those alone that some case counts for."""
    units = range(len(of.units))
    if len(units) <= FEW:
        return tuple(units)
    counted = cases.units(of)
    return tuple(place for place in units if any(found[place] for found in counted))


def _case_grid(of: Subject, cases: Cases, shown: Sequence[int]) -> Grid:
    exchange = of.contract.exchange
    worth = 1.0 if exchange is None else exchange.rate.center
    later = sorted({month for case in cases.billed for month in case.later[of.contract.name]})
    charged = [f"charge, {of.currency}", *(f"from month {month}" for month in later)]
    heads = ("no.", "what happens", *(of.units[place].name for place in shown), *charged)
    rows = [
        (str(at), _words(case), *(_amount(of.units[place], units[place]) for place in shown),
         *_charges(of, case, later, worth))
        for at, (case, units) in enumerate(zip(cases.billed, cases.units(of), strict=True), start=1)
    ]  # fmt: skip
    longest = [max(len(row[place]) for row in rows) for place in range(2, 2 + len(shown))]
    amounts = [max(0.8 if len(shown) <= FEW else 0.62, 0.1 * each) for each in longest] + [1.0] * len(charged)
    shares = (0.35, max(GRID - 0.35 - sum(amounts), NARROWEST), *amounts)
    return Grid(heads, tuple(rows), shares, tuple(range(2, len(heads))))


def _amount(unit: Counted, units: float) -> str:
    """Return how much a case counts for; the record has whole tokens, and means of lengths have no further digits."""
    tokens = any(column.endswith("_tokens") for column in unit.columns)
    return number(round(units, 0 if tokens else 2 if unit.is_sum else 6))


def _charges(of: Subject, case: BilledCase, later: list[int], worth: float) -> list[str]:
    """Return what a case costs by use in the first month, and in each month in which another unit is billed."""
    name = of.contract.name
    bills = [case.bills[name], *(case.later[name][month] for month in later)]
    return [rate(round(bill.amount / worth, 6), of.currency) for bill in bills]


def _words(case: BilledCase) -> str:
    for ours, theirs in _CASE_WORDS.items():
        if case.case.words.endswith(ours):
            return case.case.words.removesuffix(ours) + theirs
    return case.case.words


def _about_cases(of: Subject, cases: tuple[Cases, ...]) -> Iterator[str]:
    yield (
        "Every case was run through the Statement of Schedule 1; what it counts for is the result. Hours run from the "
        "opening of a Conversation to that of the next, and nothing is true of a case that its words do not say: no "
        "review, no score, no action, no second ticket."
    )
    yield (
        "The charge is what the case costs by use in a month that has nothing else in it, at the prices of the first "
        "month and after discounts; fees, minimums and credits are left out. Where tiers, packages or included units "
        "make a price depend on the month's total, Schedule 3 says what it is in other months."
    )
    if any(unit.segment for unit in of.units):
        one = f"the intent {cases[0].intent} and the channel {cases[0].channel}"
        which = one if len(cases) == 1 else "the intent and the channel that stand above its table"
        yield f"What is counted depends on intent or channel. All Conversations of a case have {which}."
    if any(unit.is_sum for unit in of.units):
        yield (
            "Lengths (messages, minutes, tokens, actions) are means of the Buyer's forecast. They show how the charge "
            "is computed and bind nobody."
        )
