"""What people write in the tables within a contract: commitments, charges, tiers, and what holds between two months."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from simulator.scenario.key_paths import Path
from simulator.scenario.meant.spelled import LOWER, RATE, UPPER, figure, month_of

_FROM: Final = ("from", "start", "starts", "since", "begin", "begins", "start_month", "valid_from", "first_month",
                "effective_from", "start_date")  # fmt: skip
_UNTIL: Final = ("until", "till", "to", "end", "ends", "end_month", "valid_until", "valid_to", "last_month", "through",
                 "expires", "end_date")  # fmt: skip
_UNITS: Final = ("resolutions", "conversations", "tickets", "cases", "messages", "sessions", "minutes", "actions", "volume",
                 "quantity", "count", "qty", "minimum_units", "min_units")  # fmt: skip
_MONEY: Final = ("money", "spend", "value", "fee", "usd", "eur", "cost", "revenue", "price")
_PERIOD: Final = ("per", "every", "interval", "frequency", "span", "cycle", "term", "basis")
_MONTHLY: Final = ("per_month", "monthly", "month", "units_per_month")
_YEARLY: Final = ("per_year", "yearly", "annual", "annually", "year", "units_per_year")
_DATED: Final = ("discounts", "free_units", "price_changes", "charges")


def of_table(inner: Path, key: str, value: Any) -> str | None:
    """Return how a key that a table within a contract does not have is written, or None.

    Args:
        inner: its path within the contract.
        key: its words, joined by lines.
    """
    name = next(str(part) for part in reversed(inner[:-1]) if isinstance(part, str))
    if name == "commitment":
        return _in_commitment(key, value)
    if name == "prepaid":
        return _in_prepaid(key, value)
    if name in ("tiers", "steps"):
        return _in_tier(key, value, "rate" if name == "tiers" else "price")
    found = _between(key, value) if name in (*_DATED, "ramp") else None
    return found or (_in_charge(key, value) if name == "charges" else None)


def _in_commitment(key: str, value: Any) -> str | None:
    number = figure(value)
    if key in _UNITS:
        return f"write units = {number}"
    if key in _MONEY:
        return f"write amount = {number}"
    if key in _PERIOD:
        return 'write period = "month", "year" or "term"'
    if key in _MONTHLY or key in _YEARLY:
        period = "month" if key in _MONTHLY else "year"
        return f'write units = {number}, or amount = {number} for money, and period = "{period}"'
    if key in ("months", "term_months"):
        return f'write period = "term" here, and term_months = {number} in the contract'
    if key in ("minimum", "min", "least", "commit", "committed", "number"):
        return f"write units = {number} for units of the contract, or amount = {number} for money"
    return None


def _in_prepaid(key: str, value: Any) -> str | None:
    number = figure(value)
    if key in ("amount", "credits", "credit", "value", "balance", "units"):
        return f"write packs = [{{ amount = {number}, price = N }}]: what the credits pay for, and what they cost"
    if key in ("price", "cost", "fee"):
        return f"write packs = [{{ amount = N, price = {number} }}]: what the credits pay for, and what they cost"
    return None


def _in_tier(key: str, value: Any, price: str) -> str | None:
    if key in LOWER:
        return "a tier begins where the one before ends: leave it out, and give up_to, the last unit of the tier"
    if key in UPPER:
        return f"write up_to = {figure(value)}: the last unit of the tier; the last tier has none"
    if key in RATE and key != price:
        return f"write {price} = {figure(value)}"
    return f"write flat_fee = {figure(value)}: owed once in a month" if key in ("fee", "base", "base_fee") else None


def _between(key: str, value: Any) -> str | None:
    month = month_of(value)
    if key in _FROM:
        return f'write from_month = {month}: a month of the contract, counted from 1, or a calendar month as "2028-01"'
    if key in _UNTIL:
        return f'write to_month = {month}: the last month in which it holds, counted from 1, or as "2028-01"'
    if key == "month":
        return f"write from_month = {month} if it holds from then on, with to_month = {month} if in that month only"
    return None


def _in_charge(key: str, value: Any) -> str | None:
    number = figure(value)
    said: Mapping[str, str] = {
        **dict.fromkeys(("floor", "min", "monthly_minimum", "least", "minimum_fee", "minimum_charge", "min_charge"),
                        f"write minimum = {number}: least that the charge of a month comes to, in money"),
        **dict.fromkeys(("min_units", "minimum_units", "minimum_volume", "commitment"),
                        f"a charge has no minimum of units; write minimum = N with what {number} cost, or a commitment of "
                        "the contract"),
        **dict.fromkeys(("cap", "max", "ceiling", "monthly_cap", "maximum_per_month", "limit"),
                        f"write maximum = {number} for the most that the charge of a month comes to, in money, or "
                        f"cap_per_conversation = {number} for the most units of a conversation that bill"),
        **dict.fromkeys(("allowance", "free", "free_units", "included_units", "quota"),
                        f"write free = {{ units = {number} }} for units that cost nothing each month"),
        **dict.fromkeys(("rebate", "discount", "reduction"),
                        f"write discount_share = {number} for a share off the charge, or discount_amount = {number} for "
                        "money off a month"),
        **dict.fromkeys(("price", "unit_price", "price_per_unit", "cost"),
                        f"write rate = {number} (of kind package and credits it is price)"),
    }  # fmt: skip
    return said.get(key)
