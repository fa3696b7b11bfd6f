"""What the charges of a contract come to, month after month, in plain loops over plain floats.

Written from the words of docs/contracts.md. A contract here is the table as the scenario writes it, with this trial's
numbers in it. Months count from 1; contract years end in months 12, 24, ...
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Meters = dict[str, float]
CLASSES = ("input", "cached_input", "cache_write", "output")


def key_of(charge: Any) -> str:
    """Return the name of what a charge bills; an allowance or a cap per conversation stands in brackets."""
    if getattr(charge, "kind", "") == "tokens":
        return "tokens"
    if charge.definition is not None:
        return f"{charge.meter}:{charge.definition}{braces(charge)}"
    if charge.meter == "sessions":
        return f"sessions:{charge.window}:{charge.window_hours:.17g}{braces(charge)}"
    if charge.block is not None:
        return f"{charge.meter}/{charge.block:.17g}{braces(charge)}"
    if not is_layered(charge):
        return f"{charge.meter}{braces(charge)}"
    free, most = charge.included_per_conversation or 0.0, charge.cap_per_conversation
    return f"{charge.meter}[{free:.17g}:{'' if most is None else format(most, '.17g')}]{braces(charge)}"


def braces(terms: Any) -> str:
    """Return how the name of a meter ends that counts some intents or channels only."""
    applies = getattr(terms, "applies_to", None)
    if applies is None:
        return ""
    lists = []
    for pair in (("intents", "not_intents"), ("channels", "not_channels")):
        lists += [f"{name}={'|'.join(sorted(getattr(applies, name)))}" for name in pair if getattr(applies, name)]
    return "{" + ";".join(lists) + "}"


def is_layered(charge: Any) -> bool:
    """Return whether a charge bills a part of each conversation only."""
    return bool(charge.included_per_conversation) or charge.cap_per_conversation is not None


def charged(
    contract: Any, months: Sequence[Meters], rates: Sequence[Mapping[str, Any]]
) -> tuple[list[float], list[float], list[float]]:
    """Return usage, fees and what no minimum counts, each month by month; `rates` are those of each month."""
    charges = [_Charge(each, contract, months, rates) for each in _listed(contract)]
    amounts = _composed(charges)
    usage, outside = [0.0] * len(months), [0.0] * len(months)
    for charge, line in zip(charges, amounts, strict=True):
        for place, amount in enumerate(line or ()):
            if getattr(charge.terms, "payee", "vendor") == "cloud":
                outside[place] += amount * (1.0 - (charge.terms.committed_share or 0.0))
            else:
                usage[place] += amount * _growth(contract, place + 1, "usage")
    for place in range(len(months)):
        outside[place] += sum(fee.amount for fee in contract.one_time_fees if fee.month == place + 1)
    fee = contract.platform_fee or 0.0
    return usage, [fee * _growth(contract, place + 1, "fees") for place in range(len(months))], outside


def _growth(contract: Any, month: int, of: str) -> float:
    factor = 1.0
    for change in contract.price_changes:
        if change.of in ("all", of) and _holds(change, month):
            factor *= change.factor
    terms = contract.escalator
    if terms is not None and terms.of in ("all", of):
        growth = terms.growth if terms.cap is None else min(terms.growth, terms.cap)
        growth = growth if terms.floor is None else max(growth, terms.floor)
        for _ in range((month - 1) // terms.every_months):
            factor *= 1.0 + growth
    return factor


def _holds(terms: Any, month: int) -> bool:
    return bool(terms.from_month <= month and (terms.to_month is None or month <= terms.to_month))


def _listed(contract: Any) -> list[Any]:
    return list(contract.charges) if contract.type == "hybrid" else [contract]


class _Charge:
    """One charge: its terms, the contract it stands in, and the months."""

    def __init__(self, terms: Any, contract: Any, months: Sequence[Meters], rates: Sequence[Mapping[str, Any]]) -> None:
        self.terms, self.contract, self.months, self.rates = terms, contract, months, rates
        self.in_list = contract.type == "hybrid"

    @property
    def kind(self) -> str:
        return str(self.terms.kind if self.in_list else self.terms.type)

    def line(self) -> list[float]:
        if not self.in_list:
            return self.by_definition() if self.kind == "per_resolution" else self.amounts(self.months)
        inside = [_holds(self.terms, place) for place in range(1, len(self.months) + 1)]
        seen: list[Meters] = [month if here else {} for month, here in zip(self.months, inside, strict=True)]
        return [each if here else 0.0 for each, here in zip(self.bounded(self.amounts(seen)), inside, strict=True)]

    def by_definition(self) -> list[float]:
        """Each definition prices its own months, and starts with nothing used."""
        starts = [(1, self.terms.definition), *((c.from_month, c.definition) for c in self.terms.definition_changes)]
        total = [0.0] * len(self.months)
        for place, (first, name) in enumerate(starts):
            last = starts[place + 1][0] - 1 if place + 1 < len(starts) else len(self.months)
            key = f"resolutions:{name}{braces(self.terms)}"
            used = [month.get(key, 0.0) if first <= m <= last else 0.0 for m, month in enumerate(self.months, start=1)]
            line = _priced(self.terms, used)
            total = [
                a + (b if first <= m <= last else 0.0)
                for m, (a, b) in enumerate(zip(total, line, strict=True), start=1)
            ]
        return total

    def bounded(self, line: Sequence[float]) -> list[float]:
        terms, result = self.terms, []
        for each in line:
            amount = max(each - (terms.discount_amount or 0.0), 0.0) * (1.0 - (terms.discount_share or 0.0))
            amount = max(amount, terms.minimum or 0.0)
            result.append(amount if terms.maximum is None else min(amount, terms.maximum))
        return result

    def amounts(self, months: Sequence[Meters]) -> list[float]:
        terms = self.terms
        if self.kind in ("tokens", "per_token"):
            return [_tokens(terms, month, rates) for month, rates in zip(months, self.rates, strict=True)]
        if self.kind in ("seats", "per_seat"):
            price = terms.rate if self.in_list else terms.price
            seats = [_seats(terms, month) for month in months]
            quota = [0.0] * len(months) if self.in_list or terms.quota is None else _quota(terms.quota, seats, months)
            return [count * price + more for count, more in zip(seats, quota, strict=True)]
        return _priced(terms, [self.units(month) for month in months])

    def units(self, month: Meters) -> float:
        terms, part = self.terms, braces(self.terms)
        if self.kind == "credits":
            return sum(_of_card(each, month.get(key_of(each), 0.0)) for each in terms.card)
        if self.in_list:
            return month.get(key_of(terms), 0.0)
        if self.kind == "per_conversation":
            return month.get(f"conversations{part}", 0.0)
        if self.kind == "per_session":
            return month.get(f"sessions:{terms.window}:{terms.window_hours:.17g}{part}", 0.0)
        if self.kind == "per_message":
            meter = {"both": "messages", "ai": "ai_replies", "customer": "turns"}[terms.count]
            return month.get((meter if terms.block is None else f"{meter}/{terms.block}") + part, 0.0)
        if self.kind == "per_action":
            return month.get(f"actions{part}", 0.0) * (terms.credits or 1.0)
        if self.kind == "per_minute":
            seconds = terms.round_up_to_seconds
            if seconds is None:
                return month.get(f"minutes{part}", 0.0)
            return month.get(f"minutes/{seconds / 60:.17g}{part}", 0.0) * seconds / 60
        raise ValueError(f"the reference does not know the type {self.kind!r}: say here which units it bills")


def _composed(charges: Sequence[_Charge]) -> list[list[float] | None]:
    """Return the line of each charge; None for one that stands in the highest of several."""
    lines: list[list[float] | None] = []
    named: dict[str, int] = {}
    gone = set()
    for place, charge in enumerate(charges):
        if charge.kind in ("highest", "percent"):
            parts = [lines[named[name]] or [] for name in charge.terms.of]
            if charge.kind == "highest":
                gone |= {named[name] for name in charge.terms.of}
                whole = [max(each) for each in zip(*parts, strict=True)]
            else:
                whole = [sum(each) * charge.terms.share for each in zip(*parts, strict=True)]
            bounded = charge.bounded(whole)
            lines.append([each if _holds(charge.terms, m) else 0.0 for m, each in enumerate(bounded, start=1)])
        else:
            lines.append(charge.line())
        if charge.in_list and charge.terms.name is not None:
            named[charge.terms.name] = place
    return [None if place in gone else line for place, line in enumerate(lines)]


def _of_card(entry: Any, used: float) -> float:
    return entry.credits * (used if entry.per == 1 else _whole(used / entry.per, "up"))


def _priced(terms: Any, units: Sequence[float]) -> list[float]:
    """Return the price of units month by month: converted, less free ones, then priced."""
    convert, free = getattr(terms, "convert", None), getattr(terms, "free", None)
    if convert is not None:
        whole: Callable[[float], float] = lambda x: x if convert.round is None else _whole(x, convert.round)  # noqa: E731
        units = [whole(each / convert.divide_by) for each in units]
    span = getattr(terms, "count_over", None) or "month"
    if free is not None and free.all_or_nothing:
        return [_price(terms, each, each - free.units) if each > free.units else 0.0 for each in units]
    if free is not None:
        units = _less(units, free.units, free.span)
    plans = terms if getattr(terms, "kind", "") == "plans" else getattr(terms, "plans", None)
    if plans is not None:
        return _plans(plans, units)
    included = getattr(terms, "included", None)
    if included is not None and getattr(terms, "fee", None) is None:
        units = _less(units, included, span)
    if getattr(terms, "kind", "") == "volume" or getattr(terms, "tiering", None) == "volume" or hasattr(terms, "steps"):
        return [_price(terms, each, place) for each, place in zip(units, _running(units, span), strict=True)]
    running = [_price(terms, each, each) for each in _running(units, span)]
    line = [now - (0.0 if _opens(span, m) else running[m - 1]) for m, now in enumerate(running)]
    return _kept(terms, line)


def _opens(span: str, place: int) -> bool:
    return place == 0 or span == "month" or (span == "year" and place % 12 == 0)


def _running(units: Sequence[float], span: str) -> list[float]:
    total: list[float] = []
    for place, each in enumerate(units):
        total.append(each if _opens(span, place) else total[-1] + each)
    return total


def _less(units: Sequence[float], free: float, span: str) -> list[float]:
    left, billed = 0.0, []
    for place, each in enumerate(units):
        left = free if _opens(span, place) else left
        billed.append(max(each - left, 0.0))
        left = max(left - each, 0.0)
    return billed


def _kept(terms: Any, line: list[float]) -> list[float]:
    """Packages that stay are bought again in every later month; a fee for included units stands beside them."""
    package = getattr(terms, "pack", None) or getattr(terms, "package", None) or terms
    if not getattr(package, "kept", False):
        return line
    return [max(line[: place + 1]) for place in range(len(line))]


def _plans(terms: Any, units: Sequence[float]) -> list[float]:
    """The dearest plan is the largest; one once taken is paid for as long as it is held."""
    line, held = [], 0
    for place, each in enumerate(units):
        needed = sum(each > size.units for size in terms.sizes[:-1])
        held = needed if _opens(terms.held, place) else max(held, needed)
        line.append(terms.sizes[held].price + max(each - terms.sizes[-1].units, 0.0) * terms.overage_rate)
    return line


def _price(terms: Any, units: float, place: float) -> float:
    """Return the price of units where the tier is that of `place`."""
    kind = getattr(terms, "kind", "")
    if kind == "stairstep":
        step = next(each for each in terms.steps if place <= each.up_to)
        return float(step.price) if units > 0 or terms.price_at_zero else 0.0
    if getattr(terms, "tiers", None) is not None:
        at_zero = bool(terms.flat_fee_at_zero)
        tiering = kind if kind in ("graduated", "volume") else terms.tiering or "graduated"
        return (
            graduated(units, terms.tiers, at_zero)
            if tiering == "graduated"
            else volume(units, terms.tiers, at_zero, place)
        )
    if kind == "included":
        return _beyond_included(terms, units)
    package = terms if kind == "package" else getattr(terms, "package", None)
    if package is not None:
        return _packages(package, units)
    if kind not in ("", "flat", "credits"):
        raise ValueError(f"the reference does not know the kind {kind!r}: say here what its units cost")
    return float(units * (terms.rate if kind == "flat" else terms.price))


def _beyond_included(terms: Any, units: float) -> float:
    """Return the price of further units; where there is a fee, the included ones have not been taken off yet."""
    if terms.fee is None:
        return _packages(terms.pack, units) if terms.pack is not None else float(units * terms.overage_rate)
    more = max(units - terms.included, 0.0)
    if terms.pack is not None:
        return float(terms.fee + _packages(terms.pack, more))
    rate = terms.fee / terms.included if terms.contracted_rate else terms.overage_rate
    return float(terms.fee + more * rate)


def _whole(value: float, how: str) -> int:
    """Return a whole number; what arithmetic alone keeps from one counts as one."""
    slack = 1e-12 * max(value, 1.0)
    return {
        "up": math.ceil(value - slack), "down": math.floor(value + slack), "nearest": math.floor(value + 0.5 + slack),
    }[how]  # fmt: skip


def _packages(terms: Any, quantity: float) -> float:
    return float(max(_whole(quantity / terms.size, terms.round), 1 if terms.at_least_one else 0) * terms.price)


def _seats(terms: Any, month: Meters) -> float:
    if terms.productive_hours is None:
        needed = terms.seats
    else:
        needed = _whole(month.get("human_minutes", 0.0) / 60 / terms.productive_hours, "up")
    return float(max(needed, terms.minimum_seats or 0.0))


def _quota(terms: Any, seats: Sequence[float], months: Sequence[Meters]) -> list[float]:
    left, line = 0.0, []
    for place, (count, month) in enumerate(zip(seats, months, strict=True)):
        left = (0.0 if _opens(terms.span, place) else left) + terms.per_seat * count
        used = month.get(key_of(terms), 0.0)
        line.append(max(used - left, 0.0) * terms.overage_rate)
        left = max(left - used, 0.0)
    return line


def graduated(quantity: float, tiers: Sequence[Any], flat_fee_at_zero: bool) -> float:
    """Return the price of units each at the rate of its tier; a tier's flat fee is owed once a unit is in it."""
    amount, below = 0.0, 0.0
    for place, tier in enumerate(tiers):
        fee = tier.flat_fee if tier.flat_fee is not None else 0.0
        inside = min(quantity, tier.up_to) - below
        if inside > 0:
            amount += _at_most(tier, _blocks(tier, inside) * tier.rate + fee)
        elif place == 0 and flat_fee_at_zero:
            amount += _at_most(tier, fee)
        below = tier.up_to
    return amount


