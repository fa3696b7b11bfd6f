"""The terms of settlement moved: minimums, commitment, cap, credits, guarantee, what is off and what is free."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from simulator.decisions.clause_prices.moved_terms import (
    Alternative,
    Change,
    Standing,
    edited,
    round_number,
    setting,
    without_entry,
)
from simulator.quantities.distributions import Quantity

if TYPE_CHECKING:
    from simulator.contracts.contract_terms import ContractSpec
    from simulator.contracts.settlement.commitment import CommitmentSpec
    from simulator.contracts.settlement.prepaid import PrepaidSpec
    from simulator.contracts.settlement.prepaid_packs import PackSpec

HALF: Final = 0.5
QUARTER_MORE: Final = 1.25
LEAST: Final = 0.8
"""Share of the expected invoice that a minimum is added at where a contract has none."""
MOST: Final = 1.2
"""Times the expected invoice of a month that a cap is added at: one at the mean itself cuts half of the months."""
PER_POINT: Final = 0.02
MOST_BACK: Final = 0.2
POINTS_MORE: Final = 0.05


def settlement_alternatives(standing: Standing) -> Iterator[Alternative]:
    """Yield what each term of settlement may say instead, and those that a contract without them could have."""
    spec = standing.spec
    yield from _minimums(standing)
    if spec.commitment is not None:
        yield from _commitment(spec.commitment, standing.contract.unit)
    yield from _cap(standing)
    yield from _guarantee(standing)
    if spec.prepaid is not None:
        yield from _prepaid(spec.prepaid)
    if not (spec.discount.fixed and spec.discount.center == 0):
        yield setting(Change("discount", spec.discount.center, 0.0), discount=0.0)
    for key in ("limit", "clawback"):
        if getattr(spec, key) is not None:
            yield setting(Change(key, key, None), **{key: None})
    for place, free in enumerate(spec.free_units):
        of = "" if len(spec.free_units) == 1 else str(place + 1)
        change = Change("free_units", free.units.center, None, of)
        yield Alternative(change, edit=partial(without_entry, key="free_units", entry=free))


def _minimums(standing: Standing) -> Iterator[Alternative]:
    spec = standing.spec
    keys = [key for key in ("monthly_minimum", "yearly_minimum") if getattr(spec, key) is not None]
    for key in keys:
        now = getattr(spec, key).center
        none: dict[str, Any] = {key: None, **({"true_up": None} if key == "yearly_minimum" else {})}
        yield setting(Change(key, now, None), **none)
        for share in (HALF, QUARTER_MORE):
            amount = round_number(share * now)
            yield setting(Change(key, now, amount), **{key: amount})
    if not keys and spec.commitment is None:
        amount = round_number(LEAST * 12 * standing.a_month)
        yield setting(Change("yearly_minimum", None, amount, added=True), yearly_minimum=amount)


def _commitment(terms: CommitmentSpec, unit: str) -> Iterator[Alternative]:
    period = terms.period
    key, now = ("units", terms.units) if terms.amount is None else ("amount", terms.amount.center)
    assert now is not None
    before, counted = (now, period), unit if key == "units" else ""
    yield setting(Change("commitment", before, None, unit=counted), commitment=None)
    for share in (HALF, QUARTER_MORE):
        amount = round_number(share * now)
        moved = _moved("commitment", **{key: amount})
        yield Alternative(Change("commitment", before, (amount, period), unit=counted), edit=moved)
    if terms.overage_rate is not None or not _is(terms.overage_factor, 1.0):
        plain = _moved("commitment", overage_rate=None, overage_factor=None)
        yield Alternative(Change("commitment_overage", "dearer", "price"), edit=plain)


def _cap(standing: Standing) -> Iterator[Alternative]:
    most = standing.spec.maximum_per_month
    if most is not None:
        yield setting(Change("maximum_per_month", most.center, None), maximum_per_month=None)
        less = round_number(0.9 * most.center)
        yield setting(Change("maximum_per_month", most.center, less), maximum_per_month=less)
    elif standing.a_month > 0:
        amount = round_number(MOST * standing.a_month)
        yield setting(Change("maximum_per_month", None, amount, added=True), maximum_per_month=amount)


def _guarantee(standing: Standing) -> Iterator[Alternative]:
    terms = standing.spec.guarantee
    if terms is not None:
        now = terms.rate.center
        yield setting(Change("guarantee", now, None), guarantee=None)
        higher = min(now + POINTS_MORE, 1.0)
        if higher > now:
            yield Alternative(Change("guarantee", now, higher), edit=_moved("guarantee", rate=higher))
    elif standing.guaranteed is not None and standing.contract.usage:
        definition, title, expected = standing.guaranteed
        rate = int(100 * expected) / 100
        if rate > 0:
            written = {"definition": definition, "rate": rate, "share_per_point": PER_POINT, "most_share": MOST_BACK}
            yield setting(Change("guarantee", None, rate, added=True, unit=title), guarantee=written)


def _prepaid(terms: PrepaidSpec) -> Iterator[Alternative]:
    for place, pack in enumerate(terms.packs):
        of = "" if len(terms.packs) == 1 else str(place + 1)
        now = pack.amount.center
        for share in (1.1, 0.9):
            amount = round_number(share * now)
            yield Alternative(Change("pack", now, amount, of), edit=_in_pack(place, amount=amount))
        if pack.rollover is not None:
            yield Alternative(
                Change("rollover", pack.rollover.share.center, None, of), edit=_in_pack(place, rollover=None)
            )
        elif pack.valid_months is not None:
            change = Change("rollover", None, 1.0, of, added=True)
            yield Alternative(change, edit=_in_pack(place, rollover={"share": 1.0}))
    if not _is(terms.overage_factor, 1.0):
        plain = _moved("prepaid", overage_factor=None)
        yield Alternative(Change("prepaid_overage", terms.overage_factor.center, 1.0), edit=plain)


def _moved(key: str, **values: Any) -> Callable[[ContractSpec], ContractSpec]:
    """Return what sets keys of a table within the contract's."""
    return lambda spec: edited(spec, **{key: edited(getattr(spec, key), **values)})


def _in_pack(place: int, **values: Any) -> Callable[[ContractSpec], ContractSpec]:
    def edit(spec: ContractSpec) -> ContractSpec:
        assert spec.prepaid is not None
        packs: Sequence[PackSpec] = spec.prepaid.packs
        moved = tuple(edited(pack, **values) if other == place else pack for other, pack in enumerate(packs))
        return edited(spec, prepaid=edited(spec.prepaid, packs=moved))

    return edit


def _is(quantity: Quantity, value: float) -> bool:
    return quantity.fixed and quantity.center == value
