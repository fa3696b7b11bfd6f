"""What may be given for what is asked: priced with the asks granted, because it is given for them.

A minimum that costs nothing at today's price can be dear once the asks lower the invoice, and what is owed on leaving
rises with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from simulator import risk
from simulator.decisions.clause_prices.clause_worths import (
    ClausePrices,
    Given,
    Owed,
    PricedChange,
    cheap_alone,
    costs_at_most,
    first_ask,
)
from simulator.decisions.clause_prices.drafts import Draft, Drafts
from simulator.decisions.clause_prices.moved_terms import Alternative, Change
from simulator.decisions.clause_prices.priced_drafts import ONE_PERCENT, PricedDrafts
from simulator.decisions.clause_prices.together import added
from simulator.decisions.commitment.committed_bills import owed_by_month
from simulator.decisions.worth import Worth

MOST: Final = 3
"""Terms that are cheap alone and are priced beside the asks."""
LEFT: Final = 6
"""Month after which use stops where it is told what is owed then."""

Found: TypeAlias = tuple[Alternative, PricedChange]
GivenDrafts: TypeAlias = Mapping[tuple[tuple[Change, ...], Change | None], Draft]
"""Drafts by the asks that they have, and by what is given for them; None where nothing is."""


def given_drafts(
    found: Sequence[Found], best: Sequence[Alternative], least: Worth | None, drafts: Drafts
) -> GivenDrafts:
    """Draft what may be given, alone and beside each pair of asks that the answer may come to.

    Args:
        found: the best first.
        best: the best alternatives of different terms, of which the asks are.
        least: what 1 % off all prices of use is worth.
    """
    first = first_ask([priced for _, priced in found])
    asked = [each for each in best if first is not None and each.change is first.change]
    if not asked and first is not None:
        asked = [each for each, priced in found if priced is first]
    asks = [[], asked, *([*asked, each] for each in best if asked and each is not asked[0])]
    wanted = [(some, each) for some in asks for each in (None, *_may_be_given(found, least))]
    made: dict[tuple[tuple[Change, ...], Change | None], Draft] = {}
    for some, each in wanted:
        alternatives = some if each is None else [*some, each]
        draft = drafts.draft(alternatives) if _of_different_terms(alternatives) else None
        if draft is not None:
            made[tuple(one.change for one in some), None if each is None else each.change] = draft
    return made


def _may_be_given(found: Sequence[Found], least: Worth | None) -> list[Alternative]:
    """Return what is cheap alone, the cheapest first, and minimums and commitments."""
    by_change = {priced.change: each for each, priced in found}
    changes = [priced for _, priced in found]
    binding = [each for each in reversed(changes) if each.binds_to_more]
    given = dict.fromkeys(each.change for each in (*cheap_alone(changes, least)[:MOST], *binding))
    return [by_change[each] for each in given]


def _of_different_terms(some: Sequence[Alternative]) -> bool:
    return len({each.term for each in some}) == len(some)


def given(found: ClausePrices, drafts: GivenDrafts, priced: PricedDrafts) -> tuple[Given, ...]:
    """Return what may be given, priced once the asks are granted; what goes against an ask cannot be.

    Args:
        drafts: of which `given_drafts` makes some.
        priced: the same drafts, counted.
    """
    asks = tuple(each.change for each in found.asks)
    if (asks, None) not in drafts or found.one_percent is None:
        return ()
    granted = drafts[asks, None]
    cost, net = priced.cost(granted), priced.futures.net
    least = added(cost, priced.cost(Draft(granted.contract, granted.factor * (1 - ONE_PERCENT))), net)
    alone = {each.change for each in cheap_alone(found.changes, found.one_percent)}
    told = []
    for place in _places(found, [change for some, change in drafts if some == asks]):
        change = found.changes[place].change
        beside = added(cost, priced.cost(drafts[asks, change]), net)
        cheap = change in alone and costs_at_most(beside, least)
        owed = _owed(drafts[(), change], drafts[asks, change], priced) if found.changes[place].binds_to_more else None
        told.append(Given(place, change in alone, cheap, beside, owed))
    return tuple(told)


def _places(found: ClausePrices, changes: Sequence[Change | None]) -> list[int]:
    """Return the places of some changes among all, in their order."""
    places = {each.change: place for place, each in enumerate(found.changes)}
    return [places[change] for change in changes if change is not None]


def _owed(alone: Draft, beside: Draft, priced: PricedDrafts) -> Owed | None:
    results = priced.futures.results
    if results.months < LEFT:
        return None
    owed = [
        risk.mean(owed_by_month(priced.contract(draft), results, (LEFT,))[LEFT].commitment) for draft in (alone, beside)
    ]
    return Owed(LEFT, owed[0], owed[1])
