"""What a deal's prices are called, and what stands directly under its answer: what is no fallback, what it pays for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from simulator.contracts import Contract
from simulator.decisions.deal import Deal
from simulator.decisions.deal.fallbacks import PassedOver
from simulator.decisions.deal.prices import PricePoint
from simulator.report.blocks.price_standing import AS, WORDS, Standing
from simulator.report.studies.told import MustRead
from simulator.report.words.figures import figures, percents, price_at_most, short_rate
from simulator.report.words.sentences import as_subject, capital, in_sentence

HALF: Final = 0.5
AT_MOST: Final = ("ceiling", "ceiling_p90", "budget", "today", "minimum")
LITTLE: Final = 0.1
MUCH: Final = 0.8
"""Percent of the bill for 1 % more solved, from which on a bill hardly follows solving, and follows it wholly."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What contracts of a scenario are called, and how the price of the one that is asked about is told.

    Attributes:
        one_price: whether the unit price says what its use costs.
        asked: the unit price as it stands; None where there is none.
        stands, rests: who stands behind its price, and behind that of the alternative.
        owes: what is owed whatever is used, as in "minimum".
        minimum: the factor on prices below which that decides the bill; None where it does not.
    """

    contracts: Mapping[str, str]
    currency: str
    unit_label: str
    asked: float | None
    one_price: bool
    horizon: str
    passed_over: Collection[str]
    stands: Standing
    rests: Standing
    owes: str
    minimum: float | None

    @property
    def word(self) -> str:
        """What the price as it stands is, in one word: "listed"."""
        return AS[self.stands]

    @property
    def listed(self) -> str:
        """The price as it stands, as in "$0.45 listed"; without one, "prices listed"."""
        price = "prices" if self.asked is None else short_rate(self.asked, self.currency)
        return f"{price} {self.word}"

    def price(self, point: PricePoint) -> str:
        """Return a price without its unit; where there is none, the share of today's prices.

        What the buyer may pay is rounded down, in the table as in the sentence.
        """
        if point.unit_price is None:
            return f"{percents([point.factor])[0]} of its prices"
        if point.kind in AT_MOST or point.factor == self.minimum:
            return price_at_most(point.unit_price, self.currency, self.asked or 0.0)
        exact = point.kind in ("asked", "own")
        return short_rate(point.unit_price if exact else float(f"{point.unit_price:.3g}"), self.currency)

    def priced(self, point: PricePoint) -> str:
        """Return a price with its unit."""
        if point.unit_price is None:
            return f"{percents([point.factor])[0]} of its prices for use"
        return f"{self.price(point)} {self.unit}"

    @property
    def unit(self) -> str:
        """What the price is for, as in "per handled conversation"."""
        return self.unit_label.removesuffix(", other prices in proportion")

    def other(self, point: PricePoint) -> str:
        """Return the contract with which a price ties."""
        return in_sentence(self.contracts[str(point.other)])

    def walk_away(self, found: Deal) -> str | None:
        """Return the price above which to walk away; None where there is none."""
        top = ceiling_of(found)
        return None if top is None or top.unit_price is None else self.price(top)


def ceiling_of(found: Deal) -> PricePoint | None:
    """Return the tie with the alternative."""
    return next((each for each in found.ceilings if each.kind == "ceiling" and each.other == found.alternative), None)


def offered_at_minimum(found: Deal) -> bool:
    """Whether the offer is the price below which a minimum decides the bill."""
    return found.offer is not None and found.minimum is not None and found.offer.factor == found.minimum.factor


def owes(contract: Contract) -> str:
    """Return what of a contract is owed whatever is used."""
    terms = contract.settlement
    if terms.monthly_minimum is not None or terms.yearly_minimum is not None:
        return "minimum"
    return "amount bought in advance" if terms.commitment is None else "commitment"


def what(point: PricePoint, found: Deal, offered: Offered) -> str:
    """Return what a price is, for a table."""
    if point.kind == "floor":
        sure = "in half of the futures" if point.sure == HALF else "in nine of ten"
        kept = "models paid" if not point.margin else f"vendor keeps {percents([point.margin])[0]}"
        return f"{kept} {sure}"
    if point.kind in ("ceiling", "ceiling_p90"):
        at = "" if point.kind == "ceiling" else " at P90"
        passed = "; no fallback" if point.other in offered.passed_over else ""
        return f"ties{at} with {offered.other(point)}{passed}"
    return {
        "minimum": f"the {offered.owes} decides below",
        "offer": f"counter-offer, {'not below the ' + offered.owes if offered_at_minimum(found) else 'halfway'}",
        "below": f"{percents([1 - point.factor])[0]} less than {offered.word}",
        "asked": f"as {offered.word}",
        "own": "your price",
        "budget": "budget kept in nine of ten",
    }[point.kind]


def under(found: Deal, offered: Offered) -> Iterator[str]:
    """Yield what the answer holds under: who stands behind prices, what is no fallback, and what the bill pays for."""
    yield from _backed(found, offered)
    if found.minimum is not None and found.offer is not None:
        (owed,) = figures([found.owed], offered.currency)
        yield MustRead(
            f"Below {offered.priced(found.minimum)} the {offered.owes} decides the bill, because {owed} "
            f"{offered.horizon} is owed whatever is used: negotiate the {offered.owes} there, not the price."
        )
    if found.passed_over:
        yield MustRead(_no_fallback(found.passed_over, found, offered))
    if found.can_split:
        away = offered.walk_away(found)
        yield (
            "A split of the conversations between two contracts is not counted as a fallback: it is one only if both "
            "vendors hold their prices for their parts alone. `simulate split` says at which price one contract alone "
            "would cost as much"
            f"{'' if away is None else f'; without it the price to walk away above is {away}'}."
        )
    yield from _pays_for(found, offered)


def _backed(found: Deal, offered: Offered) -> Iterator[str]:
    """Say who stands behind the price of the contract, and behind that on which the price to walk away above rests."""
    own, top, first = offered.stands, ceiling_of(found), in_sentence(offered.contracts[found.contract])
    if top is None or own == offered.rests:
        if own != "quoted":
            both = "" if top is None else f" and that of {offered.other(top)}, on which the price to walk away rests,"
            yield MustRead(
                f"The price of {first}{both} {'is' if top is None else 'are'} {WORDS[own]}: ask for "
                f"{'a quote' if top is None else 'quotes'} before you rely on {'it' if top is None else 'them'}."
            )
        return
    yield MustRead(
        f"The price of {first} is {WORDS[own]}; that of {offered.other(top)}, on which the price to walk away rests, "
        f"is {WORDS[offered.rests]}: ask for a quote before you rely on {'it' if own == 'quoted' else 'them'}."
    )


def _no_fallback(passed: tuple[PassedOver, ...], found: Deal, offered: Offered) -> str:
    """Say why the cheapest contract that is passed over is no fallback, and how many more there are."""
    first, code = passed[0], offered.currency
    name = capital(as_subject(offered.contracts[first.contract]))
    start = (
        f"{name} costs less on average"
        if first.unit_price is None
        else f"{name} costs less on average from {price_at_most(first.unit_price, code, offered.asked or 0.0)} on"
        f"{f', and so at the {offered.listed}' if (first.factor or 0) < 1 else ''}"
    )
    more = len(passed) - 1
    also = (
        f" Nor {'is' if more == 1 else 'are'} {more} more that cost less: {_names(passed[1:], offered)}."
        if more
        else ""
    )
    return f"{start}, but is no fallback: {_reason(first, found, offered)}.{also}"


def _names(some: tuple[PassedOver, ...], offered: Offered) -> str:
    names = "; ".join(in_sentence(offered.contracts[each.contract]) for each in some[:3])
    return names if len(some) <= 3 else f"{names}; and others"


def _reason(passed: PassedOver, found: Deal, offered: Offered) -> str:
    kept = "" if passed.chance is None else percents([passed.chance], against=[0.9])[0]
    if passed.why == "budget":
        return f"it keeps the budget in {kept} of the futures, fewer than nine of ten"
    best = in_sentence(offered.contracts[str(found.alternative)])
    if passed.why == "less_often":
        return f"it keeps the budget in {kept} of the futures, fewer than {best} does"
    if passed.why == "p90":
        return f"without a budget the lowest P90 is taken, and its P90 is above that of {best}"
    return f"the verdict takes {best} before it, because the two are too close to call or its unit cannot be recounted"


def _pays_for(found: Deal, offered: Offered) -> Iterator[str]:
    """Say whether the bill of the contract follows what the AI solves."""
    own = next(each for each in found.carried if each.contract == found.contract)
    if own.elasticity is None:
        return
    rise = own.elasticity.value
    name = capital(as_subject(offered.contracts[found.contract]))
    if rise > LITTLE:
        pays = "the vendor is paid for what it solves" + ("" if rise >= MUCH else ", in part")
        yield f"{name} bills {rise:.2g} % more where the AI itself solves 1 % more: {pays}."
    elif rise < -LITTLE:
        yield (
            f"{name} bills {-rise:.2g} % less where the AI itself solves 1 % more: the vendor is not paid for solving, "
            "and loses by it."
        )
    else:
        yield (f"{name} bills nearly the same where the AI itself solves 1 % more: the vendor is not paid for solving.")
