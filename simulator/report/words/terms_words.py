"""What a contract binds its buyer to beside the price of use, and whether anybody stands behind its prices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from simulator.report.summary.summary import Summary
from simulator.report.summary.terms import Terms
from simulator.report.words.figures import count, figures

FIRM: Final = frozenset({"measured", "contract", "quoted", "published"})
"""Kinds of sources that somebody else stands behind."""
YEAR: Final = 12


def terms_of(summary: Summary, name: str) -> Terms:
    """Return the terms of a contract by its name."""
    return next(each for each in summary.terms if each.contract == name)


def assumed(terms: Terms) -> bool:
    """Return whether no offer, contract or published page is named for the prices."""
    return not terms.offer and terms.backing not in FIRM


def firm(terms: Terms, months: int) -> float:
    """Return what is owed at least in the first months of a contract, whatever is used, once it is signed.

    The largest of fees, minimums and commitment, which are not added, because fees may count towards a minimum; fees
    owed once come on top, because no minimum counts them. Part of a year counts nothing where a minimum is yearly.
    """
    bound = min(months, terms.term_months)
    years = bound // YEAR
    times = {"month": bound, "year": years, "term": int(months >= terms.term_months)}.get(terms.committed_over, 0)
    return terms.one_time_fees + max(
        terms.platform_fee * bound,
        (terms.least_per_month or 0.0) * bound,
        (terms.least_per_year or 0.0) * years,
        (terms.committed or 0.0) * times,
    )


def terms_words(terms: Terms, code: str) -> list[str]:
    """Return what is owed whatever is used, and for how long: "platform fee $12K a month", "bound for 36 months"."""
    return [*_fees(terms, code), *_least(terms, code), *_most_and_long(terms, code)]


def _fees(terms: Terms, code: str) -> Iterator[str]:
    if terms.platform_fee:
        yield f"platform fee {_money(terms.platform_fee, code)} a month"
    if terms.one_time_fees:
        yield f"{_money(terms.one_time_fees, code)} once"


def _least(terms: Terms, code: str) -> Iterator[str]:
    over = {"": "", "month": "a month", "year": "a year", "term": "over the term"}[terms.committed_over]
    if terms.least_per_month:
        yield f"at least {_money(terms.least_per_month, code)} a month"
    if terms.least_per_year:
        yield f"at least {_money(terms.least_per_year, code)} a year"
    if terms.committed:
        yield f"committed to {_money(terms.committed, code)} {over}"
    if terms.committed_units:
        yield f"committed to {count(terms.committed_units)} units {over}"


def _most_and_long(terms: Terms, code: str) -> Iterator[str]:
    if terms.most_per_month:
        yield f"at most {_money(terms.most_per_month, code)} a month"
    if terms.term_months > 1:
        owed = firm(terms, terms.term_months)
        owes = f": at least {_money(owed, code)} whatever is used" if owed else ""
        yield f"bound for {terms.term_months} months{owes}"


def _money(amount: float, code: str) -> str:
    return figures([amount], code)[0]
