"""What a contract binds its buyer to beside the price of use, and whether anybody stands behind its prices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from simulator.report.summary.summary import Summary
from simulator.report.summary.terms import Terms
from simulator.report.words.figures import count, figures

FIRM: Final = frozenset({"measured", "contract", "quoted", "published"})
"""Kinds of sources that somebody else stands behind."""


def terms_of(summary: Summary, name: str) -> Terms:
    """Return the terms of a contract by its name."""
    return next(each for each in summary.terms if each.contract == name)


def assumed(terms: Terms) -> bool:
    """Return whether no offer, contract or published page is named for the prices."""
    return not terms.offer and terms.backing not in FIRM


def firm_obligation(terms: Terms) -> float:
    """Return what is owed at least until the end of the term, whatever is used; 0 of what can be cancelled every month.

    The largest of fees, minimums and commitment, which are not added, because fees may count towards a minimum. Parts
    of years count nothing where a minimum is one of years.
    """
    months = terms.term_months
    if months <= 1:
        return 0.0
    over = {"month": months, "year": months // 12, "term": 1}.get(terms.committed_over, 0)
    return max(
        terms.one_time_fees + months * terms.platform_fee,
        months * (terms.least_per_month or 0.0),
        (months // 12) * (terms.least_per_year or 0.0),
        over * (terms.committed or 0.0),
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
        firm = firm_obligation(terms)
        owes = f": at least {_money(firm, code)} whatever is used" if firm else ""
        yield f"bound for {terms.term_months} months{owes}"


def _money(amount: float, code: str) -> str:
    return figures([amount], code)[0]
