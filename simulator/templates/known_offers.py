"""The offers that an analyst has, put into a template: unit prices, tiers, commitments, and the vendor of today.

Each number carries its source with it, as `price = { value = 0.79, kind = "quoted", ... }`: a note under `[sources]`
would stay behind when a price becomes tiers, and say of them that nobody quoted them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from simulator.contracts.settlement.settlement_terms import SettlementTerms
from simulator.money import currency, format_rate
from simulator.scenario.explained import reference
from simulator.scenario.meant.near_names import suggest
from simulator.scenario.meant.two_readings import plainly
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.today_table import PEOPLE_ONLY
from simulator.templates.shipped_templates import TemplateError

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

GIVEN: Final = "given to simulate new"
NOT_OF_THE_UNIT: Final = (
    "title",
    "label",
    "platform_fee",
    "one_time_fees",
    "tiers",
    "tiering",
    "count_over",
    "included",
)
"""Keys of a contract of the template that say nothing of what its unit is."""
MINIMUMS: Final = ("monthly_minimum", "yearly_minimum", "true_up", "commitment")
"""Keys of a contract that a commitment takes the place of."""
Period = Literal["month", "year", "term"]


@dataclass(frozen=True, slots=True)
class Tier:
    """Units of a month up to a number, at a rate each; the last tier has no bound."""

    up_to: float | None
    rate: float


@dataclass(frozen=True, slots=True)
class Committed:
    """What is owed at least over a period: money, or units at the contract's price."""

    amount: float
    in_units: bool = False
    period: Period = "year"


@dataclass(frozen=True, slots=True)
class Offers:
    """What vendors offer, by the names of the template's contracts.

    Attributes:
        current: contract by whose unit the vendor of today bills, and its price; None where people work alone.
    """

    prices: Mapping[str, float] = field(default_factory=dict)
    tiers: Mapping[str, Sequence[Tier]] = field(default_factory=dict)
    commitments: Mapping[str, Committed] = field(default_factory=dict)
    current: tuple[str, float] | None = None


def priced(scenario: Scenario) -> list[str]:
    """Return the names of the contracts that have a unit price."""
    return [name for name, spec in scenario.contracts.items() if getattr(spec, "price", None) is not None]


def tiered(scenario: Scenario) -> list[str]:
    """Return the names of the contracts that have a unit price or tiers, and may have either."""
    return [
        name
        for name, spec in scenario.contracts.items()
        if "tiers" in type(spec).model_fields and (spec.price is not None or spec.tiers is not None)
    ]


def check_offers(offers: Offers, before: Scenario) -> None:
    """Refuse an offer of a contract that the template does not have, or that cannot take it.

    Raises:
        TemplateError: with the nearest name.
    """
    _check(offers.prices, priced(before), "has one price")
    _check(offers.tiers, tiered(before), "can have tiers")
    _check(offers.commitments, list(before.contracts), "is there")
    _check([] if offers.current is None else [offers.current[0]], priced(before), "has one price")
    both = next((name for name in offers.prices if name in offers.tiers), None)
    if both is not None:
        raise TemplateError(f"the contract '{both}' was given a price and tiers: give one of the two")


def put_offers(document: TOMLDocument, offers: Offers, before: Scenario, code: str) -> None:
    """Put offers into the text of a template, each number with its source.

    Args:
        code: ISO code of the currency in which they are.
    """
    contracts: Any = document["contracts"]
    for name, price in offers.prices.items():
        _put(contracts, name, ("price",), "price", _sourced(price))
    for name, tiers in offers.tiers.items():
        _put(contracts, name, ("price", "tiers", "tiering", "package", "plans"), "tiers", _tiers(tiers))
    for name, committed in offers.commitments.items():
        _put(contracts, name, MINIMUMS, "commitment", _commitment(committed))
    if offers.current is not None:
        _put_current(document, *offers.current, before, code)


def _check(names: Iterable[str], known: Sequence[str], what: str) -> None:
    for name in names:
        if name not in known:
            raise TemplateError(
                f"no contract '{name[:60]}' of this template {what}; {suggest(name, known, 'there are')}"
            )


def _put(contracts: Any, name: str, old: Sequence[str], new: str, value: str) -> None:
    """Write a key of a contract in the place of the first of its old ones, and leave out the others."""
    import tomlkit
    from tomlkit.items import InlineTable

    table = contracts[name]
    texts = {key: tomlkit.item(each).as_string().strip() for key, each in table.items()}
    place = next((key for key in old if key in texts), None)
    written = {}
    for key, text in texts.items():
        if key == place:
            written[new] = value
        elif key not in old:
            written[key] = text
    written.setdefault(new, value)
    if isinstance(table, InlineTable):
        contracts[name] = tomlkit.value("{ " + ", ".join(f"{key} = {text}" for key, text in written.items()) + " }")
        return
    for key in old:
        if key != new and key in table:
            table.remove(key)
    table[new] = tomlkit.value(value)


def _sourced(number: float, kind: str = "quoted") -> str:
    return f'{{ value = {_text(number)}, kind = "{kind}", source = "{GIVEN}" }}'


def _text(number: float) -> str:
    return plainly(reference.written(float(number)))


def _tiers(tiers: Sequence[Tier]) -> str:
    rows = [
        f"  {{ {'' if each.up_to is None else f'up_to = {_text(each.up_to)}, '}rate = {_sourced(each.rate)} }},\n"
        for each in tiers
    ]
    return "[\n" + "".join(rows) + "]"


def _commitment(committed: Committed) -> str:
    owed = f"units = {_text(committed.amount)}" if committed.in_units else f"amount = {_sourced(committed.amount)}"
    return f'{{ {owed}, period = "{committed.period}" }}'


def _put_current(document: TOMLDocument, name: str, price: float, before: Scenario, code: str) -> None:
    """Make the row for today the contract in force: billed by the unit of one of the template's, at another price."""
    import tomlkit

    contracts: Any = document["contracts"]
    left_out = {*NOT_OF_THE_UNIT, *SettlementTerms.model_fields, "price"}
    unit = {key: tomlkit.item(each).as_string() for key, each in contracts[name].items() if key not in left_out}
    terms = ", ".join(f"{key} = {text.strip()}" for key, text in unit.items())
    today: Any = document.get("today")
    if today is None:
        document["today"] = today = tomlkit.table()
    for key in (*PEOPLE_ONLY, "contract", "terms", "title"):
        if key in today:
            today.remove(key)
    rate = f"{price:.10g}"
    with contextlib.suppress(ValueError):  # what names no currency is refused with its line
        rate = format_rate(price, currency(code))
    today["title"] = f"Today's vendor, {_billed(before, name)}, at {rate}"
    today["terms"] = tomlkit.value(f"{{ {terms}, price = {_sourced(price, 'contract')} }}")


def _billed(before: Scenario, name: str) -> str:
    """Return how a contract bills, as a phrase: "per resolution, assumed 24 h"."""
    spec = before.contracts[name]
    title: str = spec.title or spec.default_title
    return f"{title[:1].lower()}{title[1:]}"
