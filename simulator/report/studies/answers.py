"""Each question of a buyer who decides, from the futures to its answer: numbers and words, for whoever asks.

The commands, `run.ask` and `simulate SCENARIO --decide` all ask here, so that they give the same answer. A
contract that is not named is the recommended one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from simulator.decisions.breakeven.breakeven import breakeven, pair_of
from simulator.decisions.breakeven.verdict_map import verdict_map
from simulator.decisions.clause_prices import clause_prices
from simulator.decisions.commitment import commitments
from simulator.decisions.deal import MARGIN, deal
from simulator.decisions.definition_spread import definition_spread
from simulator.decisions.sensitivities.whole_study import sensitivity
from simulator.decisions.split import MOST, By, as_asked, counted_scenario, refuse_no_split, splits
from simulator.decisions.value import MINUTES, READ, value_of_knowing
from simulator.report.blocks.price_standing import price_key
from simulator.report.blocks.terms import prices_assumed
from simulator.report.studies.breakeven import breakeven_told
from simulator.report.studies.clauses import clauses_told
from simulator.report.studies.commitment import commitment_told
from simulator.report.studies.deal import deal_told
from simulator.report.studies.definition_spread import definition_spread_told
from simulator.report.studies.made import MadeStudy
from simulator.report.studies.sensitivity import sensitivity_told
from simulator.report.studies.split import split_told
from simulator.report.studies.told import MustRead
from simulator.report.studies.value import value_told
from simulator.report.studies.verdict_map import verdict_map_told
from simulator.report.words.sentences import in_sentence
from simulator.scenario.stated.compiled_terms import compile_terms

if TYPE_CHECKING:
    from simulator.decisions.breakeven.numbers import Breakeven
    from simulator.decisions.breakeven.verdict_map import VerdictMap
    from simulator.decisions.clause_prices.clause_worths import ClausePrices
    from simulator.decisions.commitment.commitments_found import Commitments
    from simulator.decisions.deal import Deal
    from simulator.decisions.definition_spread import DefinitionSpread
    from simulator.decisions.same_futures import SameFutures
    from simulator.decisions.sensitivities.whole_study import Sensitivity
    from simulator.decisions.split.splits_found import Splits
    from simulator.decisions.value import ValueOfKnowing
    from simulator.report.studies.told import Told
    from simulator.scenario.schema import Scenario

Numbers = TypeVar("Numbers")


def value_study(
    futures: SameFutures, read: Sequence[int] = READ, minutes: float = MINUTES
) -> MadeStudy[ValueOfKnowing]:
    """Return what is worth finding out before signing."""
    found = value_of_knowing(futures, read, minutes)
    return _made("value", value_told(found, futures), found, futures.scenario, found.recommended)


def sensitivity_study(futures: SameFutures, contract: str | None = None) -> MadeStudy[Sensitivity]:
    """Return which assumptions a contract's cost hangs on, and what breaks its budget."""
    found = sensitivity(futures, _named(futures, contract))
    return _made("sensitivity", sensitivity_told(found, futures.forecast), found, futures.scenario, found.contract)


def deal_study(
    futures: SameFutures, contract: str | None = None, margin: float = MARGIN, at: Sequence[float] = ()
) -> MadeStudy[Deal]:
    """Return where a deal on a contract lies; it says itself who stands behind the prices that it rests on.

    Raises:
        ValueError: for a price of a contract without a unit price.
    """
    found = deal(futures, _named(futures, contract), margin, at)
    told = replace(deal_told(found, futures), price_key=price_key(futures.scenario, found.contract))
    return MadeStudy("deal", told, found)


def breakeven_study(
    futures: SameFutures,
    contract: str | None = None,
    against: str | None = None,
    over: str = "price",
    ends: tuple[float, float] | None = None,
) -> MadeStudy[Breakeven]:
    """Return where two contracts cost the same; without names, the recommended one and its closest rival.

    Raises:
        ValueError: for a key that is no number, one contract twice, or one alone.
    """
    found = breakeven(futures, pair_of(futures, contract, against), over, ends)
    return _made("breakeven", breakeven_told(found, futures.forecast), found, futures.scenario, found.contract)


