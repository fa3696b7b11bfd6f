"""What the terms of a contract are worth to its buyer, one at a time and together: the numbers of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from simulator.decisions.clause_prices.moved_terms import Change, Said
from simulator.decisions.worth import Estimate, Worth

PRICES: Final = frozenset({"price", "charge_price", "overage_rate", "discount"})
"""Terms that are the price itself: what others are measured by is no answer to what to ask for."""
MINIMUMS: Final = frozenset({"yearly_minimum", "monthly_minimum"})
BINDING: Final = MINIMUMS | {"commitment"}
"""Terms that bind the buyer to use; given with a price that they buy."""
GROWING: Final = frozenset({"escalator", "definition_lock"})
"""Terms that cost more in each later year than a horizon shows, so that they are never called cheap."""


@dataclass(frozen=True, slots=True)
class EqualBill:
    """The price that leaves the expected invoice as it is.

    Attributes:
        factor: on all prices of use.
        unit_price: in the scenario's currency; None where there is no one price
            of use.
    """

    factor: float
    unit_price: float | None


@dataclass(frozen=True, slots=True)
class PricedChange:
    """A change of a contract and what it is worth to the buyer: positive where the invoice is lower with it.

    Attributes:
        cut, cut_on_average: the share off the price that is worth as much at P90 and on average, in proportion to 1 %
            off; negative for a rise; None where a lower price saves nothing there.
        equal_bill: of a changed definition; None for other terms, and where no price leaves the invoice as it is.
    """

    change: Change
    worth: Worth
    cut: float | None
    cut_on_average: float | None
    equal_bill: EqualBill | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether the invoice is the same with it in every future."""
        each = self.worth
        return each.mean.value == each.p90.value == each.tail.value == 0

    @property
    def is_free(self) -> bool:
        """Whether a vendor gains by it and it costs nothing: a minimum that no future falls below."""
        return self.is_nothing and self.change.term in MINIMUMS and self.binds_to_more

    @property
    def binds_to_more(self) -> bool:
        """Whether it is a minimum or a commitment that is new or higher than today's."""
        after, before = (_size(said) for said in (self.change.after, self.change.before))
        return self.change.term in BINDING and after > before


@dataclass(frozen=True, slots=True)
class Pair:
    """Two of the best terms.

    Attributes:
        first, second: their places among the best.
        both: what both are worth together.
        first_adds, second_adds: what one is worth once the other is granted.
        beyond: on average, what both are worth less the sum of the two alone: 0 where they act on different units,
            negative where they overlap.
        beyond_at_p90: the same of the P90s, which do not add up even where averages do.
    """

    first: int
    second: int
    both: Worth
    first_adds: Worth
    second_adds: Worth
    beyond: Estimate
    beyond_at_p90: float


@dataclass(frozen=True, slots=True)
class Share:
    """The share of one of the best terms in what all of them are worth together, by Shapley.

    Attributes:
        change: its place among all changes.
        mean, p90, tail: shares of the worth on average, at P90 and in the tail; each sums to it.
    """

    change: int
    mean: Estimate
    p90: float
    tail: float


