"""Where two contracts cost the same, as it is told: where which of them is cheaper, by three figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.decisions.breakeven.numbers import Answer, Breakeven, Crossing, Name, Point, Stretch
from simulator.forecast.verdict import LEAST_DIFFERENCE
from simulator.report.blocks.contract import titles
from simulator.report.blocks.price_standing import AS, Standing, price_standing
from simulator.report.charts.base import cut
from simulator.report.studies.breakeven_chart import Pair, breakeven_chart
from simulator.report.studies.breakeven_values import Values, values_of_axis
from simulator.report.studies.told import MustRead, Table, Told
from simulator.report.words.figures import one_unit, percents, whole
from simulator.report.words.sentences import as_subject, capital, in_sentence

if TYPE_CHECKING:
    from simulator.forecast.forecast import Forecast

ROWS: Final = 8
"""Values of the table of costs, beside that of the scenario."""
LONGEST: Final = 24
HEADS: Final[dict[Name, str]] = {
    "mean": "equal on average",
    "p90": "equal at P90",
    "nine_in_ten": "first in nine of ten",
    "other_nine_in_ten": "second in nine of ten",
}
FIRST: Final = "first"
SECOND: Final = "second"
FIGURES: Final[dict[Name, str]] = {"mean": "on average", "p90": "at P90", "nine_in_ten": "in nine of ten futures"}
METHODS: Final = {
    "prices": "All prices of use are multiplied alike; fees, minimums and packs stay. Human work stays as it is.",
    "volume": "The volume is varied on the same futures: all that is counted in a month is multiplied, prices and "
    "terms stay. That is exact on average; the chance of single conversations is multiplied too, though it evens out "
    "in more of them.",
    "terms": "The contracts are billed anew on the same futures at each value; no conversation hangs on it.",
    "expected": "{count} values were simulated, in {futures} futures with the same draws each; between them each "
    "future's cost is interpolated. Conversations are expected ones, with the chance of single ones as in the run.",
    "sampled": "{count} values were simulated, in {futures} futures with the same draws each, few because a definition "
    "here has no expected value; between them each future's cost is interpolated.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Words:
    """What the texts of an answer are made of; `stands` is who stands behind the price of the first contract."""

    found: Breakeven
    values: Values
    pair: Pair
    falls: bool
    stands: Standing

    def text(self, crossing: Crossing) -> str:
        """Return where a crossing is, with digits enough to tell it from the others.

        A price below which a contract is cheaper is rounded down, and one above which the other is surely, up.
        """
        at, here = crossing.at.value, self.found.here
        surely = any(each is crossing for each in self.found.answer("other_nine_in_ten").crossings)
        price = self.values.from_on(at, here) if surely else self.values.up_to(at, here)
        if price is not None:
            return price
        every = [each.at.value for answer in self.found.answers for each in answer.crossings]
        return self.values.told([*every, self.found.here])[every.index(crossing.at.value)]

    @property
    def here(self) -> str:
        """Where the scenario stands, with digits enough to tell it from every crossing."""
        every = [each.at.value for answer in self.found.answers for each in answer.crossings]
        return self.values.told([*every, self.found.here])[-1]

    @property
    def reach(self) -> str:
        """Between which values it was looked for."""
        low, high = sorted(map(self.values.at, (self.found.low, self.found.high)))
        first, last = self.values.texts([low, high])
        return f"{first} to {last} {self.values.words}".strip()


def breakeven_told(found: Breakeven, forecast: Forecast) -> Told:
    """Return a break-even in words."""
    words = _words(found, forecast)
    return Told(
        question=f"Where do {in_sentence(words.pair.titles[0])} and {in_sentence(words.pair.titles[1])} cost the same?",
        answer=_sentence(words, forecast.scenario.currency),
        tables=(_levels(words), _costs(words, forecast.scenario.currency)),
        notes=tuple(_notes(words)),
        draw=partial(breakeven_chart, found, words.values, words.pair, forecast.scenario, _title(words)),
    )


def _words(found: Breakeven, forecast: Forecast) -> _Words:
    named = titles(forecast)
    both = (found.contract, found.against)
    first, second = (forecast.contracts[name].contract for name in both)
    pair = Pair(
        (named[found.contract], named[found.against]),
        (cut(first.short_title or first.title, LONGEST), cut(second.short_title or second.title, LONGEST)),
    )
    values = values_of_axis(found.over, found, forecast.scenario)
    falls = values.at(found.high) < values.at(found.low)
    return _Words(found, values, pair, falls, price_standing(forecast.scenario, found.contract))


def _sentence(words: _Words, code: str) -> str:
    """Return where the contract is cheaper than the other by each figure, and where the scenario stands."""
    first, other = words.pair.titles
    lead, than = capital(as_subject(first)), in_sentence(other)
    return f"{lead} {_where(words, than)}; {_stands(words)}{_there(words, code)}."


def _where(words: _Words, than: str) -> str:
    answers = [words.found.answer(name) for name in FIGURES]
    if all(each.equal for each in answers):
        return f"costs the same as {than} at all of {words.reach}"
    if any(each.crossings for each in answers):
        parts = [f"{figure} {_stretches(words.found.answer(name), words)}" for name, figure in FIGURES.items()]
        return f"is cheaper than {than} {', '.join(parts[:2])} and {parts[2]}"
    reach = f"from {words.reach}"
    if all(each.holds for each in answers):
        return f"is cheaper than {than} on average, at P90 and in nine of ten futures, at everything {reach}"
    if not any(each.holds for each in answers):
        surely = ", in nine of ten futures" if words.found.answer("other_nine_in_ten").holds else ""
        return f"is dearer than {than} on average and at P90{surely}, at everything {reach}"
    yes, no = ([figure for name, figure in FIGURES.items() if bool(words.found.answer(name).holds) is holds]
               for holds in (True, False))  # fmt: skip
    return f"is cheaper than {than} {' and '.join(yes)}, but not {' and '.join(no)}, at everything {reach}"


def _stretches(answer: Answer, words: _Words) -> str:
    """Return where an answer is yes: "below $0.72 per resolution"; with the words of the unit at its first figure."""
    if not answer.holds:
        return "nowhere"
    texts = [_stretch(each, words) for each in (reversed(answer.holds) if words.falls else answer.holds)]
    unit = f" {words.values.words}" if answer.name == "mean" and words.values.words else ""
    return f"{' and '.join(texts)}{unit}"


def _stretch(stretch: Stretch, words: _Words) -> str:
    start, end = (stretch.end, stretch.start) if words.falls else (stretch.start, stretch.end)
    if start is None and end is None:
        return "everywhere"
    texts = [words.text(each) for each in (start, end) if each is not None]
    if start is not None and end is not None:
        return f"between {texts[0]} and {texts[1]}"
    return f"{'below' if start is None else 'above'} {texts[0]}"


def _stands(words: _Words) -> str:
    found, here = words.found, words.here
    if found.over == "price":
        return f"it is {AS[words.stands]} at {here}"
    if found.over == "volume":
        return f"{here} are expected"
    middle = ", the middle of its range" if found.uncertain else ""
    return f'the scenario has {here} for "{words.values.name}"{middle}'


def _there(words: _Words, code: str) -> str:
    """Return how far both are apart where the scenario stands, and that it is a toss-up where that is below 1 %."""
    point = next((each for each in words.found.points if each.at == words.found.here), None)
    if point is None:
        return ""
    gap = point.mean - point.other_mean
    if gap == 0 and point.cheaper == 0:
        return ", where both cost the same"
    apart = f"{whole(abs(gap), code)} {'less' if gap < 0 else 'more'} on average"
    (share,) = percents([point.cheaper], against=[0, 1])
    toss = ": a toss-up" if _level(point) else ""
    return f", where it costs {apart} and is the cheaper one in {share} of the futures{toss}"


def _level(point: Point) -> bool:
    """Whether the means are closer than what the verdict tells apart."""
    return abs(point.mean - point.other_mean) < LEAST_DIFFERENCE * max(abs(point.mean), abs(point.other_mean))


def _title(words: _Words) -> str:
    """Return the message of the figure."""
    first, other = (in_sentence(cut(each, 45)) for each in words.pair.titles)
    crossings = words.found.answer("mean").crossings
    if not crossings:
        holds = words.found.answer("mean").holds
        return capital(f"{first} is {'cheaper' if holds else 'dearer'} than {other} on average wherever we look")
    at = list(map(words.text, crossings))
    unit = f" {words.values.words}" if words.values.words else ""
    where = " and ".join(at[:4])
    return capital(f"{first} costs as much as {other} on average at {where}{unit}")


def _levels(words: _Words) -> Table:
    """Return a row for each crossing, and one for a figure without any."""
    rows = [row for answer in words.found.answers for row in _rows(answer, words)]
    return Table(
        ("Level", f"at\n{_unit(words)}", "95 % interval", "cheaper\nbelow it", "cheaper\nabove it"),
        tuple(rows),
        title=f"First: {words.pair.titles[0]}. Second: {words.pair.titles[1]}.",
        texts=(3, 4),
    )


def _rows(answer: Answer, words: _Words) -> Iterator[tuple[str, ...]]:
    name = HEADS[answer.name]
    if not answer.crossings:
        side = "both alike" if answer.equal else _side(answer, words, bool(answer.holds))
        yield (name, "nowhere", "", side, side)
    for crossing in reversed(answer.crossings) if words.falls else answer.crossings:
        rises = crossing.dearer_above != words.falls
        holds_below = rises if answer.name != "other_nine_in_ten" else not rises
        sides = (_side(answer, words, each) for each in (holds_below, not holds_below))
        yield (name, words.text(crossing), _interval(crossing, words), *sides)


def _side(answer: Answer, words: _Words, holds: bool) -> str:
    """Return which contract is cheaper where an answer is yes, or no."""
    if answer.name in ("mean", "p90"):
        return FIRST if holds else SECOND
    return (SECOND if answer.name == "other_nine_in_ten" else FIRST) if holds else "neither"


def _interval(crossing: Crossing, words: _Words) -> str:
    at = crossing.at
    if at.low is None or at.high is None:
        return "not told"
    low, high = sorted(map(words.values.at, (at.low, at.high)))
    first, last = words.values.texts([low, high])
    return f"{first} to {last}"


def _costs(words: _Words, code: str) -> Table:
    """Return what both contracts cost at some values, the scenario's marked."""
    points = words.found.points
    wanted = np.linspace(0, len(points) - 1, ROWS).round().astype(int)
    here = next((place for place, each in enumerate(points) if each.at == words.found.here), None)
    places = sorted({*map(int, wanted), *([] if here is None else [here])}, reverse=words.falls)
    some = [points[place] for place in places]
    money = one_unit(
        [amount for each in some for amount in (each.mean, each.other_mean, each.p90, each.other_p90)], code
    )
    shares = percents([each.cheaper for each in some], against=[0, 1])
    rows = tuple(
        (at, *money[4 * row : 4 * row + 4], share)
        for row, (at, share) in enumerate(zip(words.values.told([each.at for each in some]), shares, strict=True))
    )
    return Table(
        (
            capital(_unit(words)), "first\nexpected", "second\nexpected", "first\nP90", "second\nP90",
            "first\ncheaper in",
        ),
        rows,
        title=f"What both cost, by {words.values.name}{_aside(words)}",
        marked=None if here is None else places.index(here),
        star="where the scenario stands",
    )  # fmt: skip