def map_study(
    futures: SameFutures, contract: str | None = None, first: str = "price", second: str = "volume"
) -> MadeStudy[VerdictMap]:
    """Return which contract the verdict takes over two parameters.

    Raises:
        ValueError: for a key that is no number, or a share of a contract that bills no resolutions.
    """
    found = verdict_map(futures, _named(futures, contract), first, second)
    told = verdict_map_told(found, futures.forecast)
    return _made(f"breakeven --map {first},{second}", told, found, futures.scenario, found.contract)


def clauses_study(futures: SameFutures, contract: str | None = None) -> MadeStudy[ClausePrices]:
    """Return what each term of a contract is worth."""
    found = clause_prices(futures, _named(futures, contract))
    return _made("clauses", clauses_told(found, futures.scenario), found, futures.scenario, found.contract)


def definitions_study(futures: SameFutures, contract: str | None = None) -> MadeStudy[DefinitionSpread]:
    """Return what a contract bills by every definition; the recommended one, or the first of which it can be varied.

    Raises:
        ValueError: for a contract whose definition cannot be varied.
    """
    found = definition_spread(futures, contract)
    return _made(
        "definitions --compare",
        definition_spread_told(found, futures.forecast),
        found,
        futures.scenario,
        found.contract,
    )


def commitment_study(
    futures: SameFutures, contract: str | None = None, discount: float | None = None
) -> MadeStudy[Commitments]:
    """Return how much to commit under a contract.

    Raises:
        ContractError: where nothing can be committed.
    """
    found = commitments(futures, _named(futures, contract), discount)
    return _made("commitment", commitment_told(found, futures.scenario), found, futures.scenario, found.contract)


def split_study(
    futures: SameFutures, by: By = "intent", most: int = MOST, vendor_cost: float = 0.0
) -> MadeStudy[Splits]:
    """Return which conversations to put under which contracts.

    Raises:
        ContractError: where the scenario has one part only, or no contract that can hold some parts only.
    """
    scenario = futures.scenario
    refuse_no_split(scenario, by)
    return split_study_on(futures.on(counted_scenario(scenario, by)), scenario, by, most, vendor_cost)


def split_study_on(
    counted: SameFutures, scenario: Scenario, by: By, most: int, vendor_cost: float
) -> MadeStudy[Splits]:
    """Return the same on futures that were simulated with the meters of every part (`counted_scenario`)."""
    found = splits(as_asked(counted, scenario), by, most, vendor_cost)
    return _made("split", split_told(found, scenario), found, scenario, found.recommended)


def _made(command: str, told: Told, numbers: Numbers, scenario: Scenario, contract: str) -> MadeStudy[Numbers]:
    """Return an answer, with a note on the contracts in its sentence whose prices nobody offers.

    Args:
        contract: that is asked about, whose price the hint names.
    """
    note = assumed_note(told.answer, scenario)
    notes = (*told.notes, MustRead(note)) if note else told.notes
    return MadeStudy(command, replace(told, notes=notes, price_key=price_key(scenario, contract)), numbers)


def assumed_note(answer: str, scenario: Scenario) -> str:
    """Return which contracts that a sentence names have prices that are assumed, and are no offers."""
    found, rest = [], answer
    for each in sorted(compile_terms(scenario).priced, key=lambda of: -len(of.title)):
        told = next((text for text in (in_sentence(each.title), each.title) if text in rest), None)
        rest = rest if told is None else rest.replace(told, "")
        if told is not None and prices_assumed(scenario, each.name):
            found.append((answer.index(told), in_sentence(each.title)))
    if not found:
        return ""
    named = [title for _, title in sorted(found)]
    which = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"No vendor has offered the prices of {which}: they are assumed, so ask for a quote before you rely on them."


def _named(futures: SameFutures, contract: str | None) -> str:
    return futures.forecast.verdict.recommended if contract is None else contract