def volume(quantity: float, tiers: Sequence[Any], flat_fee_at_zero: bool, place: float | None = None) -> float:
    """Return the price of units all at the rate of the first tier that holds `place` (the units themselves)."""
    tier = next(each for each in tiers if (quantity if place is None else place) <= each.up_to)
    fee = tier.flat_fee if tier.flat_fee is not None and (quantity > 0 or flat_fee_at_zero) else 0.0
    return _at_most(tier, float(_blocks(tier, quantity) * tier.rate + fee))


def _at_most(tier: Any, amount: float) -> float:
    """Return what a tier comes to, within its maximum."""
    most = getattr(tier, "maximum", None)
    return amount if most is None else min(amount, most)


def _blocks(tier: Any, units: float) -> float:
    package = getattr(tier, "package", None)
    return units if package is None else _whole(units / package, "up")


def _tokens(terms: Any, month: Meters, rates: Mapping[str, Any]) -> float:
    """Return the tokens' price: the usual one and that in batches, each for its share of all tokens."""
    priced = {model: terms.models.get(model, table) for model, table in rates.items()}

    def cost(batch: bool) -> float:
        return sum(
            token_cost(month, {model: table}, braces(terms), batch, shares=rates[model])
            for model, table in priced.items()
        )

    share = terms.batch_share
    inside = cost(batch=True) if terms.batch_discount is None else cost(batch=False) * (1.0 - terms.batch_discount)
    return terms.markup * ((1.0 - share) * cost(batch=False) + share * inside)


