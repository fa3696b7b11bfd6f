"""What of a contract is committed, and the contract with another size of it.

Six kinds: a commitment in units or in money, prepaid credits, a pack of units in a fee, and a minimum of a year or of a
month. For a contract that has none, a commitment for the year is assumed that buys a discount: use up to it costs the
price less the discount, whether it comes or not, and use beyond it the whole price.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Literal

from simulator.contracts import Contract
from simulator.contracts.metering.contract_months import YEAR_MONTHS
from simulator.contracts.prices.charge import Charge, ChargeAround, PerUnit, innermost
from simulator.contracts.prices.fees import PLATFORM_FEE, Fee
from simulator.contracts.prices.flat import Flat
from simulator.contracts.prices.included import Included, IncludedUnits
from simulator.contracts.prices.priced_units import Adjusted
from simulator.contracts.settlement.commitment import Commitment
from simulator.contracts.settlement.discounts import Discount
from simulator.contracts.settlement.prepaid import Prepaid
from simulator.contracts.settlement.prepaid_packs import Pack
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import known

Kind = Literal["units", "amount", "prepaid", "pack", "yearly_minimum", "monthly_minimum", "assumed"]
LEAST_PACK: Final = 1e-9
"""Units of a pack that stand for none, as a price of a unit is a fee divided by units."""


@dataclass(frozen=True, slots=True, eq=False)
class Size:
    """What of a contract is committed.

    Attributes:
        contract: as it is offered.
        own: the size that it has; None where the commitment is assumed.
        at: gives the contract with another size.
        months: of a period over which it is owed.
        unit: what is committed, as in "handled conversation"; None for money.
        committed: what one of the size costs, used or not, in the contract's currency: of money 1, of prepaid credits
            what one is sold at, of units of an assumed commitment the price less the discount.
        beyond: what one costs beyond the commitment; equal to `committed` where nothing is dearer beyond it.
        unit_price: price of a unit where the size is money of one price; None where there is no single price.
        discount: that the assumed commitment buys; None for a commitment of the contract.
        charge: that has the included units, of a pack.
    """

    kind: Kind
    contract: Contract
    own: float | None
    at: Callable[[float], Contract]
    months: int
    unit: str | None
    committed: float
    beyond: float
    unit_price: float | None = None
    discount: float | None = None
    charge: Charge | None = None

    @property
    def rate(self) -> float:
        """Units of the scenario's currency for one of the contract's, at its stated value."""
        exchange = self.contract.exchange
        return 1.0 if exchange is None else exchange.rate.center

    @property
    def trades(self) -> bool:
        """Whether use beyond the commitment is dearer than within it, so that committing can pay by itself."""
        return self.beyond > self.committed

    @property
    def quantile(self) -> float | None:
        """Share of periods in which use stays within the best commitment, if what is unused is lost: the newsvendor's.

        (price beyond - committed price) / price beyond (Arrow, Harris and Marschak 1951; Porteus 2002, section 1.2).
        """
        return (self.beyond - self.committed) / self.beyond if self.trades else None


def sizes_of(contract: Contract) -> tuple[Size, ...]:
    """Return what of a contract is committed, the first that which decides most; none of a change of vendor."""
    if contract.switch is not None:
        return ()
    found = (_of_commitment(contract), _of_prepaid(contract), *_of_packs(contract), *_of_minimums(contract))
    return tuple(each for each in found if each is not None)


def single_price(contract: Contract) -> float | None:
    """Return the price of a unit, after a plain discount, where use is charged by one price of a unit alone."""
    if len(contract.usage) != 1 or contract.settlement.discounts:
        return None
    price = innermost(contract.usage[0])
    plain = isinstance(price, Flat) and not isinstance(contract.usage[0], Adjusted) and price.rate.center > 0
    if not plain or not isinstance(price, Flat):
        return None
    return price.rate.center * (1.0 - contract.settlement.discount.center)


def unit_of(contract: Contract) -> str:
    """Return what one unit of a contract's first charge is called."""
    price = innermost(contract.usage[0])
    return price.unit if isinstance(price, PerUnit) else "unit"


def _of_commitment(contract: Contract) -> Size | None:
    terms, found = contract.settlement, contract.settlement.commitment
    if found is None or found.true_up == "never":
        return None
    months = found.months(terms.term_months)
    change = partial(_with_commitment, contract, found)
    if found.units is None:
        beyond = found.overage_factor.center
        return Size("amount", contract, found.amount.center, change, months, None, 1.0, beyond, single_price(contract))
    price = found.amount.center
    rate = found.overage_rate
    beyond = price * found.overage_factor.center if rate is None else rate.center
    return Size("units", contract, found.units, change, months, unit_of(contract), price, beyond)


def _with_commitment(contract: Contract, found: Commitment, size: float) -> Contract:
    other = replace(found, amount=_money(size)) if found.units is None else replace(found, units=size)
    return replace(contract, settlement=replace(contract.settlement, commitment=other))


