"""What it is worth to know before signing, as one answer: what to ask for first, and what it is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from simulator.decisions.same_futures import SameFutures
from simulator.decisions.value import Assumption, Both, Countable, ValueOfKnowing
from simulator.decisions.value.information import Known
from simulator.forecast.forecast import offer
from simulator.forecast.verdict import NINE_OF_TEN
from simulator.report.blocks.contract import titles
from simulator.report.blocks.open_questions import judged, settled_first
from simulator.report.blocks.plain_names import plain_name
from simulator.report.studies.bill_words import bill_not_choice
from simulator.report.words.figures import figures, percents, rough
from simulator.report.words.observed_words import observed_name, request, what_to_ask
from simulator.report.words.sentences import capital, in_sentence
from simulator.scenario.stated.compiled_terms import compile_terms

LITTLE: Final = 0.001
"""Share of the expected cost below which knowing everything is worth no question."""
SETTLED: Final = 3
"""Open points that are named; more are counted."""
QUARTER: Final = 0.25
"""Share off the price at which the answer says what is left to find out."""
NEARLY: Final = 0.9
"""Share of the most valuable from which something that can be counted is asked for instead; of what knowing everything
is worth, above which a lower price leaves as much to find out."""


@dataclass(frozen=True, slots=True)
class Names:
    """What contracts, definitions and numbers of a scenario are called.

    Attributes:
        contracts: titles by name; `labels` are short.
        horizon: how amounts are over it, as in "a year".
        budget: the budget or budgets, as in "the budget of $450K"; None without one.
        keeps: in which share of the futures each contract keeps all budgets; empty without a budget.
        open: what is to be settled before the recommended contract is signed, in a few words each.
        moves: a sentence on inputs that move the bill and not the choice; empty where there are none.
    """

    contracts: Mapping[str, str]
    labels: Mapping[str, str]
    definitions: Mapping[str, str]
    assumptions: Mapping[str, str]
    currency: str
    horizon: str
    budget: str | None
    keeps: Mapping[str, float]
    open: Sequence[str]
    moves: str

    def of(self, each: Assumption | Countable) -> str:
        """Return what an assumption, or something that can be counted, is called."""
        if isinstance(each, Assumption):
            return f"assumed: {self.assumptions[each.name]}"
        return observed_name(each.kind, each.meter, self.definitions)


def names_of(found: ValueOfKnowing, futures: SameFutures) -> Names:
    """Return what all is called."""
    scenario = futures.scenario
    months, budget = scenario.months, scenario.budget
    return Names(
        contracts=titles(futures.forecast),
        labels={name: priced.contract.label for name, priced in futures.forecast.contracts.items()},
        definitions={name: each.title for name, each in compile_terms(scenario).definitions.items()},
        assumptions={each.name: plain_name(each.name, scenario) for each in found.assumptions},
        currency=scenario.currency,
        horizon="a year" if months == 12 else "over 1 month" if months == 1 else f"over {months} months",
        budget=None
        if budget is None
        else "all budgets"
        if budget.by_fiscal_year
        else f"the budget of {figures([budget.total], scenario.currency)[0]}",
        keeps={}
        if budget is None
        else {name: offer(name, priced, scenario).chance for name, priced in futures.forecast.contracts.items()},
        open=settled_first(judged(futures.forecast)),
        moves=bill_not_choice(found.moves, scenario, alone=True),
    )


def value_answer(found: ValueOfKnowing, names: Names) -> str:
    """Return what to ask for first and what it is worth, or that nothing is worth a question."""
    first = best(found)
    if found.everything.worth.value <= LITTLE * abs(found.expected) or first is None:
        return " ".join(filter(None, (_nothing(found, names), _to_settle(found, names))))
    both = found.both if found.countable and first == found.countable[0] else None
    asked = _one(found, first, names) if both is None else _two(found, first, both, names)
    parts = (asked, _at_less(found, names), _by_reading(found, names), _to_settle(found, names), _by_what(asked, names))
    return " ".join(filter(None, (*parts, names.moves)))


def _at_less(found: ValueOfKnowing, names: Names) -> str:
    """Say that a lower price leaves less to find out; under a minimum it need not."""
    middle = next((each for each in found.at_less if each.less == QUARTER), None)
    if middle is None or middle.known.worth.value > NEARLY * found.everything.worth.value:
        return ""
    worth, _ = rough([middle.known.worth.value, found.everything.worth.value], names.currency)
    (less,) = percents([middle.less])
    return f"The lower the price you get, the less there is to find out: at {less} less, {worth}."


def _to_settle(found: ValueOfKnowing, names: Names) -> str:
    """Say what is open before any signature, whatever is learnt."""
    if not names.open:
        return ""
    numbered = [f"({place}) {each}" for place, each in enumerate(names.open[:SETTLED], 1)]
    shown = "; ".join(numbered if len(names.open) > 1 else names.open)
    more = len(names.open) - SETTLED
    rest = f"; and {more} more that a run lists" if more > 0 else ""
    which = "" if found.now == found.recommended else f" of {in_sentence(names.contracts[found.recommended])}"
    return f"To settle before any signature{which}: {shown}{rest}."


def _one(found: ValueOfKnowing, first: Assumption | Countable, names: Names) -> str:
    whole, part = figures([found.everything.worth.value, first.known.worth.value], names.currency)
    known, turns = first.known, ""
    if known.instead is not None:
        turns = f", because {_turns(known, found, names)}"
    return (
        f"{_request(first, names)}: knowing it is worth up to {part} {names.horizon}, of {whole} "
        f"that knowing everything would be worth{turns}."
    )


def _two(found: ValueOfKnowing, first: Assumption | Countable, both: Both, names: Names) -> str:
    """Say what two things are worth alone and together; the choice turns where both are known."""
    second = both.second
    worths = [found.everything.worth, first.known.worth, second.known.worth, both.known.worth]
    whole, one, other, part = figures([each.value for each in worths], names.currency)
    if isinstance(first, Countable) and (first.kind == "volume") != (second.kind == "volume"):
        asked = request(second.kind, second.meter, names.definitions)
        beside = f"{asked[:1].lower()}{asked[1:]}"
    else:
        beside = f"for {what_to_ask(second.kind, second.meter, names.definitions)}"
    return (
        f"{_request(first, names)} (worth up to {one} {names.horizon}) and {beside} (up to {other}): "
        f"knowing both is worth up to {part}, of {whole} that knowing everything would be worth, because "
        f"{_turns(both.known, found, names)}."
    )


def _request(each: Assumption | Countable, names: Names) -> str:
    if isinstance(each, Assumption):
        return f'Find out "{names.assumptions[each.name]}"'
    return request(each.kind, each.meter, names.definitions)


def _turns(known: Known, found: ValueOfKnowing, names: Names) -> str:
    """Say in which share of the futures what is known turns the choice, and to what."""
    (share,) = percents([known.changes], against=[0, 1])
    often = ""
    if known.instead is not None:
        often = f", most often {in_sentence(names.contracts[known.instead])}{_kept_seldom(known.instead, names)}"
    now = in_sentence(names.contracts[found.now])
    return f"in {share} of the futures you would then sign another contract than {now}{often}"


def _kept_seldom(name: str, names: Names) -> str:
    """Say in how many futures a contract keeps the budget, where these are fewer than the verdict asks for."""
    chance = names.keeps.get(name)
    if chance is None or chance >= NINE_OF_TEN:
        return ""
    (share,) = percents([chance], against=[NINE_OF_TEN])
    return f", which keeps {names.budget} in only {share} of the futures"


def _by_reading(found: ValueOfKnowing, names: Names) -> str:
    """Say what reading tells, where that is how one of the things to ask for can be learnt."""
    reads = [each for each in found.learned if each.conversations is not None]
    first = best(found)
    asked = [first] if found.both is None or first not in found.countable[:1] else [first, found.both.second]
    if not reads or found.read is None or found.read not in asked:
        return ""
    middle = reads[len(reads) // 2]
    worth, cost, most = figures([middle.worth.value, middle.cost, found.read.known.worth.value], names.currency)
    of = "that" if len(asked) == 1 else f"the {most} of that share"
    return (
        f"Reading {middle.conversations:,} of its conversations gives {worth} of {of} for about {cost} of somebody's "
        "time."
    )


def _by_what(asked: str, names: Names) -> str:
    """Say that the verdict looks at more than the expected cost, where the answer does not say what else it finds."""
    if names.budget is None:
        return "This goes by expected cost, while the verdict goes by P90."
    if f"keeps {names.budget} in only" in asked:
        return ""
    return f"This goes by expected cost alone, and not by what keeps {names.budget}."


def _nothing(found: ValueOfKnowing, names: Names) -> str:
    now, everything = capital(in_sentence(names.contracts[found.now])), found.everything
    if len(names.contracts) == 1:
        return f"There is nothing to choose: {in_sentence(names.contracts[found.now])} is the only contract given."
    if everything.worth.value == 0:
        return (
            "Nothing is worth finding out before signing, as far as the bill goes: "
            f"{in_sentence(names.contracts[found.now])} costs least in every future."
        )
    (whole,) = figures([everything.worth.value], names.currency)
    if everything.worth.value <= LITTLE * abs(found.expected):
        return (
            f"Nothing is worth finding out before signing, as far as the bill goes: {now} costs least so often that "
            f"even knowing everything would save only {whole} {names.horizon} on average."
        )
    return (
        f"Knowing everything before signing would be worth {whole} {names.horizon}, but no single thing that can be "
        "found out is worth more than these futures can tell from nothing."
    )


def best(found: ValueOfKnowing) -> Assumption | Countable | None:
    """Return what is worth most; what can be counted is preferred to what stands behind it."""
    told = [each for each in single(found) if is_told(each)]
    if not told:
        return None
    most = max(each.known.worth.value for each in told)
    return next(each for each in told if each.known.worth.value >= NEARLY * most)


def single(found: ValueOfKnowing) -> list[Assumption | Countable]:
    """Return all single things, those that can be counted first."""
    return [*found.countable, *found.assumptions]


def is_told(each: Assumption | Countable) -> bool:
    return each.known.worth.told and each.known.worth.value > 0
