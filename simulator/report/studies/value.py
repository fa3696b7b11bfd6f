"""What it is worth to know before signing, in words: what to ask for first, and what learning costs and tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from simulator.decisions.same_futures import SameFutures
from simulator.decisions.value import Assumption, Countable, Learned, Pair, ValueOfKnowing
from simulator.decisions.value.bill_and_choice import LEAST_FUTURES
from simulator.decisions.value.information import Known
from simulator.decisions.worth import Estimate
from simulator.report.studies.told import MustRead, Table, Told
from simulator.report.studies.value_words import LITTLE, Names, best, is_told, names_of, single, value_answer
from simulator.report.studies.worth_bars import WorthBar, worth_bars
from simulator.report.words.figures import figures, percents, rough, short_rate
from simulator.report.words.sentences import capital, in_sentence

QUESTION: Final = "What is worth finding out before signing?"
SHOWN: Final = 5
"""Rows of a kind at most; what is left out is counted in a note."""
PAIRS: Final = 5
TWO: Final = "the two to ask for, together"
ALL: Final = "everything, months to come included"
ALL_TODAY: Final = "all uncertain inputs"
WEEKS: Final[Mapping[int, str]] = {1: "4 weeks", 3: "13 weeks"}


def value_told(found: ValueOfKnowing, futures: SameFutures) -> Told:
    """Return what it is worth to know before signing, as it is told."""
    names = names_of(found, futures)
    answer = value_answer(found, names)
    bars = [*_bars(found, names)]
    return Told(
        question=QUESTION,
        answer=answer,
        tables=(_main(found, names), *_learning(found, names), *_between(found, names)),
        notes=tuple(_notes(found, names, futures.results.trials)),
        draw=lambda form: worth_bars(_title(found, names), _subtitle(found, names), bars, names.currency, form),
    )


def _main(found: ValueOfKnowing, names: Names) -> Table:
    """Return what knowing each thing is worth, the most valuable first."""
    rows, code = [(ALL, found.everything)], names.currency
    if found.unknowns is not None:
        rows.append((ALL_TODAY, found.unknowns))
    rows += _shown(found, names)
    return Table(
        columns=("", "worth", "95 %\ninterval", "changes the\nchoice in"),
        rows=tuple(
            (name, *amounts, _changes(known))
            for (name, known), amounts in zip(
                rows, with_interval([known.worth for _, known in rows], code), strict=True
            )
        ),
        title=f"What knowing it is worth {names.horizon}, before signing {in_sentence(names.contracts[found.now])}:",
    )


def _shown(found: ValueOfKnowing, names: Names) -> list[tuple[str, Known]]:
    """Return the single things that are shown, with their names."""
    kinds: tuple[Sequence[Assumption | Countable], ...] = (found.countable, found.assumptions)
    each_kind = ([(names.of(each), each.known) for each in kind if is_told(each)][:SHOWN] for kind in kinds)
    both = [] if found.both is None else [(TWO, found.both.known)]
    return [*both, *(row for rows in each_kind for row in rows)]


def _changes(known: Known) -> str:
    return percents([known.changes], against=[0, 1])[0] if known.worth.told else "none"


def with_interval(worths: Sequence[Estimate], code: str) -> list[tuple[str, str]]:
    """Return what rows of a table are worth with their intervals, as text; n/a where there is none."""
    ends = [each for worth in worths for each in (worth.value, worth.low or 0.0, worth.high or 0.0)]
    texts = rough(ends, code)
    return [
        (texts[3 * place], _interval(worth, texts[3 * place + 1], texts[3 * place + 2]))
        for place, worth in enumerate(worths)
    ]


def _interval(worth: Estimate, low: str, high: str) -> str:
    if worth.low is None or worth.high is None:
        return "n/a"
    return "exact" if worth.low == worth.high else f"{low} to {high}"


def _learning(found: ValueOfKnowing, names: Names) -> Iterator[Table]:
    """Yield what learning costs and tells, where something can be learnt."""
    if not found.learned:
        return
    code = names.currency
    yield Table(
        columns=(
            "how to learn",
            "worth",
            "95 %\ninterval",
            "what it\ncosts",
            "net of\nthat",
            "net, its bill\nno extra",
        ),
        rows=tuple(
            (_way(each), *amounts, cost, net, without)
            for each, amounts, cost, net, without in zip(
                found.learned,
                with_interval([each.worth for each in found.learned], code),
                rough([each.cost for each in found.learned], code),
                rough([each.net for each in found.learned], code),
                rough([each.net_without_bill for each in found.learned], code),
                strict=True,
            )
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
    worths = with_interval([each.known.worth for each in shown], names.currency)
    yield Table(
        columns=("against", "worth knowing\neverything", "95 %\ninterval", "it costs less\nin"),
        rows=tuple(
            (names.contracts[each.against], *amounts, percents([each.share_cheaper], against=[0, 1])[0])
            for each, amounts in zip(shown, worths, strict=True)
        ),
        title=f"Between {in_sentence(names.contracts[found.recommended])} and one other contract alone:",
    )


def _shown_pairs(pairs: Sequence[Pair]) -> list[Pair]:
    return [each for each in pairs if each.known.worth.value > 0][:PAIRS]


def _notes(found: ValueOfKnowing, names: Names, trials: int) -> Iterator[str]:
    yield (
        "Worth is what is saved on average by signing what then costs least, against signing "
        f"{in_sentence(names.contracts[found.now])}, whose expected cost is the lowest; the budget plays no part. "
        "Each saving is counted in futures that did not help to find what then costs least; intervals are from the "
        "number of futures alone. What single things are worth does not add up. Changes the choice in: the share of "
        "the futures in which another contract would then be signed."
    )
    yield from _at_less(found, names)
    yield from _on_others(found, names)
    if found.now != found.recommended:
        yield MustRead(
            f"The verdict recommends {in_sentence(names.contracts[found.recommended])} for another reason than the "
            "expected cost. What that costs more on average is the price of its reason and no worth of knowing."
        )
    if found.unknowns is None:
        yield MustRead(_why_no_parts(names, trials))
    else:
        told = [is_told(each) for each in single(found)]
        left, more = len(told) - sum(told), sum(told) - _rows_shown(found)
        if left or more:
            yield _left_out(left, more)
    if found.read is not None:
        yield _of_reading(found, names)
    if any(each.months for each in found.learned):
        yield (
            "A pilot is the first weeks of the contract itself, in which all of this is counted; it costs their bill. "
            "The last column leaves that out, for a pilot in which the AI serves customers at a bill that would "
            "have come anyway; it costs time before signing either way."
        )


def _on_others(found: ValueOfKnowing, names: Names) -> Iterator[str]:
    """Yield which contract would be signed instead, where knowing a thing changes the choice."""
    by_contract: dict[str, list[str]] = {}
    for name, known in _shown(found, names):
        if known.instead is not None and known.worth.told:
            by_contract.setdefault(known.instead, []).append(name)
    if by_contract:
        most = max(by_contract, key=lambda each: len(by_contract[each]))
        parts = [f"{in_sentence(names.contracts[most])}"]
        parts += [
            f"where only one of these is known, {in_sentence(names.contracts[each])}: {', '.join(rows)}"
            for each, rows in by_contract.items()
            if each != most
        ]
        yield f"The other contract is most often {'; '.join(parts)}."


def _rows_shown(found: ValueOfKnowing) -> int:
    kinds: tuple[Sequence[Assumption | Countable], ...] = (found.countable, found.assumptions)
    return sum(min(sum(map(is_told, kind)), SHOWN) for kind in kinds)


def _left_out(left: int, more: int) -> str:
    parts = []
    if more:
        parts.append(f"{more} more {'is' if more == 1 else 'are'} worth less than those shown")
    if left:
        parts.append(f"{left} {'is' if left == 1 else 'are'} worth nothing that these futures can tell from 0")
    return f"Not shown: {' and '.join(parts)}."


def _at_less(found: ValueOfKnowing, names: Names) -> Iterator[str]:
    """Say what knowing everything is worth at lower prices of the contract that is signed now."""
    if not found.at_less or found.everything.worth.value <= 0:
        return
    shares, worths = percents([each.less for each in found.at_less]), [each.known.worth.value for each in found.at_less]
    parts = []
    for each, share, worth in zip(found.at_less, shares, rough(worths, names.currency), strict=True):
        price = "" if each.unit_price is None else f" ({short_rate(float(f'{each.unit_price:.3g}'), names.currency)})"
        parts.append(f"{worth} at {share} less{price}")
    yield (
        f"All of this holds at the price of {in_sentence(names.contracts[found.now])} as it stands. At a lower one "
        f"knowing everything is worth {', '.join(parts[:-1])} and {parts[-1]}."
    )


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
    whole, first = found.everything.worth.value, best(found)
    if first is None or whole <= LITTLE * abs(found.expected):
        return f"Knowing everything before signing is worth {figures([whole], names.currency)[0]} {names.horizon}"
    texts = figures([first.known.worth.value, whole], names.currency)
    return f"{capital(names.of(first))}: knowing it is worth {texts[0]} of {texts[1]} {names.horizon}"


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
