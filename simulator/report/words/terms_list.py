"""Price and terms of a contract as a list and as a line, and the price from which on another contract is cheaper."""

from __future__ import annotations

from typing import Final, NamedTuple

from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.summary import Summary
from simulator.report.summary.terms import Terms
from simulator.report.words.figures import about, count, figures, rate, short_rate
from simulator.report.words.sentences import contract_of, in_sentence
from simulator.report.words.terms_words import assumed, terms_of, terms_words

ASSUMED: Final = "assumed, no offer named"
BACKED: Final = {"measured": "measured", "contract": "from a contract", "quoted": "quoted", "published": "published"}
"""What stands behind a price, by the kind of its source."""
SHOWN_PRICES: Final = 3


class Term(NamedTuple):
    """A term of a contract: what it is called, and what is asked."""

    name: str
    text: str


def terms_list(summary: Summary, name: str) -> list[Term]:
    """Return price and terms of a contract; what is not asked for is told too, because a reader looks for it."""
    terms, code = terms_of(summary, name), summary.currency
    found = [
        Term("Price", prices(summary, name)),
        Term("Behind the price", behind(terms)),
        Term("Platform fee", _money(terms.platform_fee, code, "a month")),
        Term("Minimum", _minimum(terms, code)),
        Term("Commitment", _commitment(terms, code)),
        Term("Term", _bound(terms)),
        Term("Owed on leaving early", _leaving(terms, code)),
    ]
    if terms.one_time_fees:
        found.append(Term("Fees paid once", _money(terms.one_time_fees, code, "in all")))
    if terms.most_per_month is not None:
        found.append(Term("Cap", f"{_money(terms.most_per_month, code, 'a month')} at most"))
    return found


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
    return ", ".join([*texts, *([f"{more} more prices"] if more else [])])


def walk_away(summary: Summary) -> str:
    """Return the price from which on the recommended contract is no longer the cheapest on average; or nothing.

    It is the price at which it costs as much as the contract that `tie` of its block names.
    """
    best, code = contract_of(summary, summary.recommended), summary.currency
    tie = best.tie
    if tie is None or tie.factor <= 1:
        return ""
    other = in_sentence(contract_of(summary, tie.with_contract).title)
    if best.one_price and tie.unit_price is not None and best.unit_rate is not None:
        price = figures([tie.unit_price, best.unit_rate], code)[0]
        return f"Above {price} {best.unit_label}, {other} costs less on average."
    more = 100 * (tie.factor - 1)
    return f"If its prices for use rise by more than {more:.2g} %, fees unchanged, {other} costs less on average."


def _price(amount: float, contract: ContractNumbers, code: str) -> str:
    """Return a stated price with all its digits; of the middle of a range, and of one converted, four of them."""
    if contract.exchange is not None:
        return short_rate(amount, code)
    return rate(amount, code) if contract.unit_rate_fixed else about(amount, code)


def _money(amount: float, code: str, per: str) -> str:
    return f"{figures([amount], code)[0]} {per}" if amount else "none"


def _minimum(terms: Terms, code: str) -> str:
    month, year = terms.least_per_month, terms.least_per_year
    parts = [_money(month, code, "a month")] if month else []
    parts += [_money(year, code, "a year")] if year else []
    return " and ".join(parts) or "none"


def _commitment(terms: Terms, code: str) -> str:
    over = {"term": "over the term", "": ""}.get(terms.committed_over, f"a {terms.committed_over}")
    if terms.committed is not None:
        return _money(terms.committed, code, over)
    return "none" if terms.committed_units is None else f"{count(terms.committed_units)} units {over}"


def _bound(terms: Terms) -> str:
    months = terms.term_months
    return "can be cancelled every month" if months == 1 else f"bound for {months} months"


def _leaving(terms: Terms, code: str) -> str:
    if not terms.owed_on_leaving:
        return "nothing"
    return f"{figures([terms.owed_on_leaving], code)[0]} on average after month {terms.owed_month}, less at others"