def token_cost(
    month: Meters, rates: Mapping[str, Any], ending: str = "", batch: bool = False, shares: Any = None
) -> float:
    """Return what a month's tokens cost at rates per million, long calls at the long rates where there are any.

    `ending` is that of the names of the tokens of some conversations only; `shares` are those of the scenario's model,
    where the rates are of a contract.
    """
    cost = 0.0
    for model, table in rates.items():
        of = table if shares is None else shares
        for token_class in CLASSES:
            amount = month.get(f"tokens:{model}:{token_class}{ending}", 0.0)
            if table.long_prompt is None:
                cost += amount * _rate(table, token_class, of, batch)
                continue
            long = month.get(f"tokens_long:{model}:{token_class}{ending}", 0.0) + amount * getattr(of, "long_share", 0)
            cost += (amount - long) * _rate(table, token_class, of, batch)
            cost += long * _rate(table.long_prompt, token_class, of, batch)
    return cost / 1e6


def _rate(table: Any, token_class: str, of: Any, batch: bool) -> float:
    hour = getattr(of, "one_hour_share", 0) if token_class == "cache_write" else 0
    return (1 - hour) * _one_rate(table, token_class, batch) + hour * _one_rate(table, "cache_write_1h", batch)


def _one_rate(table: Any, name: str, batch: bool) -> float:
    """Return the rate of a class; what has none is fresh prompt, in batches too."""
    if batch and table.batch is not None and getattr(table.batch, name) is not None:
        return float(getattr(table.batch, name))
    if getattr(table, name) is not None:
        return float(getattr(table, name))
    return _one_rate(table, "input", batch)