def _of_prepaid(contract: Contract) -> Size | None:
    found = contract.settlement.prepaid
    bought = [] if found is None else [each for each in found.packs if each.price.center > 0]
    if found is None or not bought:
        return None
    first = bought[0]
    own, price = first.amount.center, first.price.center / first.amount.center
    months = first.every_months or first.valid_months or YEAR_MONTHS
    change = partial(_with_packs, contract, found, own)
    beyond = found.overage_factor.center if found.top_up is None else found.top_up.price.center / (
        found.top_up.amount.center
    )  # fmt: skip
    return Size("prepaid", contract, own, change, months, None, price, beyond, single_price(contract))


def _with_packs(contract: Contract, found: Prepaid, own: float, size: float) -> Contract:
    """Return the contract with all packs that are bought as many times as large as the first becomes."""
    packs = tuple(_scaled(each, size / own) if each.price.center > 0 else each for each in found.packs)
    return replace(contract, settlement=replace(contract.settlement, prepaid=replace(found, packs=packs)))


def _scaled(pack: Pack, times: float) -> Pack:
    return replace(pack, amount=_money(pack.amount.center * times), price=_money(pack.price.center * times))


def _of_packs(contract: Contract) -> Iterator[Size]:
    """Yield packs of units in a fee that cost less a unit than use beyond them."""
    fee = next((each for each in contract.charges if isinstance(innermost(each), Fee)), None)
    for charge in contract.usage:
        price = innermost(charge)
        if isinstance(price, IncludedUnits) and price.fee.center > 0 and price.included > 0:
            paid, beyond, around = price.fee.center, price.unit_rate, None
        elif isinstance(price, Included) and fee is not None and price.included > 0 and _is_platform(fee):
            paid, beyond, around = _fee_of(fee).per_month.center, price.unit_rate, fee
        else:
            continue
        committed = paid / price.included
        if beyond is not None and committed < beyond.center:
            change = partial(_with_pack, contract, charge, around, committed)
            yield Size("pack", contract, price.included, change, 1, price.unit, committed, beyond.center, charge=charge)


def _is_platform(fee: Charge) -> bool:
    return _fee_of(fee).label == PLATFORM_FEE


def _fee_of(charge: Charge) -> Fee:
    fee = innermost(charge)
    assert isinstance(fee, Fee)
    return fee


def _with_pack(contract: Contract, charge: Charge, fee: Charge | None, committed: float, size: float) -> Contract:
    """Return the contract with other units in the fee, which then is the committed price of all of them."""
    paid, units = _money(committed * size), max(size, LEAST_PACK)
    price = innermost(charge)
    if isinstance(price, IncludedUnits):
        new: Charge = replace(price, included=units, fee=paid)
    else:
        assert isinstance(price, Included)
        new = replace(price, included=size)
    charges = [_with_inner(each, new) if each is charge else each for each in contract.charges]
    if fee is not None:
        charges = [
            _with_inner(each, replace(_fee_of(fee), per_month=paid)) if each is fee else each for each in charges
        ]
    return replace(contract, charges=tuple(charges))


def _with_inner(charge: Charge, new: Charge) -> Charge:
    """Return a charge with another price inside of all that stands around it."""
    return replace(charge, inner=_with_inner(charge.inner, new)) if isinstance(charge, ChargeAround) else new


def _of_minimums(contract: Contract) -> Iterator[Size]:
    terms = contract.settlement
    price = single_price(contract)
    minimums: tuple[tuple[Kind, Quantity | None, int, Callable[[Contract, float], Contract]], ...] = (
        ("yearly_minimum", terms.yearly_minimum, YEAR_MONTHS, _with_yearly_minimum),
        ("monthly_minimum", terms.monthly_minimum, 1, _with_monthly_minimum),
    )
    for kind, found, months, change in minimums:
        if found is not None and found.center > 0:
            yield Size(kind, contract, found.center, partial(change, contract), months, None, 1.0, 1.0, price)


def _with_yearly_minimum(contract: Contract, size: float) -> Contract:
    return replace(contract, settlement=replace(contract.settlement, yearly_minimum=_money(size)))


def _with_monthly_minimum(contract: Contract, size: float) -> Contract:
    return replace(contract, settlement=replace(contract.settlement, monthly_minimum=_money(size)))


def assumed_size(contract: Contract, discount: float) -> Size:
    """Return a commitment for the year that buys a discount, of a contract that has none.

    Its size is in units where use has one price of a unit, else in money that is owed, at prices less the discount.
    """
    price = single_price(contract)
    committed, beyond = (1.0, 1 / (1 - discount)) if price is None else (price * (1 - discount), price)
    change = partial(_with_assumed, contract, discount, committed)
    unit = None if price is None else unit_of(contract)
    return Size("assumed", contract, None, change, YEAR_MONTHS, unit, committed, beyond, None, discount)


def _with_assumed(contract: Contract, discount: float, committed: float, size: float) -> Contract:
    terms = contract.settlement
    owed = Commitment(
        _money(size * committed), with_fees=False, overage_factor=known(1 / (1 - discount), "nonnegative")
    )
    less = Discount(share=known(discount))
    return replace(contract, settlement=replace(terms, commitment=owed, discounts=(*terms.discounts, less)))


def _money(amount: float) -> Quantity:
    return known(amount, "nonnegative")
