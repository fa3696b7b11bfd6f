"""Price and terms of a contract in a line, and the price from which on another contract is cheaper."""

from __future__ import annotations

import math
from typing import Final

from simulator.report.summary.contract import ContractNumbers, TieAt, TieAtMean
from simulator.report.summary.summary import Summary
from simulator.report.summary.terms import Terms
from simulator.report.words.budget_words import budgets, several_budgets
from simulator.report.words.figures import about, figures, price_at_most, rate, short_rate
from simulator.report.words.sentences import contract_of, in_sentence
from simulator.report.words.terms_words import assumed, terms_of, terms_words

ASSUMED: Final = "assumed, no offer named"
BACKED: Final = {"measured": "measured", "contract": "from a contract", "quoted": "quoted", "published": "published"}
"""What stands behind a price, by the kind of its source."""
SHOWN_PRICES: Final = 3
RISES: Final = frozenset({"escalator", "escalator_cap", "escalator_floor", "price_change"})
"""Kinds of clauses that move a price along the months."""


def terms_line(summary: Summary, name: str) -> str:
    """Return price and terms of a contract in one line, without what it does not ask for."""
    terms = terms_of(summary, name)
    backed = ASSUMED if assumed(terms) else "published" if terms.offer else BACKED[terms.backing]
    return "; ".join([prices(summary, name), *terms_words(terms, summary.currency), f"price {backed}"])


def behind(terms: Terms) -> str:
    """Return what stands behind the prices of a contract: "assumed, no offer named", or "quoted" with its source."""
    if terms.offer:
        return f"published: {terms.offer}"
    if assumed(terms):
        return ASSUMED
    return f"{BACKED[terms.backing]}{', ' if terms.source else ''}{terms.source}"


def prices(summary: Summary, name: str) -> str:
    """Return what use costs with the units that prices are of; where no charge has a single price, its few words."""
    terms, contract, code = terms_of(summary, name), contract_of(summary, name), summary.currency
    shown = terms.prices[:SHOWN_PRICES]
    if not shown:
        return str(contract.price_words)
    texts = [f"{_price(each.amount, contract, code)} {each.unit}" for each in shown]
    more = len(terms.prices) - len(shown)
    return ", ".join([*texts, *([f"{more} more prices"] if more else []), *_rises(summary, name)])


def _rises(summary: Summary, name: str) -> list[str]:
    """How prices rise or fall by the contract, and what holds that: without it the price of today is no price."""
    clauses = next((each.clauses for each in summary.bound_clauses if each.contract == name), ())
    return [f"{each.name[:1].lower()}{each.name[1:]}" for each in clauses if each.kind in RISES and each.side != "old"]


def walk_away(summary: Summary) -> str:
    """Return up to which price the recommended contract costs less than others on average, and keeps its budgets.

    The next of the ranking is the one that `tie` of its block names; one that costs less on average at today's price is
    named as well. Prices are rounded down, so that what is said up to them is true. Nothing where no price is known.
    """
    best, told = contract_of(summary, summary.recommended), []
    tie, limit = best.tie, summary.price_that_holds_budget
    if tie is not None and tie.factor > 1:
        fee = terms_of(summary, best.name).platform_fee
        kept = f" with the platform fee of {figures([fee], summary.currency)[0]} a month as it is," if fee else ""
        others = _cheaper_than(summary, best, tie)
        told.append(f"Up to {_up_to(summary, tie, tie.unit_label)},{kept} it costs less on average than {others}.")
    if limit is not None and summary.budget is not None:
        what = "the budgets of all fiscal years hold" if several_budgets(summary) else f"{budgets(summary)} holds"
        told.append(f"Up to {_up_to(summary, limit, '')}, {what} in nine of ten futures.")
    return " ".join(told)


def _cheaper_than(summary: Summary, best: ContractNumbers, tie: TieAtMean) -> str:
    """The contract of a tie, and the nearest of those that cost less on average before it, with what is known of it."""
    other = in_sentence(contract_of(summary, tie.with_contract).title)
    mean = best.invoice.mean
    between = [
        each
        for each in summary.contracts
        if each.name not in (best.name, tie.with_contract)
        and each.bills_units
        and each.invoice.mean < contract_of(summary, tie.with_contract).invoice.mean
    ]
    if not between:
        return other
    near = min(between, key=lambda each: abs(each.invoice.mean - mean))
    title = in_sentence(near.title)
    (gap,) = figures([abs(near.invoice.mean - mean)], summary.currency)
    if near.invoice.mean < mean:
        return f"{other}; {title} costs {gap} less on average already"
    return f"{other}; {title} is nearer, at {gap} more"


def _up_to(summary: Summary, tie: TieAt, unit: str) -> str:
    """A price rounded down, where use has one price; else by how much all prices for use may change."""
    best = contract_of(summary, summary.recommended)
    stated = terms_of(summary, best.name).prices
    if tie.unit_price is not None and len(stated) == 1:
        price = price_at_most(tie.unit_price, summary.currency, stated[0].amount if tie.factor > 1 else 0.0)
        return f"{price} {unit}".strip()
    change = math.floor(1000 * (tie.factor - 1) + 1e-9) / 10
    return f"prices for use {abs(change):g} % {'higher' if change >= 0 else 'lower'}"


def _price(amount: float, contract: ContractNumbers, code: str) -> str:
    """Return a stated price with all its digits; of the middle of a range, and of one converted, four of them."""
    if contract.exchange is not None:
        return short_rate(amount, code)
    return rate(amount, code) if contract.unit_rate_fixed else about(amount, code)
