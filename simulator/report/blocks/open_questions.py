"""What is open before the recommended contract can be signed, from the scenario alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from simulator.contracts.metering.meters import unit_name
from simulator.forecast.forecast import Forecast
from simulator.forecast.verdict import Question, Verdict
from simulator.report.blocks.plain_names import plain_name
from simulator.report.blocks.price_standing import NOT_OFFERED, price_sources, price_standing
from simulator.report.blocks.published import estimates, offer_of
from simulator.report.words.figures import figures
from simulator.report.words.terms_words import FIRM
from simulator.scenario.stated.sources import quantities, source_at

if TYPE_CHECKING:
    from simulator.forecast.priced import Priced
    from simulator.scenario.schema import Scenario

SHOWN: Final = 4
"""Items that a question lists; more are counted."""


def judged(forecast: Forecast) -> Verdict:
    """Return the verdict with what is open before signing.

    Open are, in this order: that no number is a range, a unit that the buyer cannot recount, clauses that the offer
    does not publish or that the scenario assumes, a price that nobody quoted, what is owed after the forecast ends,
    and a cost of the unit that nobody gave.
    """
    scenario, best = forecast.scenario, forecast.recommended
    if forecast.verdict.rule == "no_units":
        return forecast.verdict
    found = (
        *_range(scenario),
        *_recount(best),
        *_clauses(scenario, best),
        *_price(scenario, best),
        *_term(forecast),
        *_unit_cost(scenario),
    )
    return replace(forecast.verdict, questions=found)


def settled_first(verdict: Verdict) -> list[str]:
    """Return what is open before signing in a few words each, without why it is."""
    return [each.text.split(": ")[0] for each in verdict.questions]


def _range(scenario: Scenario) -> Iterator[Question]:
    if all(each.fixed for each in quantities(scenario)):
        yield Question("range", "which inputs are uncertain: none is given as a range")
    typical = [each for each in quantities(scenario) if not each.fixed and each.source.kind == "typical"]
    if typical:
        names = _listed([plain_name(each.name, scenario) for each in typical])
        yield Question(
            "typical",
            f"how far your own numbers may be off: what is typical elsewhere, and not measured here, is {names}",
        )


def _recount(best: Priced) -> Iterator[Question]:
    if not best.countable_by_buyer:
        yield Question("recount", f"how the bill is checked, as we cannot recount it: {best.count_note.rstrip('.')}")


def _clauses(scenario: Scenario, best: Priced) -> Iterator[Question]:
    """What the vendor does not publish, what third parties estimate, and definitions that are only assumed."""
    name = best.contract.name
    entry = offer_of(scenario, name)
    if entry is not None:
        if entry.not_published:
            yield Question("clauses", f"what {entry.vendor} does not publish: {_listed(entry.not_published)}")
        if guessed := estimates(scenario, name, entry):
            yield Question("clauses", f"terms that third parties estimate: {_listed(guessed)}")
        return
    if source_at(scenario, ("contracts", name)).kind in FIRM:
        return
    named = best.contract.definitions
    assumed = [each for each in named if source_at(scenario, ("definitions", each)).kind not in FIRM]
    if assumed or not named:
        counted = f"by the clauses of {_listed(assumed)}" if assumed else with_article(unit_name(best.contract.unit))
        yield Question(
            "clauses",
            f"whether the vendor counts {counted} as this scenario assumes: have the vendor fill in the blank sheet of "
            "worked cases, which is at the end of contracts.md",
        )


def with_article(unit: str) -> str:
    """Return a unit with its article: "an AI reply", "a conversation"."""
    return f"{'an' if unit[:1] in 'aeioAEIO' else 'a'} {unit}"


def _price(scenario: Scenario, best: Priced) -> Iterator[Question]:
    """Whether a quote or a contract stands behind the prices: a published page is no offer to this buyer."""
    standing, written = price_standing(scenario, best.contract.name), price_sources(scenario, best.contract.name)
    if standing == "assumed" and written:
        yield Question("price", "the price: no quote, contract or published page is named for it")
    elif standing == "published":
        yield Question("quote", f"the price, in a quote for our volume: it is {NOT_OFFERED}")


def _term(forecast: Forecast) -> Iterator[Question]:
    """What the recommended contract is owed after the last month of the forecast, whatever is used."""
    best, scenario = forecast.recommended, forecast.scenario
    owed = best.exits[-1].total if best.exits else 0.0
    if owed > 0:
        amount = figures([owed], scenario.currency)[0]
        yield Question(
            "term",
            f"what comes after the forecast: it covers {scenario.months} months, and {amount} more is owed whatever is "
            f"used, because the contract binds us for {best.contract.settlement.term_months} months",
        )


def _unit_cost(scenario: Scenario) -> Iterator[Question]:
    kinds = {each.source.kind for each in quantities(scenario) if each.name.startswith("tokens.")}
    if not kinds & FIRM:
        yield Question(
            "unit_cost", "what a unit costs underneath: no length in tokens is measured, quoted or published"
        )


def _listed(items: list[str] | tuple[str, ...]) -> str:
    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return ", ".join(items[:SHOWN]) + more
