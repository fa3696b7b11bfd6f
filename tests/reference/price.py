"""Meters of a month and invoices of a contract, in plain loops over plain floats.

A contract here is the table as the scenario writes it, with this trial's numbers in it: `trial.values.contracts[name]`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

from tests.reference.charges import CLASSES as CLASSES
from tests.reference.charges import Meters as Meters
from tests.reference.charges import braces, charged, is_layered, key_of
from tests.reference.charges import token_cost as token_cost
from tests.reference.clauses import units
from tests.reference.law import Case, Month


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
    listed = [each for charge in charges for each in (charge.card if charge.kind == "credits" else [charge])]
    metered = [each for each in listed if hasattr(each, "meter") or each.kind == "tokens"]
    counted_once = {key_of(each) + braces(each): each for each in metered}
    for charge in counted_once.values():
        if not hasattr(charge, "meter"):
            if braces(charge):
                for row in case.rows:
                    if applies(charge, row):
                        _count_tokens(total, row, braces(charge))
        elif is_layered(charge) or braces(charge):
            total[key_of(charge)] += _billed_of(case, counted, charge)


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
        rates = model.rates if model.rates is not None else _listed(model.price, values.start, model.token_kind)
        found[name] = SimpleNamespace(
            **vars(rates),
            per_year=1.0 + (model.price_change_per_year or 0.0),
            one_hour_share=model.one_hour_share,
            long_share=0.0 if values.tokens.direct is None else values.tokens.direct.long_share or 0.0,
        )
    return found


def in_month(place: int, rates: Mapping[str, Any]) -> dict[str, Any]:
    """Return the market's rates in a month, the first is 0: all rates times (1 + change per year)^(months / 12)."""
    return {name: _times(table, getattr(table, "per_year", 1.0) ** (place / 12)) for name, table in rates.items()}


def _times(table: Any, factor: float) -> SimpleNamespace:
    classes = {
        name: None if getattr(table, name) is None else factor * getattr(table, name)
        for name in (*CLASSES, "cache_write_1h")
    }
    inner = {name: getattr(table, name, None) for name in ("long_prompt", "batch")}
    scaled = {name: None if each is None else _times(each, factor) for name, each in inner.items()}
    return SimpleNamespace(**{**vars(table), **classes, **scaled})


def _listed(reference: str, start: str, kind: Any) -> SimpleNamespace:
    from random import Random

    from simulator.contracts.rates.price_list import list_price
    from tests.reference.unknowns import settled

    return settled(list_price(reference, date.fromisoformat(f"{start}-01"), kind), Random(0), "center")


def invoices(contract: Any, months: Sequence[Meters], rates: Mapping[str, Any]) -> list[float]:
    """Return what the vendor bills in each month of the horizon; what no minimum counts comes on top of everything."""
    usage, fees, outside = charged(contract, months, [in_month(place, rates) for place in range(len(months))])
    return [amount + other for amount, other in zip(_settled(contract, usage, fees), outside, strict=True)]


def _settled(contract: Any, usage: Sequence[float], fees: Sequence[float]) -> list[float]:
    billed = [_monthly(contract, use, fee) for use, fee in zip(usage, fees, strict=True)]
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


def _monthly(contract: Any, use: float, fee: float) -> float:
    amount = use * (1.0 - contract.discount) + fee
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
