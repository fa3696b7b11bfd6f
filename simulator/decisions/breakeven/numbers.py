"""What is found out about where two contracts cost the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simulator.decisions.worth import Estimate
from simulator.forecast.priced import Measure

Method = Literal["prices", "volume", "terms", "expected", "sampled"]
"""How costs at another value come about.

prices: closed form, or the settlement of charges at other prices; volume: all meters times a factor; terms: another
contract on the same futures; expected, sampled: some values are simulated, of expected or of sampled conversations.
"""
Name = Literal["mean", "p90", "nine_in_ten", "other_nine_in_ten"]
"""Equal means, equal P90s, the contract cheaper in nine of ten futures, the other one cheaper in nine of ten."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A value at which two contracts are level.

    Attributes:
        at: the value with its sampling interval: without one where the bills hardly part there, or it would reach
            beyond the values that were looked at.
        dearer_above: whether it is above it, and not below, that the contract costs more than the other one.
        price: the unit price there, over the price of a contract that has one.
    """

    at: Estimate
    dearer_above: bool
    price: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Values between which an answer is yes; None at an end beyond which nothing was looked at."""

    start: Crossing | None
    end: Crossing | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the answers.

    Attributes:
        crossings: all of them, in rising order.
        holds: where the contract is cheaper by this figure; of `other_nine_in_ten` where the other one is.
        equal: whether both are the same at every value.
    """

    name: Name
    crossings: tuple[Crossing, ...]
    holds: tuple[Stretch, ...]
    equal: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """What two contracts cost at a value.

    Attributes:
        price: the unit price there, over the price of a contract that has one.
        cheaper: share of the futures in which the contract costs less than the other.
    """

    at: float
    mean: float
    other_mean: float
    p90: float
    other_p90: float
    cheaper: float
    price: float | None = None


@dataclass(frozen=True, slots=True)
class Breakeven:
    """Where a contract costs as much as another.

    Attributes:
        over: `price`, `volume`, or the dotted path of a number.
        of: what is compared: what contracts are ranked by.
        here: where the scenario stands: 1 for price and volume, which are factors; the stated or middle value else.
        uncertain: whether the scenario does not know the number, and has a range in the place of `here`.
        low, high: between which values it was looked for.
        conversations: handled conversations of a month at `here`, on average.
        price: the unit price at `here` and what it is for, over the price of a contract that has one.
        futures: on which costs at other values are.
        simulated: values that were simulated, in rising order; between them costs are interpolated.
        answers: by the order of their names.
        points: the scenario as it is among them.
    """

    contract: str
    against: str
    over: str
    of: Measure
    method: Method
    here: float
    uncertain: bool
    low: float
    high: float
    conversations: float
    price: float | None
    price_label: str
    futures: int
    simulated: tuple[float, ...]
    answers: tuple[Answer, ...]
    points: tuple[Point, ...]

    def answer(self, name: Name) -> Answer:
        """Return one of the answers."""
        return next(each for each in self.answers if each.name == name)
