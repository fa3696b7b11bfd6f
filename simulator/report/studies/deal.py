"""Where a deal lies, in words: the counter-offer with what each side gains, the prices, and who carries the spread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from simulator.decisions.deal import Carried, Deal
from simulator.decisions.deal.prices import PricePoint
from simulator.decisions.same_futures import SameFutures
from simulator.decisions.worth import Estimate
from simulator.report.blocks.contract import has_one_price, titles
from simulator.report.studies.told import Table, Told
from simulator.report.studies.worth_bars import WorthBar, worth_bars
from simulator.report.words.figures import compact, figures, percents, price_at_most, short_rate
from simulator.report.words.sentences import capital, in_sentence

HALF: Final = 0.5
MOST: Final = 15
"""Contracts in the table of who carries the spread."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What contracts of a scenario are called, and how the price of the one that is asked about is told.

    Attributes:
        one_price: whether the unit price says what its use costs.
    """

    contracts: Mapping[str, str]
    currency: str
    unit_label: str
    one_price: bool
    horizon: str

    def price(self, point: PricePoint) -> str:
        """Return a price without its unit; where there is none, the share of today's prices."""
        if point.unit_price is None:
            return f"{percents([point.factor])[0]} of its prices"
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


def deal_told(found: Deal, futures: SameFutures) -> Told:
    """Return where a deal lies, as it is told."""
    forecast = futures.forecast
    months = futures.scenario.months
    offered = Offered(
        contracts=titles(forecast),
        currency=futures.scenario.currency,
        unit_label=found.unit_label,
        one_price=has_one_price(forecast.contracts[found.contract].contract),
        horizon="a year" if months == 12 else "over 1 month" if months == 1 else f"over {months} months",
    )
    bars = [
        WorthBar(f"{_what(each, offered)}: {offered.price(each)}", each.pays, in_part=each.kind in ("offer", "own"))
        for each in points(found)
    ]
    return Told(
        question=f"Where does a deal on {in_sentence(offered.contracts[found.contract])} lie?",
        answer=deal_answer(found, offered),
        tables=(_prices(found, offered), _spread(found, offered)),
        notes=tuple(_notes(found, offered)),
        draw=lambda form: worth_bars(_title(found, offered), _subtitle(found, offered), bars, offered.currency, form),
    )


def points(found: Deal) -> list[PricePoint]:
    """Return all prices, the lowest first."""
    extra = [each for each in (found.offer, found.own) if each is not None]
    return sorted([*found.floors, found.asked, *extra, *found.ceilings], key=lambda each: each.factor)


def deal_answer(found: Deal, offered: Offered) -> str:
    """Return the counter-offer with what each side gains at it, or why there is none."""
    name = in_sentence(offered.contracts[found.contract])
    if found.offer is None:
        return _no_offer(found, offered, name)
    offer, top = found.offer, _top(found)
    (kept,) = percents([found.margin], against=[0, 1])
    floor = next((each for each in found.floors if each.margin == found.margin), None)
    below = offered.price(floor) if floor is not None else offered.price(offer)
    pays, keeps = figures([offer.pays.value, abs(offer.keeps.value)], offered.currency)
    where = "as asked" if top.kind == "asked" else f"at which it costs what {_other(top, offered)} does"
    return (
        f"For {name}, offer {offered.priced(offer)}: halfway between {below}, at which the vendor keeps {kept} of its "
        f"invoice above what the models cost it in nine of ten futures, and {offered.price(top)} {where}. "
        f"At it you pay {pays} {offered.horizon} on average{_gain(offer, found, offered)}, and the vendor "
        f"{'keeps' if offer.keeps.value >= 0 else 'loses'} {keeps} above the models' cost.{_walk_away(found, offered)}"
    )


def _gain(offer: PricePoint, found: Deal, offered: Offered) -> str:
    if offer.gains is None or found.alternative is None:
        return ""
    (gain,) = figures([abs(offer.gains.value)], offered.currency)
    less = "less" if offer.gains.value >= 0 else "more"
    return f", {gain} {less} than {in_sentence(offered.contracts[found.alternative])}"


