"""Bill one contract by many definitions: each combination of clauses, or whole definitions, from one simulation."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from simulator.decisions.clause_bills import billed_by, expected_invoice
from simulator.decisions.clauses import bills_by_one_definition
from simulator.definitions import NAMED, Definition, DefinitionSpec
from simulator.engine.results import Results
from simulator.errors import ContractError
from simulator.explore.definition_cells import Cell, same
from simulator.explore.definition_grid import Grid
from simulator.explore.labels import label_of
from simulator.explore.scenario import Scenario
from simulator.explore.variants import Terms, free_name, with_base
from simulator.explore.vendors import vendors_definitions
from simulator.explore.written import plain
from simulator.report.blocks.contract import has_one_price
from simulator.scenario.meant.near_names import suggest
from simulator.scenario.reading.added_tables import Added
from simulator.scenario.schema import Scenario as Spec
from simulator.scenario.stated.compiled_terms import compile_terms

Count = Callable[[Spec], Results]
"""Counts what a scenario's contracts read on the futures of a run."""

MOST_CELLS: Final = 600
MOST_NUMBERS: Final = 250_000_000
"""Counts that a grid may hold: two gigabytes."""
LISTS: Final = ("outcomes", "classes", "requires")
"""Clauses whose value is itself a list."""
NO_CLAUSES: Final = ("title", "note", "extends", "predicate")
WINDOW: Final = "return_window_hours"
CATALOGUE: Final = "catalogue"


def by_clauses(scenario: Scenario, count: Count, base: str, clauses: Terms) -> Grid:
    """Return what a contract bills by every combination of clauses; see `Run.grid`."""
    own = _definition_of(scenario, base)
    if own.spec.predicate is not None:
        raise ContractError(f"{base!r} bills by a condition in SQL, which has no clauses to vary: use by_definition")
    axes = {key: _choices(key, value) for key, value in clauses.items()}
    several = len(axes.get(WINDOW, ())) > 1 and "bill_again" in axes.get("returns", ())
    if several or ("returns" in axes and 0 in axes.get(WINDOW, ())):
        raise ContractError(
            f"a return that is billed again has no window: leave returns out, and let {WINDOW} have 0 for it"
        )
    if not axes:
        raise ContractError("name a clause and its values, as grid(base, return_window_hours=[0, 24, 72])")
    combined = [dict(zip(axes, chosen, strict=True)) for chosen in itertools.product(*axes.values())]
    tables = {label_of(chosen): _with_clauses(own.spec, chosen) for chosen in combined}
    chosen_by_label = dict(zip(tables, combined, strict=True))
    return _grid(scenario, count, base, tables, chosen_by_label, axes)


def by_definitions(
    scenario: Scenario, count: Count, base: str, definitions: str | Sequence[str] | Mapping[str, str | Terms]
) -> Grid:
    """Return what a contract bills by other whole definitions; see `Run.by_definition`."""
    _definition_of(scenario, base)
    known: dict[str, Terms] = {name: {"base": name, "title": NAMED[name].title} for name in NAMED}
    known |= vendors_definitions()
    known |= {
        name: {"base": name, "title": each.get("title", name)}
        for name, each in scenario.written.get("definitions", {}).items()
    }
    if isinstance(definitions, Mapping):
        chosen = {
            label: {"base": each, "title": label} if isinstance(each, str) else each
            for label, each in definitions.items()
        }
    else:
        names = (
            list(known) if definitions == CATALOGUE else [definitions] if isinstance(definitions, str) else definitions
        )
        missing = [name for name in names if name not in known]
        if missing:
            raise ContractError(
                f"there is no definition {missing[0][:40]!r}; {suggest(missing[0], known, 'there are')}"
            )
        chosen = {name: known[name] for name in names}
    if not chosen:
        raise ContractError("name a definition, or leave definitions out for those of the catalogue")
    tables = {name: with_base(plain(clauses), None, str(clauses.get("title", ""))) for name, clauses in chosen.items()}
    return _grid(scenario, count, base, tables, {}, {})


