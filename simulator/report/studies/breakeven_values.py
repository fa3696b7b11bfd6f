"""Values of the axis of a break-even in the unit in which people know them: a price, a volume, a share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from simulator.decisions.breakeven.held import number_named
from simulator.report.blocks.natural_units import natural_unit
from simulator.report.blocks.plain_names import plain_name
from simulator.report.words.figures import count, percents, price_at_least, price_at_most, rate
from simulator.report.words.natural_words import amounts

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario


@dataclass(frozen=True, slots=True)
class Values:
    """How the values of an axis are told.

    Attributes:
        name: of what is varied: "price", "volume", "customers confirm a solved case".
        words: what the figures are of: "per resolution", "conversations a month".
        at: from a value of the axis to the figure that is shown.
        texts: figures that stand side by side as text.
        priced_in: currency of a price that decides which contract is cheaper; empty where nothing is to be rounded one
            way.
    """

    name: str
    words: str
    at: Callable[[float], float]
    texts: Callable[[Sequence[float]], list[str]]
    priced_in: str = ""

    def up_to(self, value: float, here: float) -> str | None:
        """Return a price rounded down, as that to walk away above is everywhere; None where it is no price.

        Args:
            here: another value of the axis that it must not look like.
        """
        return price_at_most(self.at(value), self.priced_in, self.at(here)) if self.priced_in else None

    def from_on(self, value: float, here: float) -> str | None:
        """Return a price rounded up, likewise."""
        return price_at_least(self.at(value), self.priced_in, self.at(here)) if self.priced_in else None

    def told(self, values: Sequence[float]) -> list[str]:
        """Return values of the axis as text, without words."""
        return self.texts([self.at(each) for each in values])

    def one(self, value: float) -> str:
        """Return a value of the axis as text, with its words."""
        return " ".join(filter(None, (self.told([value])[0], self.words)))


class _Offered(Protocol):
    """A contract of which price or volume is varied: its unit price, what that is for, and conversations a month."""

    @property
    def price(self) -> float | None: ...
    @property
    def price_label(self) -> str: ...
    @property
    def conversations(self) -> float: ...


def values_of_axis(over: str, found: _Offered, scenario: Scenario) -> Values:
    """Return how the values of an axis are told.

    Args:
        over: `price`, `volume`, `share`, or the path of a number.
        found: of the contracts whose price or volume it is.
    """
    code = scenario.currency
    if over == "price":
        price = found.price
        if price is None or price == 0:
            return Values("price", "of the prices of use as offered", lambda factor: factor, percents)
        return Values("price", found.price_label, lambda factor: price * factor, lambda some: prices(some, code), code)
    if over == "share":
        return Values("share billed", "of conversations", lambda share: share, percents)
    if over == "volume":
        return Values("volume", "conversations a month", lambda times: times * found.conversations, counts)
    number = number_named(over, scenario)
    unit, name = natural_unit(number, scenario), plain_name(number.name, scenario)
    if unit.measure == "share":
        return Values(name, unit.words, unit.at, percents)
    if unit.measure == "money":
        return Values(name, unit.words, unit.at, lambda some: prices(some, unit.currency or code))
    return Values(name, unit.words, unit.at, amounts)


def prices(some: Sequence[float], code: str) -> list[str]:
    """Return prices that stand side by side: three digits, more where those that differ would look alike."""
    return [rate(float(text), code) for text in _digits(some)]


def _digits(some: Sequence[float]) -> list[str]:
    """Return numbers with three digits, or more until those that differ do."""
    for digits in range(3, 10):
        texts = [f"{each:.{digits}g}" for each in some]
        if len(set(texts)) == len(set(some)):
            break
    return texts


def counts(some: Sequence[float]) -> list[str]:
    """Return numbers of conversations; with more digits where those that differ would look alike."""
    short = [count(each) for each in some]
    if len(set(short)) == len(set(some)):
        return short
    return [f"{float(text):,.0f}" if float(text) >= 100 else f"{float(text):g}" for text in _digits(some)]