def _walk_away(found: Deal, offered: Offered) -> str:
    top = _ceiling(found)
    if top is None or top.unit_price is None:
        return ""
    least = price_at_most(top.unit_price, offered.currency, found.asked.unit_price or 0.0)
    return f" Walk away above {least}: there {_other(top, offered)} costs as much."


def _no_offer(found: Deal, offered: Offered, name: str) -> str:
    top, asked = _ceiling(found), offered.priced(found.asked)
    if found.asked.unit_price is None:
        return (
            f"There is no price to haggle over: {capital(name)} bills nothing by use, so that fees alone are left to "
            "negotiate."
        )
    if not found.floors:
        return f"At no price does {name} pay for the models, because its bill is capped below that. It asks {asked}."
    if top is None:
        return (
            f"No price of {name} ties with another contract, so that there is no ceiling but the {asked} that is asked."
        )
    (kept,) = percents([found.margin], against=[0, 1])
    return (
        f"There is no price of {name} at which the vendor keeps {kept} in nine of ten futures and you pay no more than "
        f"for {_other(top, offered)}, which ties at {offered.priced(top)}. Take a lower margin with --margin, or the "
        "other contract."
    )


def _ceiling(found: Deal) -> PricePoint | None:
    """Return the tie with the alternative."""
    return next((each for each in found.ceilings if each.kind == "ceiling" and each.other == found.alternative), None)


def _top(found: Deal) -> PricePoint:
    """Return the upper end of the offer: what is asked, or the tie with the alternative where that is less."""
    top = _ceiling(found)
    return found.asked if top is None or found.asked.factor <= top.factor else top


def _other(point: PricePoint, offered: Offered) -> str:
    return in_sentence(offered.contracts[str(point.other)])


def _what(point: PricePoint, offered: Offered) -> str:
    """Return what a price is, for a table."""
    if point.kind == "floor":
        sure = "in half of the futures" if point.sure == HALF else "in nine of ten"
        kept = "models paid" if not point.margin else f"vendor keeps {percents([point.margin])[0]}"
        return f"{kept} {sure}"
    if point.kind in ("ceiling", "ceiling_p90"):
        at = "" if point.kind == "ceiling" else " at P90"
        return f"ties{at} with {_other(point, offered)}"
    return {
        "offer": "counter-offer, halfway",
        "asked": "as asked",
        "own": "your price",
        "budget": "budget kept in nine of ten",
        "today": "with people's work, costs what today does",
    }[point.kind]


def _prices(found: Deal, offered: Offered) -> Table:
    code, shown = offered.currency, points(found)
    rows = tuple(
        (
            _what(each, offered),
            offered.price(each),
            compact(each.pays.value, code),
            compact(each.p90, code),
            "n/a" if each.gains is None else compact(each.gains.value, code),
            compact(each.keeps.value, code),
        )
        for each in shown
    )
    against = "" if found.alternative is None else f"; you save against {_short(found.alternative, offered)}"
    return Table(
        columns=("", "price", "you pay\non average", "P90", "you save", "vendor keeps\nabove models"),
        rows=rows,
        title=f"Prices {offered.unit}, and what each side has {offered.horizon}{against}:",
        marked=next((place for place, each in enumerate(shown) if each.kind == "offer"), None),
        star="the counter-offer",
    )


def _short(name: str, offered: Offered) -> str:
    return in_sentence(offered.contracts[name])


