"""Meters of a month and invoices of a contract, in plain loops over plain floats.

A contract here is the table as the scenario writes it, with this trial's numbers in it: `trial.values.contracts[name]`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

from tests.reference.clauses import units
from tests.reference.law import Case, Month

Meters = dict[str, float]
CLASSES = ("input", "cached_input", "cache_write", "output")


def meters(cases: Iterable[Case], definitions: Mapping[str, Any], charges: Iterable[Any] = ()) -> Meters:
    """Return the meters of the cases of one month.

    `definitions` are clauses by name (see `effective`); `charges` are those of hybrid contracts, some of which may
    have an allowance or a cap per conversation, or be for some intents or channels only.
    """
    total: Counter[str] = Counter()
    charges = list(charges)
    for case in cases:
        total["cases"] += 1
        counted = {name: units(case.rows, spec) for name, spec in definitions.items()}
        for place, row in enumerate(case.rows):
            _count(total, row)
            for name, billed in counted.items():
                total[f"resolutions:{name}"] += billed[place]
        _count_charges(total, case, counted, charges)
    return dict(total)


def _count_charges(total: Counter[str], case: Case, counted: Mapping[str, Sequence[int]], charges: list[Any]) -> None:
    """Add what charges bill of a case in their own way; charges on the same meter count it once."""
    counted_once = {_key(each) + _braces(each): each for each in charges if each.kind != "seats"}
    for charge in counted_once.values():
        if charge.kind == "tokens":
            if _braces(charge):
                for row in case.rows:
                    if applies(charge, row):
                        _count_tokens(total, row, _braces(charge))
        elif _is_layered(charge) or _braces(charge):
            total[_key(charge)] += _billed_of(case, counted, charge)


def _billed_of(case: Case, counted: Mapping[str, Sequence[int]], charge: Any) -> float:
    """Return the units of a charge in one case."""
    if charge.meter == "cases":
        return float(applies(charge, {"intent": case.intent, "channel": case.channel}))
    mine = [place for place, row in enumerate(case.rows) if applies(charge, row)]
    if charge.definition is not None:
        return sum(counted[charge.definition][place] for place in mine)
    if charge.meter == "conversations":
        return sum(_handled(case.rows[place]) for place in mine)
    return sum(_beyond(case.rows[place][charge.meter], charge) for place in mine)


def _handled(row: Mapping[str, Any]) -> int:
    return int(row["class"] == "service" and row["turns"] >= 1)


def _count(total: Counter[str], row: Mapping[str, Any]) -> None:
    total["conversations"] += _handled(row)
    for name in ("messages", "ai_replies", "actions", "input_tokens", "output_tokens"):
        total[name] += row[name]
    _count_tokens(total, row, "")


def _count_tokens(total: Counter[str], row: Mapping[str, Any], ending: str) -> None:
    for family, prefix in (("tokens", ""), ("tokens_long", "long_")):
        whole, cached = row[f"{prefix}input_tokens"], row[f"{prefix}cached_input_tokens"]
        written, output = row[f"{prefix}cache_write_tokens"], row[f"{prefix}output_tokens"]
        amounts = (whole - cached - written, cached, written, output)
        for token_class, amount in zip(CLASSES, amounts, strict=True):
            total[f"{family}:{row['model']}:{token_class}{ending}"] += amount


def _key(charge: Any) -> str:
    """Return the name of what a charge bills; an allowance or a cap per conversation stands in brackets."""
    if getattr(charge, "kind", "") == "tokens":
        return "tokens"
    if charge.definition is not None:
        return f"{charge.meter}:{charge.definition}{_braces(charge)}"
    if charge.meter == "sessions":
        return f"sessions:{charge.window}:{charge.window_hours:.17g}{_braces(charge)}"
    if charge.block is not None:
        return f"{charge.meter}/{charge.block:.17g}{_braces(charge)}"
    if not _is_layered(charge):
        return f"{charge.meter}{_braces(charge)}"
    free, most = charge.included_per_conversation or 0.0, charge.cap_per_conversation
    return f"{charge.meter}[{free:.17g}:{'' if most is None else format(most, '.17g')}]{_braces(charge)}"


def _braces(terms: Any) -> str:
    """Return how the name of a meter ends that counts some intents or channels only."""
    applies = getattr(terms, "applies_to", None)
    if applies is None:
        return ""
    lists = []
    for pair in (("intents", "not_intents"), ("channels", "not_channels")):
        lists += [f"{name}={'|'.join(sorted(getattr(applies, name)))}" for name in pair if getattr(applies, name)]
    return "{" + ";".join(lists) + "}"


def applies(terms: Any, row: Mapping[str, Any]) -> bool:
    """Return whether a price is for a conversation (or a case), by its intent and channel."""
    lists = getattr(terms, "applies_to", None)
    if lists is None:
        return True
    for column, some, others in (("intent", lists.intents, lists.not_intents),
                                 ("channel", lists.channels, lists.not_channels)):  # fmt: skip
        if some is not None and row[column] not in some:
            return False
        if others is not None and row[column] in others:
            return False
    return True


def _is_layered(charge: Any) -> bool:
    return bool(charge.included_per_conversation) or charge.cap_per_conversation is not None


def _beyond(size: float, charge: Any) -> float:
    """Return the units of one conversation that bill: those after the free ones, up to the most."""
    units = size - (charge.included_per_conversation or 0.0)
    if units <= 0:
        return 0.0
    most = charge.cap_per_conversation
    return units if most is None or units < most else float(most)


def model_rates(values: SimpleNamespace) -> dict[str, Any]:
    """Return the token rates of each model in the first month: its own, or the public list's; see `in_month`."""
    found = {}
    for name, model in values.models.items():
        rates = model.rates if model.rates is not None else _listed(model.price, values.start)
        found[name] = SimpleNamespace(**vars(rates), per_year=1.0 + (model.price_change_per_year or 0.0))
    return found


