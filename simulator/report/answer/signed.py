"""What would be signed: price and terms of a contract, what is owed whatever is used, and up to which price it is best.

A term that binds is told in money, because a minimum, a fee and a number of months are not read as one obligation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from simulator.contracts.metering.meters import CONVERSATIONS, definition_of
from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.summary import Summary
from simulator.report.summary.terms import Terms
from simulator.report.words.budget_words import several_budgets
from simulator.report.words.figures import count, figures, percents, short_rate
from simulator.report.words.meter_words import what_counts
from simulator.report.words.sentences import capital, contract_of, in_sentence
from simulator.report.words.terms_line import ASSUMED, behind, prices, terms_line
from simulator.report.words.terms_words import assumed, firm, terms_of

RISES: Final = frozenset({"price_change", "escalator", "escalator_cap", "escalator_floor", "tier", "plan"})
"""Kinds of clauses that make the price another one than that of the first month or the first unit."""
LEAVING: Final = (6, 12, 18, 24, 30, 36)
"""Months after which it is told what is owed on leaving."""
SAME: Final = 0.005
"""By how much of an expected invoice units times their price may differ from it, as both are rounded."""


class Term(NamedTuple):
    """A term of a contract: what it is called, and what is asked."""

    name: str
    text: str


def signed(summary: Summary, name: str) -> list[Term]:
    """Return price and terms of a contract, with the unit in a sentence and the firm obligation in money.

    A platform fee that is not asked for is told too, because a reader looks for it.
    """
    terms, contract = terms_of(summary, name), contract_of(summary, name)
    return [
        Term("Price", _price(summary, name)),
        *_unit(summary, contract),
        Term("Source of the price", source_of_price(terms)),
        Term("Platform fee", _money(terms.platform_fee, summary.currency, "a month")),
        Term("Term", _bound(terms)),
        *_asked(terms, summary.currency),
        Term("Firm obligation", firm_words(summary, terms)),
        *_true_ups(summary, name),
        Term("Owed on leaving early", _leaving(summary, contract)),
    ]


def _asked(terms: Terms, code: str) -> Iterator[Term]:
    """Yield what is told only where it is asked for."""
    if terms.one_time_fees:
        yield Term("Fees paid once", _money(terms.one_time_fees, code, "in all"))
    if terms.most_per_month is not None:
        yield Term("Cap", f"{_money(terms.most_per_month, code, 'a month')} at most")


def _money(amount: float, code: str, per: str) -> str:
    return f"{figures([amount], code)[0]} {per}" if amount else "none"


def _bound(terms: Terms) -> str:
    months = terms.term_months
    return "can be cancelled every month" if months == 1 else f"bound for {months} months"


def expected_use(summary: Summary, name: str) -> list[Term]:
    """Return units a month times the price, where that is the expected invoice; nothing where fees or tiers add to it.

    A volume of cases is not what is billed: customers write more than once on a case, and some of it is not handled.
    """
    contract = contract_of(summary, name)
    billed, rate, mean = contract.units.billed.mean, contract.unit_rate, contract.invoice.mean
    if not contract.one_price or not billed or rate is None or abs(billed * rate - mean) > SAME * mean:
        return []
    price, (total,) = short_rate(rate, summary.currency), figures([mean], summary.currency)
    months = "1 month" if summary.months == 1 else f"{summary.months} months"
    said = f"{count(billed / summary.months)} a month on average, at {price}: {total} over {months}"
    return [Term("Expected use", said)]


def price_and_terms(summary: Summary, name: str) -> str:
    """Return price and terms of a contract in a line, with what changes the price, in names and not in keys."""
    first, *rest = terms_line(summary, name).split("; ")
    return spaced("; ".join([first, *_rises(summary, name), *rest]), summary)


def spaced(text: str, summary: Summary) -> str:
    """Return a text with the names of intents and channels as words: "return refund" for "return_refund"."""
    keys = [key for key in (*summary.conversation.intents, *summary.conversation.channels) if "_" in key]
    if not keys:
        return text
    found = re.compile(rf"\b({'|'.join(map(re.escape, sorted(keys, key=len, reverse=True)))})\b")
    return found.sub(lambda key: key[0].replace("_", " "), text)


def source_of_price(terms: Terms) -> str:
    """Return what stands behind a price; of an assumed one also what it was assumed from."""
    if not assumed(terms) or not terms.source:
        return behind(terms)
    return terms.source if terms.source.startswith(ASSUMED) else f"{ASSUMED}: {terms.source}"


def firm_words(summary: Summary, terms: Terms) -> str:
    """Return what is owed over the term whatever is used, and how much of it no number of this run covers."""
    whole, code = firm(terms, terms.term_months), summary.currency
    if terms.term_months <= 1 and whole == 0:
        return "none: no minimum, no commitment"
    if whole == 0:
        units = "the committed units" if terms.committed_units else "no minimum and no commitment"
        return f"{units}, for {terms.term_months} months"
    beyond = whole - firm(terms, summary.months)
    (text, after) = figures([whole, beyond], code)
    months = "a month" if terms.term_months == 1 else f"{terms.term_months} months"
    told = f"at least {text} over {months}, whatever is used"
    return f"{told}; {after} of it fall due after this forecast and are in no budget here" if beyond > 0 else told


def _price(summary: Summary, name: str) -> str:
    return spaced("; ".join([prices(summary, name), *_rises(summary, name)]), summary)


def _rises(summary: Summary, name: str) -> Iterator[str]:
    """Yield what makes the price another one, each in its words; of tiers also the lowest price."""
    found = next(each.clauses for each in summary.bound_clauses if each.contract == name)
    told = prices(summary, name).casefold()
    kinds = [clause for clause in found if clause.kind in RISES and clause.name.casefold() not in told]
    if any(clause.kind in ("tier", "plan") for clause in kinds):
        yield contract_of(summary, name).price_words
    for clause in kinds:
        text = clause.name.removeprefix("The ")
        yield f"{text[:1].lower()}{text[1:]}"


def _unit(summary: Summary, contract: ContractNumbers) -> Iterator[Term]:
    """Yield what one unit is, of conversations and of resolutions whose definition this run has compared."""
    billed = [each.unit for each in terms_of(summary, contract.name).prices]
    if contract.unit == CONVERSATIONS and any(each.startswith("per handled conversation") for each in billed):
        yield Term("What is counted", " ".join(what_counts((contract.unit,))))
    compared = () if summary.clauses is None else summary.clauses.compared
    for each in compared:
        if each.name == definition_of(contract.unit):
            yield Term("What is counted", each.words)


def _true_ups(summary: Summary, name: str) -> Iterator[Term]:
    """Yield what settlement may add in single months, with its chance and the amount where it is billed."""
    found = [each for each in summary.true_ups if each.contract == name]
    for line in dict.fromkeys(each.line for each in found):
        rows = [each for each in found if each.line == line]
        amounts = figures([each.mean_where_billed for each in rows], summary.currency)
        shares = percents([each.share for each in rows], against=[0, 1])
        parts = (
            f"{each.month}: {amount} in {share} of the futures"
            for each, amount, share in zip(rows, amounts, shares, strict=True)
        )
        yield Term(capital(line), "; ".join(parts))


def _leaving(summary: Summary, contract: ContractNumbers) -> str:
    """Return what is owed on leaving after some months of the horizon, where anything is."""
    rows = [row for row in contract.exit_table if row.month in LEAVING and row.total > 0]
    if not rows:
        first = [row for row in contract.exit_table if row.total > 0][:1]
        rows = first
    if not rows:
        return "nothing"
    amounts = figures([row.total for row in rows], summary.currency)
    told = ", ".join(f"{amount} after month {row.month}" for row, amount in zip(rows, amounts, strict=True))
    certain = any(row.commitment > 0 for row in rows)
    return f"{told}{', on average' if certain else ''}, if we may leave at all"


def limits_of_price(summary: Summary) -> list[str]:
    """Return up to which price the recommended contract is the cheaper one and holds the budget, to the fourth digit.

    Where its bill is a plain product of price and units the price is that at which expected invoices are equal.
    """
    best = contract_of(summary, summary.recommended)
    plain = _plain(summary, best) and best.unit_rate is not None
    same = _same_cost(summary, best, best.unit_rate or 0.0) if plain else _factor_line(summary, best)
    return [line for line in (same, _holding(summary, best)) if line]


def _holding(summary: Summary, best: ContractNumbers) -> str:
    """Return up to which price the contract keeps the budget in nine of ten futures, where there is such a price."""
    held = summary.price_that_holds_budget
    if held is None:
        return ""
    budget = "every year's budget" if several_budgets(summary) else "the budget"
    if held.unit_price is not None and best.one_price:
        at = short_rate(held.unit_price, summary.currency)
        return f"Up to {at} {best.unit_label} it keeps {budget} in nine of ten futures."
    change = f"{percents([abs(held.factor - 1)], against=[0])[0]} {'higher' if held.factor >= 1 else 'lower'}"
    if held.factor >= 1:
        return f"With its prices of use up to {change} it keeps {budget} in nine of ten futures."
    return f"Only with its prices of use {change} does it keep {budget} in nine of ten futures."


def _plain(summary: Summary, contract: ContractNumbers) -> bool:
    """Return whether the invoice is one price times units, with nothing beside it."""
    clauses = next(each.clauses for each in summary.bound_clauses if each.contract == contract.name)
    return contract.one_price and len(contract.lines) == 1 and not clauses and contract.exchange is None


def _same_cost(summary: Summary, best: ContractNumbers, price: float) -> str:
    """Return at which price the contract costs on average as much as the cheapest others of the ranking."""
    mean, others = best.invoice.mean, [contract_of(summary, name) for name in summary.ranking[1:]]
    if mean <= 0 or not others:
        return ""
    named = {rival.name for rival in summary.verdict.rivals} | {summary.ranking[1]}
    above = [(other, price * other.invoice.mean / mean) for other in others if other.name in named]
    told = [f"{short_rate(at, summary.currency)} as {in_sentence(other.title)}" for other, at in above if at > price]
    cheaper = [in_sentence(other.title) for other, at in above if at <= price]
    lines = [f"Price at which it costs the same on average: {', '.join(told)}."] if told else []
    lines += [f"{capital(' and '.join(cheaper))} costs less on average at this price already."] if cheaper else []
    return " ".join(lines)


def _factor_line(summary: Summary, best: ContractNumbers) -> str:
    """Return the same of a contract with fees, minimums or several prices: by how much its prices of use may rise."""
    tie, code = best.tie, summary.currency
    if tie is None or tie.factor <= 1:
        return ""
    other, terms = in_sentence(contract_of(summary, tie.with_contract).title), terms_of(summary, best.name)
    (more,) = percents([tie.factor - 1], against=[0])
    if len(terms.prices) == 1:
        at = short_rate(terms.prices[0].amount * tie.factor, code)
        beside = " with all fees as they are" if terms.platform_fee else ""
        return f"At {at} {terms.prices[0].unit} ({more} more){beside} it costs on average the same as {other}."
    return f"With its prices of use {more} higher and fees as they are it costs on average the same as {other}."
