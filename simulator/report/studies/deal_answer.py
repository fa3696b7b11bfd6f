"""The counter-offer with what each side gains at it and where to walk away, as one answer; or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from simulator.decisions.deal import MARGIN, Deal
from simulator.decisions.deal.prices import PricePoint
from simulator.report.blocks.price_standing import Standing
from simulator.report.studies.deal_words import Offered, ceiling_of, offered_at_minimum
from simulator.report.words.figures import figures, percents
from simulator.report.words.sentences import capital, in_sentence

BRIEF: Final[Mapping[Standing, str]] = {
    "quoted": "quoted",
    "published": "published, no quote",
    "assumed": "at an assumed price",
}


def deal_answer(found: Deal, offered: Offered) -> str:
    """Return the counter-offer with what each side gains at it, or why there is none."""
    name = in_sentence(offered.contracts[found.contract])
    if found.offer is None:
        return _no_offer(found, offered, name)
    offer = found.offer
    pays, keeps = figures([offer.pays.value, abs(offer.keeps.value)], offered.currency)
    return (
        f"For {name}, offer {_offer(found, offered)}. At it you pay {pays} {offered.horizon} on average"
        f"{_gains(found, offered)}, and the vendor {'keeps' if offer.keeps.value >= 0 else 'loses'} {keeps} above the "
        f"models' cost.{_walk_away(found, offered)}"
    )


def _offer(found: Deal, offered: Offered) -> str:
    """Return the price that is offered, with what it lies between, or that a minimum decides below it."""
    assert found.offer is not None  # asked only where there is one
    priced = offered.priced(found.offer)
    if offered_at_minimum(found):
        return f"{priced} and no less, and negotiate the {offered.owes}: below that price it decides the bill"
    top = _top(found)
    where = "" if top.kind == "asked" else f", at which it costs what {offered.other(top)} does"
    upper = f"the {offered.listed}" if top.kind == "asked" else offered.price(top)
    return f"{priced}: halfway between {_lowest(found, offered)} and {upper}{where}"


def _lowest(found: Deal, offered: Offered) -> str:
    """Return where the offer begins; a margin that no floor was told of has no price here."""
    floor = next((each for each in found.floors if each.margin == found.margin), None)
    where = "the price" if floor is None else offered.price(floor)
    which = "where fees alone leave" if floor is not None and floor.factor == 0 else "which leaves"
    if not found.margin:
        return f"{where}, which pays for the models alone,"
    (kept,) = percents([found.margin], against=[0, 1])
    assumed = "an assumed " if found.margin == MARGIN else ""
    return f"{where}, {which} the vendor {assumed}{kept} for its other costs,"


def _gains(found: Deal, offered: Offered) -> str:
    """Return what is saved at the offer: against the price as it stands, and against an alternative below that."""
    offer, top = found.offer, ceiling_of(found)
    assert offer is not None  # asked only where there is one
    against = {f"as {offered.word}": found.asked.pays.value - offer.pays.value}
    if offer.gains is not None and found.alternative is not None and not (top and top.factor > 1):
        against[in_sentence(offered.contracts[found.alternative])] = offer.gains.value
    amounts = figures([abs(each) for each in against.values()], offered.currency)
    parts = [
        f"{amount} {'less' if gain >= 0 else 'more'} than {name}"
        for amount, (name, gain) in zip(amounts, against.items(), strict=True)
    ]
    return f", {' and '.join(parts)}"


def _walk_away(found: Deal, offered: Offered) -> str:
    """Return above which price to leave, who stands behind it, and that nobody leaves at the price as it stands."""
    top, away = ceiling_of(found), offered.walk_away(found)
    if top is None or away is None:
        return ""
    split = ", a split not counted (`simulate split`)" if found.can_split else ""
    costs = f"{offered.other(top)} ({BRIEF[offered.rests]}) costs as much{split}"
    if top.factor <= 1:
        return f" Walk away above {away}: there {costs}."
    no_reason = f"which is above the {offered.listed}: no reason to leave at that price"
    return f" Walk away above {away}, {no_reason}. There {costs}."


def _no_offer(found: Deal, offered: Offered, name: str) -> str:
    top, asked = ceiling_of(found), offered.priced(found.asked)
    if found.asked.unit_price is None:
        return (
            f"There is no price to haggle over: {capital(name)} bills nothing by use, so that fees alone are left to "
            "negotiate."
        )
    if found.minimum is not None and found.minimum.factor >= _top(found).factor:
        return _minimum_alone(found, offered, name)
    if not found.floors:
        return (
            f"At no price does {name} pay for the models, because its bill is capped below that. It costs {asked} as "
            f"{offered.word}."
        )
    if top is None:
        return (
            f"No price of {name} ties with another contract, so that there is no ceiling but the {asked} "
            f"{offered.word}."
        )
    (kept,) = percents([found.margin], against=[0, 1])
    return (
        f"There is no price of {name} at which the vendor keeps {kept} in nine of ten futures and you pay no more than "
        f"for {offered.other(top)}, which ties at {offered.priced(top)}. Take a lower margin with --margin, or the "
        "other contract."
    )


def _minimum_alone(found: Deal, offered: Offered, name: str) -> str:
    """Say that a lower price is worth little, because a minimum decides the bill already."""
    assert found.minimum is not None  # asked only where there is one
    (owed,) = figures([found.owed], offered.currency)
    here = f", and so at the {offered.listed}," if found.minimum.factor >= 1 else ""
    return (
        f"Negotiate the {offered.owes} of {name}, not its price: below {offered.priced(found.minimum)}{here} the "
        f"{offered.owes} decides the bill, because {owed} {offered.horizon} is owed whatever is used."
        f"{_walk_away(found, offered)}"
    )


def _top(found: Deal) -> PricePoint:
    """Return the upper end of the offer: what is asked, or the tie with the alternative where that is less."""
    top = ceiling_of(found)
    return found.asked if top is None or found.asked.factor <= top.factor else top