def in_month(place: int, rates: Mapping[str, Any]) -> dict[str, Any]:
    """Return the market's rates in a month, the first is 0: all rates times (1 + change per year)^(months / 12)."""
    return {name: _times(table, getattr(table, "per_year", 1.0) ** (place / 12)) for name, table in rates.items()}


def _times(table: Any, factor: float) -> SimpleNamespace:
    classes = {name: None if getattr(table, name) is None else factor * getattr(table, name) for name in CLASSES}
    long = getattr(table, "long_prompt", None)
    return SimpleNamespace(**{**vars(table), **classes, "long_prompt": None if long is None else _times(long, factor)})


def _listed(reference: str, start: str) -> SimpleNamespace:
    from random import Random

    from simulator.contracts.prices import list_price
    from tests.reference.unknowns import settled

    return settled(list_price(reference, date.fromisoformat(f"{start}-01")), Random(0), "center")


def token_cost(month: Meters, rates: Mapping[str, Any], ending: str = "") -> float:
    """Return what a month's tokens cost at rates per million, long calls at the long rates where there are any.

    `ending` is that of the names of the tokens of some conversations only.
    """
    cost = 0.0
    for model, table in rates.items():
        for token_class in CLASSES:
            amount = month.get(f"tokens:{model}:{token_class}{ending}", 0.0)
            long = (
                month.get(f"tokens_long:{model}:{token_class}{ending}", 0.0) if table.long_prompt is not None else 0.0
            )
            cost += (amount - long) * _rate(table, token_class)
            if table.long_prompt is not None:
                cost += long * _rate(table.long_prompt, token_class)
    return cost / 1e6


def _rate(table: Any, token_class: str) -> float:
    own = getattr(table, token_class)
    return table.input if own is None else own


def usage(contract: Any, month: Meters, rates: Mapping[str, Any]) -> float:
    """Return what a month's use costs before discount."""
    if contract.type == "per_token":
        return _tokens(contract, month, rates)
    if contract.type == "hybrid":
        return sum(_charge(charge, month, rates) for charge in contract.charges)
    if contract.type == "per_seat":
        return _seats(contract, month) * contract.price + _quota(contract, month)
    return _per_unit(contract, _units(contract, month))


def _units(contract: Any, month: Meters) -> float:
    """Return the units of a month that a contract of a simple type prices."""
    part = _braces(contract)
    if contract.type == "per_resolution":
        return month.get(f"resolutions:{contract.definition}{part}", 0.0)
    if contract.type == "per_conversation":
        return month.get(f"conversations{part}", 0.0)
    if contract.type == "per_session":
        return month.get(f"sessions:{contract.window}:{contract.window_hours:.17g}{part}", 0.0)
    if contract.type == "per_message":
        meter = {"both": "messages", "ai": "ai_replies", "customer": "turns"}[contract.count]
        return month.get((meter if contract.block is None else f"{meter}/{contract.block}") + part, 0.0)
    if contract.type == "per_action":
        return month.get(f"actions{part}", 0.0) * (contract.credits or 1.0)
    if contract.type == "per_minute":
        seconds = contract.round_up_to_seconds
        if seconds is None:
            return month.get(f"minutes{part}", 0.0)
        return month.get(f"minutes/{seconds / 60:.17g}{part}", 0.0) * seconds / 60
    raise ValueError(f"the reference does not know the contract type {contract.type!r}")


def _per_unit(terms: Any, quantity: float) -> float:
    if terms.tiers is not None:
        return _TIERED[terms.tiering or "graduated"](quantity, terms.tiers, bool(terms.flat_fee_at_zero))
    free = terms.included if terms.included is not None else 0.0
    if terms.package is not None:
        return _packages(terms.package, max(quantity - free, 0.0))
    return max(quantity - free, 0.0) * terms.price


def _packages(terms: Any, quantity: float) -> float:
    """Return the price of whole packages; a quotient a hair from a whole number is that number."""
    full = quantity / terms.size
    slack = 1e-12 * max(full, 1.0)
    count = {
        "up": lambda: math.ceil(full - slack), "down": lambda: math.floor(full + slack),
        "nearest": lambda: math.floor(full + 0.5 + slack),
    }[terms.round]()  # fmt: skip
    return max(count, 1 if terms.at_least_one else 0) * terms.price