def _aside(words: _Words) -> str:
    return f" ({words.values.words})" if words.values.words else ""


def _unit(words: _Words) -> str:
    """Return what the values are, as a heading has room for it."""
    return cut(words.values.words or words.values.name, LONGEST)


def _notes(words: _Words) -> Iterator[str]:
    found = words.found
    yield METHODS[found.method].format(count=len(found.simulated), futures=f"{found.futures:,}")
    yield (
        "First, or second, in nine of ten: up to or from there it is cheaper in nine of ten futures; between the two "
        "neither is: each costs less in more than one future of ten. Intervals say what the number of futures leaves "
        "open, and nothing of the inputs."
    )
    if found.over == "price":
        yield MustRead(
            "These are break-evens of two contracts, whether or not each keeps the budget. Above which price to walk "
            "away is another question, against what would be signed instead: `simulate deal`."
        )
    if any(_untold(each.crossings) for each in found.answers):
        yield MustRead(
            "An interval is not told where the two bills hardly part around it, or where it would reach beyond "
            f"{words.reach}, between which was looked."
        )
    if found.over == "price" and not found.answer("nine_in_ten").holds:
        yield MustRead(
            "Cheaper in nine of ten futures nowhere: fees, minimums and commitments in money stay, so that in more "
            "than one future of ten the contract costs more than the other even at a price of use of 0."
        )
    if found.over == "volume" and not any(each.crossings for each in found.answers):
        yield "Where both bills grow in proportion to the volume, no volume changes which one is cheaper."


def _untold(crossings: Sequence[Crossing]) -> bool:
    return any(each.at.low is None for each in crossings)
