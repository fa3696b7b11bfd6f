"""Every term of a contract moved to its alternatives, one at a time and the best together, on the same futures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from simulator import risk
from simulator.contracts import Contract
from simulator.contracts.metering.meters import CONVERSATIONS, definition_of, resolutions
from simulator.decisions.clause_prices.clause_worths import ClausePrices, PricedChange, Unmeasured
from simulator.decisions.clause_prices.definition_alternatives import definition_alternatives
from simulator.decisions.clause_prices.drafts import Draft, Drafts
from simulator.decisions.clause_prices.given import given, given_drafts
from simulator.decisions.clause_prices.moved_terms import Alternative, Change, Standing
from simulator.decisions.clause_prices.price_alternatives import can_be_unlocked, price_alternatives, unlocked
from simulator.decisions.clause_prices.priced_drafts import PricedDrafts
from simulator.decisions.clause_prices.settlement_alternatives import settlement_alternatives
from simulator.decisions.clause_prices.together import best_sets, together
from simulator.decisions.commitment.committed import sizes_of
from simulator.decisions.same_futures import SameFutures
from simulator.decisions.worth import NINE_IN_TEN, TAIL
from simulator.errors import ContractError
from simulator.scenario.stated.compiled_terms import Terms, compile_terms

if TYPE_CHECKING:
    from simulator.engine.results import Results

DEFINITIONS: Final = 2
"""Definitions of a contract whose clauses are moved."""

Found = tuple[Alternative, PricedChange]


def clause_prices(futures: SameFutures, contract: str) -> ClausePrices:
    """Return what each term of a contract is worth to its buyer.

    Args:
        futures: of a run with all meters.
        contract: one that the scenario offers, no change of vendor.

    Raises:
        ContractError: for a change of vendor, which has two contracts.
    """
    if contract not in futures.scenario.contracts:
        raise ContractError(
            f"{contract!r} is a change of vendor, which has the terms of two contracts: ask about one of them"
        )
    standing, terms = standing_of(futures, contract)
    drafts = Drafts(futures.scenario, contract)
    every = alternatives(standing, terms)
    within = [each for each in every if each.from_month <= standing.months]
    singles = [(each, draft) for each in within if (draft := drafts.draft([each])) is not None]
    priced = PricedDrafts.of(drafts, futures)
    empty = tuple(each.change for each, draft in singles if priced.bills_nothing(draft))
    found = _ordered([(each, priced.change(each.change, draft)) for each, draft in singles if each.change not in empty])
    later = Drafts(futures.scenario, contract)
    sets = best_sets(found, later)
    to_give = given_drafts(found, sets.best, priced.one_percent, later)
    lock = _left_open(found, standing, later)
    of_sets = PricedDrafts.of(later, futures)
    if lock is not None:
        found = _ordered([*found, (lock[0], of_sets.change(lock[0].change, lock[1]))])
    changes = tuple(change for _, change in found)
    now = priced.now
    told = ClausePrices(
        contract=contract,
        title=standing.contract.title,
        currency=standing.spec.currency or futures.scenario.currency,
        with_people=priced.with_people,
        invoice=(risk.mean(now), risk.quantile(now, NINE_IN_TEN), risk.cvar(now, TAIL)),
        one_percent=priced.one_percent,
        changes=changes,
        together=together(sets, changes, of_sets),
        empty=empty,
        unmeasured=(*_after_horizon(every, standing), *_renewed_later(found, standing)),
        commits=bool(sizes_of(standing.contract)),
    )
    return replace(told, given=given(told, to_give, of_sets))


def _after_horizon(every: Sequence[Alternative], standing: Standing) -> Iterator[Unmeasured]:
    """Yield changes that act after the horizon only."""
    yield from (Unmeasured(each.change, each.from_month) for each in every if each.from_month > standing.months)


def _renewed_later(found: Sequence[Found], standing: Standing) -> Iterator[Unmeasured]:
    """Yield the definition left open to a change at renewal, where that is after the horizon."""
    worst, month = _loosest(found, standing), standing.contract.settlement.term_months + 1
    if worst is not None and month > standing.months:
        change = Change("definition_lock", None, (float(month), worst.change.term), added=True)
        yield Unmeasured(change, month)


def _ordered(found: Sequence[Found]) -> list[Found]:
    """Return changes by what they are worth at P90, then on average."""
    return sorted(found, key=lambda one: (-one[1].worth.p90.value, -one[1].worth.mean.value))


def alternatives(standing: Standing, terms: Terms) -> list[Alternative]:
    """Return every term of a contract moved to each of its alternatives."""
    several = len(standing.definitions) > 1
    clauses = [
        each
        for name, spec in standing.definitions.items()
        for each in definition_alternatives(name, spec, terms.definitions[name].title if several else "")
    ]
    return [*clauses, *price_alternatives(standing), *settlement_alternatives(standing)]


def standing_of(futures: SameFutures, name: str) -> tuple[Standing, Terms]:
    """Return a contract as it stands, and the terms of its scenario."""
    scenario, results = futures.scenario, futures.results
    terms = compile_terms(scenario)
    contract = terms.contracts[name]
    exchange = 1.0 if contract.exchange is None else contract.exchange.rate.center
    definitions = _billed_definitions(contract)
    standing = Standing(
        spec=scenario.contracts[name],
        contract=contract,
        definitions={each: terms.definitions[each].spec for each in definitions},
        guaranteed=_guaranteed(definitions, terms, results),
        months=scenario.months,
        a_month=risk.mean(futures.billed(contract)) / scenario.months / exchange,
        units_a_month=float(results.priced_meters(contract)[contract.unit].mean()),
    )
    return standing, terms


def _billed_definitions(contract: Contract) -> list[str]:
    """Return the definitions by which charges bill, the first ones."""
    return list(dict.fromkeys(found for meter in contract.billed_meters if (found := definition_of(meter))))[
        :DEFINITIONS
    ]


def _guaranteed(billed: Sequence[str], terms: Terms, results: Results) -> tuple[str, str, float] | None:
    """Return the definition of which a rate could be guaranteed, the contract's own or one that the buyer can count."""
    countable = [name for name, each in terms.definitions.items() if each.verifiability.countable_by_buyer]
    name, of = next(iter((*billed, *countable)), None), float(results.meters[CONVERSATIONS].sum())
    if name is None or of <= 0:
        return None
    return name, terms.definitions[name].title, float(results.meters[resolutions(name)].sum()) / of