def _seats(terms: Any, month: Meters) -> float:
    if terms.productive_hours is None:
        needed = terms.seats
    else:
        needed = math.ceil(round(month.get("human_minutes", 0.0) / 60 / terms.productive_hours, 9))
    return max(needed, terms.minimum_seats or 0.0)


def _quota(contract: Any, month: Meters) -> float:
    if contract.quota is None:
        return 0.0
    free = contract.quota.per_seat * _seats(contract, month)
    return max(month.get(_key(contract.quota), 0.0) - free, 0.0) * contract.quota.overage_rate


def _charge(charge: Any, month: Meters, rates: Mapping[str, Any]) -> float:
    if charge.kind == "tokens":
        return _tokens(charge, month, rates)
    if charge.kind == "seats":
        return _seats(charge, month) * charge.rate
    quantity = month.get(_key(charge), 0.0)
    if charge.kind == "package":
        return _packages(charge, quantity)
    if charge.kind == "flat":
        return quantity * charge.rate
    if charge.kind == "included":
        return max(quantity - charge.included, 0.0) * charge.overage_rate
    if charge.kind in _TIERED:
        return _TIERED[charge.kind](quantity, charge.tiers, bool(charge.flat_fee_at_zero))
    raise ValueError(f"the reference does not know the charge {charge.kind!r}")


def graduated(quantity: float, tiers: Sequence[Any], flat_fee_at_zero: bool) -> float:
    """Return the price of units each at the rate of its tier; a tier's flat fee is owed once a unit is in it."""
    amount, below = 0.0, 0.0
    for place, tier in enumerate(tiers):
        fee = tier.flat_fee if tier.flat_fee is not None else 0.0
        inside = min(quantity, tier.up_to) - below
        if inside > 0:
            amount += inside * tier.rate + fee
        elif place == 0 and flat_fee_at_zero:
            amount += fee
        below = tier.up_to
    return amount


def volume(quantity: float, tiers: Sequence[Any], flat_fee_at_zero: bool) -> float:
    """Return the price of units all at the rate of the first tier that holds them; the fee is that of this tier."""
    tier = next(each for each in tiers if quantity <= each.up_to)
    fee = tier.flat_fee if tier.flat_fee is not None and (quantity > 0 or flat_fee_at_zero) else 0.0
    return quantity * tier.rate + fee


_TIERED: Mapping[str, Callable[[float, Sequence[Any], bool], float]] = {"graduated": graduated, "volume": volume}


def _tokens(terms: Any, month: Meters, rates: Mapping[str, Any]) -> float:
    priced = {model: terms.models.get(model, table) for model, table in rates.items()}
    batches = 1.0 - terms.batch_share * terms.batch_discount
    return token_cost(month, priced, _braces(terms)) * terms.markup * batches


def invoices(contract: Any, months: Sequence[Meters], rates: Mapping[str, Any]) -> list[float]:
    """Return what the vendor bills in each month of the horizon; what is owed once comes on top of everything."""
    settled = _settled(contract, months, rates)
    return [
        amount + sum(fee.amount for fee in contract.one_time_fees if fee.month == place)
        for place, amount in enumerate(settled, start=1)
    ]


def _settled(contract: Any, months: Sequence[Meters], rates: Mapping[str, Any]) -> list[float]:
    billed = [_monthly(contract, usage(contract, month, in_month(place, rates))) for place, month in enumerate(months)]
    if contract.yearly_minimum is None:
        return billed
    when = contract.true_up or "year_end"
    result, so_far = [], 0.0
    for place, amount in enumerate(billed):
        month_of_year = place % 12 + 1
        so_far = amount if month_of_year == 1 else so_far + amount
        settles = when == "each_month" or month_of_year == 12 or place == len(billed) - 1
        missing = max(contract.yearly_minimum * month_of_year / 12 - so_far, 0.0) if settles else 0.0
        so_far += missing
        result.append(amount + missing)
    return result


def _monthly(contract: Any, use: float) -> float:
    amount = use * (1.0 - contract.discount) + (contract.platform_fee or 0.0)
    amount = max(amount, contract.monthly_minimum or 0.0)
    return amount if contract.maximum_per_month is None else min(amount, contract.maximum_per_month)


def human_cost(month: Month, values: SimpleNamespace) -> float:
    """Return the cost of people's minutes on a month's cases."""
    minutes = sum(row["human_minutes"] for case in month.cases for row in case.rows)
    return minutes / 60 * values.people.cost_per_hour


def today(month: Month, values: SimpleNamespace) -> tuple[float, float]:
    """Return cost and solved cases if people alone handled a month's cases."""
    minutes = 0.0
    for case in month.cases:
        each = values.levels[case.level].handoff_minutes * values.channels[case.channel].minutes
        minutes += each * values.today.minutes_factor * values.today.contacts_per_case
    return minutes / 60 * values.people.cost_per_hour, len(month.cases) * values.today.solve