def _grid(
    scenario: Scenario,
    count: Count,
    base: str,
    tables: Mapping[str, Terms],
    clauses: Mapping[str, Terms],
    axes: Mapping[str, tuple[Any, ...]],
) -> Grid:
    """Count all definitions at once and bill the contract by each of them."""
    _refuse_large(len(tables), scenario.spec)
    taken: set[str] = set(scenario.written.get("definitions", {}))
    names: dict[str, str] = {}
    for label in tables:
        names[label] = free_name(f"grid_{label}", {*taken, *names.values()})
    wanted = {
        names[label]: {key: value for key, value in table.items() if value != ""} for label, table in tables.items()
    }
    wider = scenario.with_tables(Added({"definitions": wanted}, f"definitions for {base!r}"))
    wider.refuse_uncounted()
    spec = wider.spec
    alone = spec.model_copy(update={"contracts": {base: spec.contracts[base]}})
    counted = count(alone)
    terms = compile_terms(alone)
    contract, own = terms.contracts[base], terms.contracts[base].definitions[0]
    target = expected_invoice(contract, counted)

    def cell(label: str, name: str) -> Cell:
        billed = billed_by(contract, own, name, counted, target)
        return Cell(label, clauses.get(label, {}), terms.definitions[name], billed)

    cells = tuple(cell(label, names[label]) for label in tables)
    return Grid(
        base,
        contract.title,
        spec.currency,
        counted.months,
        counted.trials,
        has_one_price(contract),
        cell(own, own),
        axes,
        cells,
        counted.net,
    )


def _definition_of(scenario: Scenario, base: str) -> Definition:
    """Return the definition that a contract bills by.

    Raises:
        ContractError: where it bills by none, by several, or only some of the conversations.
    """
    terms = compile_terms(scenario.spec)
    contract = terms.contracts[base]
    if base not in scenario.spec.contracts or not bills_by_one_definition(contract):
        fitting = [name for name in scenario.spec.contracts if bills_by_one_definition(terms.contracts[name])]
        raise ContractError(
            f"{base!r} does not bill resolutions by one definition; these do: {', '.join(fitting) or 'none'}"
        )
    return terms.definitions[contract.definitions[0]]


def _choices(key: str, value: Any) -> tuple[Any, ...]:
    """Return the choices of a clause: a single value is one choice, and so is a list where the clause is a list."""
    known = [each for each in DefinitionSpec.model_fields if each not in NO_CLAUSES]
    if key not in known:
        raise ContractError(f"no definition has a clause {key[:40]!r}; {suggest(key, known, 'there are')}")
    given = plain(value)
    single = not isinstance(given, list) or (key in LISTS and not any(isinstance(each, list) for each in given))
    choices: list[Any] = []
    for each in (given,) if single else given:
        if not any(same(each, other) for other in choices):
            choices.append(each)
    if not choices:
        raise ContractError(f"{key} has no value to choose")
    return tuple(choices)


def _with_clauses(spec: DefinitionSpec, chosen: Terms) -> dict[str, Any]:
    """Return a definition with other clauses, everything else as it is; a return window of 0 bills every return."""
    own = {key: plain(getattr(spec, key)) for key in spec.model_fields_set - {"title", "note", "extends"}}
    clauses = {**own, **chosen}
    if WINDOW in chosen and chosen[WINDOW] == 0:
        clauses["returns"] = "bill_again"
    elif WINDOW in chosen and "returns" not in chosen and own.get("returns", "bill_again") == "bill_again":
        clauses["returns"] = "void"
    if clauses.get("returns", "bill_again") == "bill_again":
        clauses.pop(WINDOW, None)
    return clauses | {"title": label_of(chosen)}


def _refuse_large(cells: int, spec: Spec) -> None:
    numbers = 3 * cells * spec.trials * spec.months
    if cells > MOST_CELLS or numbers > MOST_NUMBERS:
        most = min(MOST_CELLS, MOST_NUMBERS // (3 * spec.trials * spec.months))
        raise ContractError(
            f"{cells:,} definitions at {spec.trials:,} trials and {spec.months} months are too many at once: "
            f"ask for at most {most:,}, or simulate fewer trials"
        )
