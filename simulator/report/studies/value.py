"""What it is worth to know before signing, in words: what to ask for first, and what learning costs and tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from simulator.decisions.same_futures import SameFutures
from simulator.decisions.value import LEAST_FUTURES, Assumption, Countable, Learned, Pair, ValueOfKnowing
from simulator.decisions.value.information import Known
from simulator.decisions.worth import Estimate
from simulator.report.blocks.contract import titles
from simulator.report.blocks.plain_names import plain_name
from simulator.report.studies.told import Table, Told
from simulator.report.studies.worth_bars import WorthBar, worth_bars
from simulator.report.words.figures import compact, figures, percents
from simulator.report.words.observed_words import observed_name, request
from simulator.report.words.sentences import capital, in_sentence
from simulator.scenario.stated.compiled_terms import compile_terms

QUESTION: Final = "What is worth finding out before signing?"
SHOWN: Final = 5
"""Rows of a kind at most; what is left out is counted in a note."""
PAIRS: Final = 5
LITTLE: Final = 0.001
"""Share of the expected cost below which knowing everything is worth no question."""
NEARLY: Final = 0.9
"""Share of the most valuable from which something that can be counted is asked for instead."""
ALL: Final = "everything, months to come included"
ALL_TODAY: Final = "all uncertain inputs"
WEEKS: Final[Mapping[int, str]] = {1: "4 weeks", 3: "13 weeks"}


@dataclass(frozen=True, slots=True)
class Names:
    """What contracts, definitions and numbers of a scenario are called.

    Attributes:
        contracts: titles by name; `labels` are short.
        horizon: how amounts are over it, as in "a year".
    """

    contracts: Mapping[str, str]
    labels: Mapping[str, str]
    definitions: Mapping[str, str]
    assumptions: Mapping[str, str]
    currency: str
    horizon: str

    def of(self, each: Assumption | Countable) -> str:
        """Return what an assumption, or something that can be counted, is called."""
        if isinstance(each, Assumption):
            return f"assumed: {self.assumptions[each.name]}"
        return observed_name(each.kind, each.meter, self.definitions)


def value_told(found: ValueOfKnowing, futures: SameFutures) -> Told:
    """Return what it is worth to know before signing, as it is told."""
    names = _names(found, futures)
    answer = value_answer(found, names)
    bars = [*_bars(found, names)]
    return Told(
        question=QUESTION,
        answer=answer,
        tables=(_main(found, names), *_learning(found, names), *_between(found, names)),
        notes=tuple(_notes(found, names, futures.results.trials)),
        draw=lambda form: worth_bars(_title(found, names), _subtitle(found, names), bars, names.currency, form),
    )


def _names(found: ValueOfKnowing, futures: SameFutures) -> Names:
    scenario = futures.scenario
    months = scenario.months
    return Names(
        contracts=titles(futures.forecast),
        labels={name: priced.contract.label for name, priced in futures.forecast.contracts.items()},
        definitions={name: each.title for name, each in compile_terms(scenario).definitions.items()},
        assumptions={each.name: plain_name(each.name, scenario) for each in found.assumptions},
        currency=scenario.currency,
        horizon="a year" if months == 12 else "over 1 month" if months == 1 else f"over {months} months",
    )


def value_answer(found: ValueOfKnowing, names: Names) -> str:
    """Return what to ask for before anything else and what it is worth, or that nothing is worth a question."""
    everything, now = found.everything.worth, in_sentence(names.contracts[found.now])
    best = _best(found)
    if everything.value <= LITTLE * abs(found.expected) or best is None:
        return _nothing(found, names)
    whole, part = figures([everything.value, best.known.worth.value], names.currency)
    then = ""
    if best.known.instead is not None:
        (share,) = percents([best.known.changes], against=[0, 1])
        then = (
            f", because in {share} of the futures you would then sign another contract than {now}, most often "
            f"{in_sentence(names.contracts[best.known.instead])}"
        )
    first = (
        f'Find out "{names.assumptions[best.name]}"'
        if isinstance(best, Assumption)
        else request(best.kind, best.meter, names.definitions)
    )
    return (
        f"{first} before anything else: knowing it is worth up to {part} {names.horizon}, of {whole} that knowing "
        f"everything would be worth{then}.{_by_reading(found, names)}"
    )


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


def _best(found: ValueOfKnowing) -> Assumption | Countable | None:
    """Return what is worth most; what can be counted is preferred to what stands behind it."""
    told = [each for each in _single(found) if _is_told(each)]
    if not told:
        return None
    most = max(each.known.worth.value for each in told)
    return next(each for each in told if each.known.worth.value >= NEARLY * most)


def _single(found: ValueOfKnowing) -> list[Assumption | Countable]:
    """Return all single things, those that can be counted first."""
    return [*found.countable, *found.assumptions]


def _is_told(each: Assumption | Countable) -> bool:
    return each.known.worth.told and each.known.worth.value > 0


def _by_reading(found: ValueOfKnowing, names: Names) -> str:
    """Say what reading tells, where that is how the best can be learnt."""
    best = _best(found)
    reads = [each for each in found.learned if each.conversations is not None]
    if not reads or not isinstance(best, Countable) or found.read is None or best.meter != found.read.meter:
        return ""
    middle = reads[len(reads) // 2]
    worth, cost = figures([middle.worth.value, middle.cost], names.currency)
    return (
        f" Reading {middle.conversations:,} of its conversations gives {worth} of that for about {cost} of somebody's "
        "time."
    )


def _main(found: ValueOfKnowing, names: Names) -> Table:
    """Return what knowing each thing is worth, the most valuable first."""
    rows = [(ALL, found.everything)]
    if found.unknowns is not None:
        rows.append((ALL_TODAY, found.unknowns))
    rows += _shown(found, names)
    return Table(
        columns=("", "worth", "95 %\ninterval", "another contract,\nmost often"),
        rows=tuple(
            (
                name,
                compact(known.worth.value, names.currency),
                between(known.worth, names.currency),
                _then(known, names),
            )
            for name, known in rows
        ),
        title=f"What knowing it is worth {names.horizon}, before signing {in_sentence(names.contracts[found.now])}:",
        texts=(3,),
    )


def _shown(found: ValueOfKnowing, names: Names) -> list[tuple[str, Known]]:
    """Return the single things that are shown, with their names."""
    kinds: tuple[Sequence[Assumption | Countable], ...] = (found.countable, found.assumptions)
    each_kind = ([(names.of(each), each.known) for each in kind if _is_told(each)][:SHOWN] for kind in kinds)
    return [row for rows in each_kind for row in rows]


def _then(known: Known, names: Names) -> str:
    return "none" if known.instead is None or not known.worth.told else names.labels[known.instead]


def between(worth: Estimate, code: str) -> str:
    """Return an interval as text; n/a where there is none."""
    if worth.low is None or worth.high is None:
        return "n/a"
    return "exact" if worth.low == worth.high else f"{compact(worth.low, code)} to {compact(worth.high, code)}"


def _learning(found: ValueOfKnowing, names: Names) -> Iterator[Table]:
    """Yield what learning costs and tells, where something can be learnt."""
    if not found.learned:
        return
    code = names.currency
    yield Table(
        columns=("how to learn", "worth", "95 %\ninterval", "what it\ncosts"),
        rows=tuple(
            (_way(each), compact(each.worth.value, code), between(each.worth, code), compact(each.cost, code))
            for each in found.learned
        ),
        title="What learning gives, and what it costs:",
    )


def _way(each: Learned) -> str:
    if each.conversations is not None:
        return f"read {each.conversations:,} conversation{'' if each.conversations == 1 else 's'}"
    assert each.months is not None
    return f"a pilot of {WEEKS.get(each.months, f'{each.months} months')}"


def _between(found: ValueOfKnowing, names: Names) -> Iterator[Table]:
    """Yield what knowing everything is worth between the recommended contract and each other one."""
    shown = _shown_pairs(found.pairs)
    if not shown:
        return
    yield Table(
        columns=("against", "worth knowing\neverything", "95 %\ninterval", "it costs less\nin"),
        rows=tuple(
            (
                names.contracts[each.against],
                compact(each.known.worth.value, names.currency),
                between(each.known.worth, names.currency),
                percents([each.share_cheaper], against=[0, 1])[0],
            )
            for each in shown
        ),
        title=f"Between {in_sentence(names.contracts[found.recommended])} and one other contract alone:",
    )


def _shown_pairs(pairs: Sequence[Pair]) -> list[Pair]:
    return [each for each in pairs if each.known.worth.value > 0][:PAIRS]


def _notes(found: ValueOfKnowing, names: Names, trials: int) -> Iterator[str]:
    yield (
        "Worth is what is saved on average by signing what then costs least, against signing "
        f"{in_sentence(names.contracts[found.now])}, whose expected cost is the lowest. Each saving is counted in "
        "futures that did not help to find what then costs least; intervals are from the number of futures alone. What "
        "single things are worth does not add up."
    )
    if found.now != found.recommended:
        yield (
            f"The verdict recommends {in_sentence(names.contracts[found.recommended])} for another reason than the "
            "expected cost. What that costs more on average is the price of its reason and no worth of knowing."
        )
    if found.unknowns is None:
        yield _why_no_parts(names, trials)
    else:
        told = [_is_told(each) for each in _single(found)]
        left, more = len(told) - sum(told), sum(told) - _rows_shown(found)
        if left or more:
            yield _left_out(left, more)
    if found.read is not None:
        yield _of_reading(found, names)
    if any(each.months for each in found.learned):
        yield (
            "A pilot is the first weeks of the contract itself, in which all of this is counted; it costs their bill, "
            "which is not extra where the AI then serves customers, but it costs that time too."
        )


def _rows_shown(found: ValueOfKnowing) -> int:
    kinds: tuple[Sequence[Assumption | Countable], ...] = (found.countable, found.assumptions)
    return sum(min(sum(map(_is_told, kind)), SHOWN) for kind in kinds)


def _left_out(left: int, more: int) -> str:
    parts = []
    if more:
        parts.append(f"{more} more {'is' if more == 1 else 'are'} worth less than those shown")
    if left:
        parts.append(f"{left} {'is' if left == 1 else 'are'} worth nothing that these futures can tell from 0")
    return f"Not shown: {' and '.join(parts)}."


def _why_no_parts(names: Names, trials: int) -> str:
    if len(names.contracts) == 1:
        return "With one contract there is no choice that knowing could change; add another one under [contracts]."
    if trials < LEAST_FUTURES:
        return f"{trials:,} futures are too few to tell what single things are worth; {LEAST_FUTURES} are the least."
    return (
        "No number of this scenario is given as a range, so that nothing is left to find out but what months bring. "
        "Give what you do not know as a range, as in { p5 = 0.2, p95 = 0.4 }."
    )


def _of_reading(found: ValueOfKnowing, names: Names) -> str:
    assert found.read is not None
    (hour,) = figures([found.per_hour], names.currency)
    return (
        f"Reading counts the {names.of(found.read)} among conversations like yours, at {found.minutes:g} minutes each "
        f"and {hour} an hour. A few conversations leave chance in the share, so reading is worth less than knowing it; "
        "a customer unlike you tells less still."
    )


def _title(found: ValueOfKnowing, names: Names) -> str:
    whole, best = found.everything.worth.value, _best(found)
    if best is None or whole <= LITTLE * abs(found.expected):
        return f"Knowing everything before signing is worth {figures([whole], names.currency)[0]} {names.horizon}"
    texts = figures([best.known.worth.value, whole], names.currency)
    return f"{capital(names.of(best))}: knowing it is worth {texts[0]} of {texts[1]} {names.horizon}"


def _subtitle(found: ValueOfKnowing, names: Names) -> str:
    return (
        f"What is saved on average {names.horizon} by knowing before signing "
        f"{in_sentence(names.contracts[found.now])}; lines are 95 % intervals, hatched what a few conversations tell"
    )


def _bars(found: ValueOfKnowing, names: Names) -> Iterator[WorthBar]:
    yield WorthBar(ALL, found.everything.worth)
    if found.unknowns is not None:
        yield WorthBar(ALL_TODAY, found.unknowns.worth)
    yield from (WorthBar(name, known.worth) for name, known in _shown(found, names))
    yield from (WorthBar(_way(each), each.worth, in_part=True) for each in found.learned)