def _spread(found: Deal, offered: Offered) -> Table:
    first = [each for each in found.carried if each.contract == found.contract]
    rows = [*first, *(each for each in found.carried if each.contract != found.contract)][:MOST]
    code = offered.currency
    return Table(
        columns=(
            "", "invoice\nP10 to P90", "sd of\ninvoice", "sd of what\nvendor keeps", "1 % more solved\nmoves the bill",
        ),
        rows=tuple(
            (
                offered.contracts[each.contract],
                f"{compact(each.p10, code)} to {compact(each.p90, code)}",
                "n/a" if each.sd is None else compact(each.sd, code),
                "n/a" if each.kept_sd is None else compact(each.kept_sd, code),
                _rise(each),
            )
            for each in rows
        ),
        title="Who carries the spread, and whose bill follows true solving:",
    )  # fmt: skip


def _rise(each: Carried) -> str:
    return "n/a" if each.elasticity is None else f"{_even(each.elasticity.value)} %{_about(each.elasticity)}"


def _about(rise: Estimate) -> str:
    half = None if rise.low is None or rise.high is None else (rise.high - rise.low) / 2
    return "" if half is None or half < 0.005 else f" (±{half:.2f})"


def _even(value: float) -> str:
    return f"{0.0 if abs(value) < 0.005 else value:+.2f}"


def _notes(found: Deal, offered: Offered) -> Iterator[str]:
    own = next(each for each in found.carried if each.contract == found.contract)
    yield _widest(found, offered)
    if not offered.one_price:
        yield (
            "All prices for use move alike; fees, minimums and caps stay. The price that is told is the first one, or "
            "the charge for use of an average conversation."
        )
    yield (
        "Models' cost is their public price for the tokens of the conversations. The vendor has other costs, which are "
        "not known here; the margins are what it keeps for them."
    )
    yield _carries(own, offered)
    if own.elasticity is None:
        yield (
            "How the bill follows true solving is not told, because something here can be counted conversation by "
            "conversation only, or nothing is billed."
        )
    else:
        yield (
            "The last column is the change in percent of the mean invoice where the AI itself solves 1 % more cases, "
            "all else equal, by expected values of the same futures at lower and higher odds of solving. Near 1 the "
            "vendor is paid for what it solves; at 0 or below it is not."
        )


def _widest(found: Deal, offered: Offered) -> str:
    """Say how far means are known, from the number of futures alone."""
    halves = [
        (each.high - each.low) / 2
        for point in points(found)
        if point.kind != "today"
        for each in (point.pays, point.gains, point.keeps)
        if each is not None and each.low is not None and each.high is not None
    ]
    if not halves:
        return "One future says nothing of how far these means are known."
    (most,) = figures([max(halves)], offered.currency)
    return (
        f"Means in the table are known to {most} or better, that of today left out (95 %, from the number of futures "
        "alone); `--json` has the interval of each. Floors are prices that are enough in so many of the futures."
    )


def _carries(own: Carried, offered: Offered) -> str:
    if not own.sd or own.kept_sd is None:
        return "The invoice does not vary over the futures, so that nobody carries a spread."
    share = percents([own.kept_sd / own.sd])[0]
    if own.kept_sd <= own.sd:
        return (
            f"Of this contract the spread of what the vendor keeps is {share} of that of the invoice: what the invoice "
            "varies by you carry, and the vendor gains or loses nearly as much; its own cost varies little."
            if own.kept_sd > 0.8 * own.sd
            else f"Of this contract the spread of what the vendor keeps is {share} of that of the invoice: you carry "
            "what it varies by, because the bill follows the vendor's cost."
        )
    return (
        f"Of this contract the spread of what the vendor keeps is {share} of that of the invoice: the vendor carries "
        "more than you, because its cost moves and the bill does not follow."
    )


def _title(found: Deal, offered: Offered) -> str:
    name = in_sentence(offered.contracts[found.contract])
    if found.offer is None:
        return f"No counter-offer for {name} between what the vendor needs and what you may pay"
    return f"A deal at {offered.priced(found.offer)} lies between what the vendor needs and what you may pay"


def _subtitle(found: Deal, offered: Offered) -> str:
    name = in_sentence(offered.contracts[found.contract])
    return f"What you pay {offered.horizon} on average for {name} at each price; lines are 95 % intervals"