def _left_open(found: Sequence[Found], standing: Standing, drafts: Drafts) -> tuple[Alternative, Draft] | None:
    """Return the definition left open to the change at renewal that costs most; None where nothing could cost more."""
    worst, month = _loosest(found, standing), renewal(standing)
    if worst is None or month is None:
        return None
    name = drafts.definition(worst.definition, worst.clauses)
    change = Change("definition_lock", None, (float(month), worst.change.term), added=True)
    left = Alternative(change, edit=unlocked(month, name))
    draft = drafts.draft([left])
    return None if draft is None else (left, draft)


def _loosest(found: Sequence[Found], standing: Standing) -> Alternative | None:
    """Return the clause that costs most of a definition that could be left open; None where no clause costs more."""
    worse = [(each, priced) for each, priced in found if each.definition and priced.worth.p90.value < 0]
    if not worse or not can_be_unlocked(standing.spec):
        return None
    return min(worse, key=lambda one: one[1].worth.p90.value)[0]


def renewal(standing: Standing) -> int | None:
    """Return the first month in which terms can be changed, half-way where that is any month; None after the horizon.

    A contract of 12 months is renewed in month 13; one that ends every month, of a horizon of 12, is told by month 7.
    """
    term = standing.contract.settlement.term_months
    month = standing.months // 2 + 1 if term == 1 else term + 1
    return month if 2 <= month <= standing.months else None