@dataclass(frozen=True, slots=True)
class Together:
    """The best terms asked for together.

    Attributes:
        worth: of all of them.
    """

    worth: Worth
    shares: tuple[Share, ...]
    pairs: tuple[Pair, ...]

    def added_to(self, granted: int) -> dict[int, Worth]:
        """Return what each other term, by its place among the best, is worth once one of them is granted."""
        after = {pair.second: pair.second_adds for pair in self.pairs if pair.first == granted}
        return after | {pair.first: pair.first_adds for pair in self.pairs if pair.second == granted}


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A change that moves no bill of the horizon, because it acts later; that says nothing of what it is worth.

    Attributes:
        from_month: first month whose bill it can change.
    """

    change: Change
    from_month: int


@dataclass(frozen=True, slots=True)
class Owed:
    """What minimums and commitments still ask for on average if use stops after a month, in the scenario's currency.

    Attributes:
        alone: with the term given, all else as it is.
        beside: once the asks are granted too.
    """

    after_month: int
    alone: float
    beside: float


@dataclass(frozen=True, slots=True)
class Given:
    """A term that may be given for the asks, and what it is worth once they are granted.

    Attributes:
        change: its place among all changes.
        cheap_alone: whether it costs no more than 1 % off the price at any place as the contract stands.
        cheap: whether it does so there and once the asks are granted.
        beside: its worth once the asks are granted.
        owed: of a minimum or a commitment; None for other terms, and where the horizon ends before that month.
    """

    change: int
    cheap_alone: bool
    cheap: bool
    beside: Worth
    owed: Owed | None = None


@dataclass(frozen=True, slots=True)
class ClausePrices:
    """What each term of a contract is worth to its buyer.

    Attributes:
        contract: its name in the scenario.
        currency: of the amounts that the contract states; all that it is worth is in the scenario's.
        with_people: whether what people do instead of the AI is part of the cost, because a limit stops the AI.
        invoice: the mean, the P90 and the mean of the dearest 5 % as the contract stands.
        one_percent: what 1 % off all prices of use is worth; None where no use is billed.
        changes: from the one that is worth most at P90 to the one that costs most.
        empty: changes under which nothing would be billed in any future; they are no offer and not among the others.
        together: the best of different terms together; None with fewer than two that are worth something.
        unmeasured: changes that act after the horizon only; they are not among the others.
        given: what may be given for the asks: what is cheap alone, the cheapest first, minimums and commitments.
        commits: whether the contract has a commitment, a pack or a minimum already.
    """

    contract: str
    title: str
    currency: str
    with_people: bool
    invoice: tuple[float, float, float]
    one_percent: Worth | None
    changes: tuple[PricedChange, ...]
    together: Together | None
    empty: tuple[Change, ...] = ()
    unmeasured: tuple[Unmeasured, ...] = ()

    given: tuple[Given, ...] = ()
    commits: bool = False

    @property
    def asks(self) -> tuple[PricedChange, ...]:
        """What to ask for first, and next once that is granted; the price is what others are measured by."""
        first, then = first_ask(self.changes), self.next_ask
        return () if first is None else (first,) if then is None else (first, then[0])

    @property
    def granted(self) -> int:
        """The place among the best terms of what is asked for first."""
        best = () if self.together is None else self.together.shares
        terms = [self.changes[each.change].change.term for each in best]
        return next((place for place, term in enumerate(terms) if term not in PRICES), 0)

    @property
    def next_ask(self) -> tuple[PricedChange, Worth] | None:
        """The term that adds most at P90 once the first ask is granted, of the best ones; None where none adds."""
        together, place = self.together, self.granted
        if together is None:
            return None
        best = [self.changes[share.change] for share in together.shares]
        if best[place] is not first_ask(self.changes):
            return None
        added = [
            (best[other], adds)
            for other, adds in together.added_to(place).items()
            if best[other].change.term not in PRICES and adds.p90.value > 0
        ]
        return max(added, key=lambda one: one[1].p90.value, default=None)

    @property
    def cheap(self) -> tuple[PricedChange, ...]:
        """What a vendor gains by and what is cheap to give, alone and once the asks are granted, the cheapest first."""
        return tuple(self.changes[each.change] for each in self.given if each.cheap)


def first_ask(changes: Sequence[PricedChange]) -> PricedChange | None:
    """Return what to ask for first, of changes of which the best is the first; None where none lowers P90."""
    return next((each for each in changes if each.change.term not in PRICES and each.worth.p90.value > 0), None)


def cheap_alone(changes: Sequence[PricedChange], least: Worth | None) -> list[PricedChange]:
    """Return what a vendor gains by and what costs no more than 1 % off the price at any place, the cheapest first.

    Args:
        least: what 1 % off all prices of use is worth.
    """
    if least is None or least.p90.value <= 0:
        return []
    left_out = PRICES | GROWING
    given = [each for each in changes if each.change.term not in left_out and (each.is_free or _costs(each))]
    found = [each for each in given if costs_at_most(each.worth, least)]
    return sorted(found, key=lambda each: (-each.worth.mean.value, -each.worth.p90.value))


def costs_at_most(given: Worth, least: Worth) -> bool:
    """Return whether a term costs no more on average, at P90 and in the tail than another saves there."""
    return all(-getattr(given, at).value <= getattr(least, at).value for at in ("mean", "p90", "tail"))


def _costs(each: PricedChange) -> bool:
    """Return whether a change raises the invoice and lowers it nowhere."""
    places = (each.worth.mean.value, each.worth.p90.value, each.worth.tail.value)
    return min(places) < 0 and max(places) <= 0


def _size(said: Said) -> float:
    """Return the amount that a minimum or a commitment says, with its period or without; 0 where it says none."""
    amount = said[0] if isinstance(said, tuple) else said
    return amount if isinstance(amount, float | int) else 0.0
