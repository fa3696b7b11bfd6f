"""Other contracts and definitions on the futures of a run.

A contract that reads what the run has counted is priced on it as it stands. Another definition, own meter or part is
counted on what is kept of the run (engine.repricing). What that does not tell, tokens of a part for instance, is
simulated again with the same draws (decisions.same_futures).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from simulator.decisions.same_futures import SameFutures
from simulator.definitions import DefinitionSpec
from simulator.engine.repricing import KeptFutures
from simulator.engine.results import Results
from simulator.engine.run import Run as EngineRun
from simulator.engine.run import simulate_all
from simulator.errors import ContractError
from simulator.explore.notebook_bar import notebook_bar
from simulator.explore.written import plain
from simulator.scenario.explained import reference
from simulator.scenario.meant.near_names import suggest
from simulator.scenario.reading.added_tables import Added
from simulator.scenario.reading.catalogue_entries import OF_TIERS, WAYS
from simulator.scenario.schema import Scenario as Spec

if TYPE_CHECKING:
    from simulator.explore.scenario import Scenario

BASE: Final = "base"
DEFINITION: Final = "definition"
NAMED_BY: Final = frozenset({"title", "label", "note"})
"""What a new contract does not take from its base: it would be called as that one."""
_LONGEST: Final = 36
SLIP: Final = 0.7
"""How alike a wrong key and a key of the base are, so that the one was meant to be the other."""

Terms = Mapping[str, Any]


def on_same_futures(results: Results, scenario: Spec, kept: KeptFutures, workers: int = 1) -> Results:
    """Return the meters that a scenario's contracts need, on the futures of results of the same law and seed.

    They are, to the bit, those of a run of the scenario.

    Args:
        kept: of the run that the results come from.
        workers: processes, where it must be simulated again.
    """
    return SameFutures(results, kept, partial(simulated, kept.sample, workers)).on(scenario).results


def simulated(sample: int, workers: int, scenario: Spec) -> Results:
    """Simulate a scenario with all its meters, with a bar in a notebook.

    Args:
        sample: cases of a month that are drawn.
        workers: processes.
    """
    with notebook_bar(scenario.title, scenario.trials) as progress:
        return simulate_all([EngineRun(scenario, sample=sample)], workers=workers, progress=progress)[0]


def added_contracts(scenario: Scenario, contracts: Mapping[str, Terms], said: str) -> Added:
    """Return tables of new contracts and of the definitions that they bring.

    Args:
        contracts: by name, keys as in a file; `base` names the contract whose other keys hold, and within `definition`
            the definition whose other clauses hold.

    Raises:
        ContractError: for a name that is taken, or a base that is not there.
    """
    written = scenario.written
    tables: dict[str, dict[str, Any]] = {"contracts": {}, "definitions": {}}
    for name, terms in contracts.items():
        if name in scenario.contracts or name in tables["contracts"]:
            raise ContractError(f"there is a contract {name!r} already; give the new one another name")
        table = based(written, terms, scenario.contracts)
        clauses = table.get(DEFINITION)
        if isinstance(clauses, dict):
            taken = {*written.get("definitions", {}), *tables["definitions"]}
            called = free_name(name, taken)
            tables["definitions"][called] = with_base(clauses, base_definition(written, terms), name)
            table[DEFINITION] = called
        tables["contracts"][name] = {"title": name[:80], **table}
    return Added(tables, said)


def based(written: Terms, terms: Terms, known: Collection[str]) -> dict[str, Any]:
    """Return the keys of a contract over those of its base, as a file would write them.

    An own price takes the place of the base's tiers, package or plans, and each of these that of its price.

    Raises:
        ContractError: if there is no contract of the name of the base.
    """
    own = {key: plain(value) for key, value in terms.items() if key != BASE}
    base = terms.get(BASE)
    if base is None:
        return own
    tables = written.get("contracts", {})
    if base not in tables:
        if base in written.get("switches", {}):
            raise ContractError(f"{base!r} is a change of contract in [switches]: start from one of the contracts")
        raise ContractError(
            f"there is no contract {str(base)[:40]!r} to start from; {suggest(str(base), known, 'there are')}"
        )
    dropped = NAMED_BY | (WAYS | OF_TIERS if WAYS & set(own) else frozenset())
    kept = {key: value for key, value in tables[base].items() if key not in dropped}
    for key in own:
        _refuse_misplaced(key, own[key], kept)
        if not _is_term(key):  # a slip for a key of the base is told as one
            kept = {each: value for each, value in kept.items() if not get_close_matches(key, [each], cutoff=SLIP)}
    return {**kept, **own}


def _is_term(key: str) -> bool:
    """Whether some type of contract has a key."""
    return bool(reference.find(("contracts", reference.NAME, key)))


def _refuse_misplaced(key: str, value: Any, kept: Terms) -> None:
    """Refuse a clause of a definition among the keys of a contract, and a definition where charges name theirs.

    Raises:
        ContractError: with where it belongs.
    """
    if key in DefinitionSpec.model_fields and not _is_term(key):
        raise ContractError(f"{key} is a clause of a definition: write definition={{{key!r}: {value!r}}}")
    if key == DEFINITION and DEFINITION not in kept:
        where = " and ".join(each for each in ("quota", "charges") if each in kept)
        raise ContractError(
            f"a contract {kept.get('type', '')} has no definition of its own"
            + (f": give {where} anew, with the definition in it" if where else "; it bills no resolutions")
        )


def base_definition(written: Terms, terms: Terms) -> str | None:
    """Return the definition that the base of a contract bills by; None where it bills by none, or there is no base."""
    found = written.get("contracts", {}).get(terms.get(BASE), {}).get(DEFINITION)
    return found if isinstance(found, str) else None


def with_base(clauses: Terms, of_contract: str | None, title: str) -> dict[str, Any]:
    """Return clauses as a file writes them: `base` is called `extends` there; without one the contract's base is it."""
    own = {key: value for key, value in clauses.items() if key != BASE}
    base = clauses.get(BASE, own.get("extends", of_contract))
    return {"title": title[:80], **({} if base is None or "predicate" in own else {"extends": base}), **own}


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """Return a name that a definition may have, as near as possible to the wanted one, and not among those taken."""
    plainly = re.sub(r"[^a-z0-9_]+", "_", wanted.lower()).strip("_") or "own"
    start = plainly if plainly[0].isalpha() else f"d_{plainly}"
    name, others, number = start[:_LONGEST], set(taken), 1
    while name in others:
        number += 1
        name = f"{start[:_LONGEST]}_{number}"
    return name
