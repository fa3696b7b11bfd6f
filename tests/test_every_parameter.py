"""A parameter that has no effect on any output is a bug; so is an output that no parameter can move.

The walk changes one written value at a time on the same random numbers; slow, with a sample in the quick suite.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, get_args, get_origin

import pytest

from simulator.contracts.contract_types import TYPES
from simulator.contracts.prices import BY_KIND
from simulator.quantities.parameters import Table
from simulator.scenario import Scenario, load_scenario
from tests.every_parameter import (
    CONTEXT,
    FOLDER,
    SMALL,
    WITHOUT_EFFECT,
    Leaf,
    base_numbers,
    changed,
    is_echo,
    last_of_each,
    leaves,
    moved,
    numbers,
)

QUICK_EVERY = 20
"""Every so many leaves are walked in the quick suite too."""


def walked() -> Iterator[Any]:
    """Yield every leaf once: those of the other spellings only where they differ from the first file."""
    first = dict(leaves("everything"))
    for name in SMALL:
        chosen = [(p, v) for p, v in leaves(name) if name == "everything" or p not in first or first[p] != v]
        for place, (path, value) in enumerate(chosen):
            marks = [] if place % QUICK_EVERY == 0 else [pytest.mark.slow]
            yield pytest.param(name, path, value, id=f"{name}:{path}", marks=marks)


@pytest.mark.parametrize(("name", "path", "value"), list(walked()))
def test_a_parameter_moves_some_number_of_the_summary(name: str, path: str, value: Any) -> None:
    after = numbers(changed(name, path, value))
    assert [each for each in moved(base_numbers(name, path if path in CONTEXT else ""), after) if not is_echo(each)], (
        f"{path} has no effect: use it in the draw of its section in simulator/law/, as a slot of "
        "simulator/law/slots.py, and hand it over in simulator/futures/law_arrays.py; where another value of the file "
        "keeps it from acting, change that in CONTEXT of tests/every_parameter.py"
    )


def test_the_same_scenario_moves_nothing() -> None:
    scenario = load_scenario(FOLDER / "everything.toml", SMALL["everything"])
    assert not moved(base_numbers("everything"), numbers(scenario))


@pytest.mark.parametrize(
    "key",
    [
        "title='Another'",
        "definitions.careful.note='another'",
        "sources.levels.as_of='2020-01'",
        "sources.levels.owner='us'",
    ],
)
def test_a_text_moves_nothing(key: str) -> None:
    after = numbers(load_scenario(FOLDER / "everything.toml", last_of_each(*SMALL["everything"], key)))
    assert not moved(base_numbers("everything"), after)


# --- no parameter of the schema escapes the walk


def tables(annotation: Any) -> Iterator[type[Table]]:
    """Yield the tables that an annotation names, however wrapped."""
    if isinstance(annotation, type) and issubclass(annotation, Table):
        yield annotation
    elif get_origin(annotation) is Annotated:
        yield from tables(get_args(annotation)[0])
    else:
        for each in get_args(annotation):
            yield from tables(each)


def schema(root: type[Table], found: set[type[Table]]) -> set[type[Table]]:
    """Return every table that can stand in a scenario."""
    if root not in found:
        found.add(root)
        for field in root.model_fields.values():
            for table in tables(field.annotation):
                schema(table, found)
    return found


def written(value: Any) -> Iterator[tuple[type[Table], str]]:
    """Yield the table and key of everything that a scenario's file says."""
    if isinstance(value, Table):
        for key in value.model_fields_set:
            yield type(value), key
        for key in type(value).model_fields:
            yield from written(getattr(value, key))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from written(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from written(inner)


def declared(pair: tuple[type[Table], str]) -> tuple[str, str]:
    """Return a key with the table that declares it: terms that contract types share are written once."""
    table, key = pair
    owner = [each for each in table.__mro__ if key in inspect.get_annotations(each)][-1]
    return owner.__name__, key


def test_every_key_of_the_schema_is_written_in_one_of_the_files() -> None:
    files = tuple(SMALL)
    found = {declared(pair) for name in files for pair in written(load_scenario(FOLDER / f"{name}.toml"))}
    every = {declared((table, key)) for table in schema(Scenario, set()) for key in table.model_fields}
    assert len(every) > 150
    elsewhere = {
        ("_TieredCharge", "flat_fee_at_zero"),  # same rule as a contract's own, tested there
        ("ContractSpec", "contract"),  # an entry of the catalogue: tests/contracts/test_catalogue.py
        ("DefinitionSpec", "contacts"),  # only first contacts: tests/definitions/test_clauses.py
        ("Scenario", "sample"),  # of the default engine alone, and the walk is of the ledger
        ("Scenario", "fiscal_year_start"),  # cuts months into years: tests/report/test_over_time.py
        ("Model", "price_change_per_year"),  # market prices that move: tests/contracts/rates/test_price_list.py
        (
            "Direct",
            "long_share",
        ),  # acts only with a threshold, which then does not: tests/scenario/stated/test_model_prices.py
        ("SwitchSpec", "title"),  # how tables name a switch, as a title of a contract
        ("SwitchSpec", "label"),  # how narrow tables name it: tests/scenario/checks/test_labels.py
    }
    left = every - found - elsewhere
    assert not left, (
        f"{sorted(left)}: write a value in tests/scenario/everything.toml, away from the default, or in "
        "every_contract.toml there for a key of a contract or a charge"
    )
    assert elsewhere <= every - found, f"{sorted(elsewhere & found)}: written in a file now, take it from `elsewhere`"


LAW = (
    "volume", "incidents", "drivers", "correlations", "levels", "intents", "channels", "outcomes", "judge", "csat",
    "returns", "duplicates", "turns", "tokens", "models", "levers", "people",
)  # fmt: skip
"""Tables that tell what conversations are like."""
RATES = {"TokenRates", "ClassRates", "BatchRates"}
"""Tables of prices."""
OF_CALLS = {"Cache", "FactorLever", "Levers", "LongPrompt", "Tokens", *RATES}
"""Tables of single calls, which the direct form of tokens has not."""


def law_keys() -> set[tuple[str, str]]:
    """Return the keys of all tables of the law, each with the table that declares it."""
    found: set[type[Table]] = set()
    for name in LAW:
        for table in tables(Scenario.model_fields[name].annotation):
            schema(table, found)
    return {declared((table, key)) for table in found for key in table.model_fields}


def not_told(page: str) -> set[tuple[str, str]]:
    """Return the keys of the law that a page does not name."""
    words = set(re.findall(r"[a-z][a-z0-9_]*", page.lower()))
    words |= {part for word in words for part in word.split("_")}  # x_routing tells of the key routing
    return {(table, key) for table, key in law_keys() if key not in words and table not in RATES}


def without_acts(table: type[Table]) -> set[str]:
    """Return the keys of a table that do not say what they change."""
    return {key for key, field in table.model_fields.items() if not dict(field.json_schema_extra or {}).get("acts")}


def test_every_key_at_the_top_says_what_it_changes() -> None:
    left = without_acts(Scenario)
    assert not left, f"{sorted(left)}: say what it changes, with acts=... in scenario/schema/scenario_table.py"
    assert without_acts(type(load_scenario(FOLDER / "everything.toml").people)), "the check sees inner keys"


def test_every_key_of_the_law_is_told_in_the_model() -> None:
    page = (FOLDER.parents[1] / "docs" / "model.md").read_text(encoding="utf-8")
    assert len(law_keys()) > 150
    left = not_told(page)
    assert not left, f"{sorted(left)}: tell it in its section of docs/model.md, by its key"
    assert not_told(page.replace("partial_factor", "")) == {("People", "partial_factor")}


def test_every_key_of_the_law_is_written_for_tokens_of_the_direct_form_too() -> None:
    first, direct = (
        {declared(pair) for pair in written(load_scenario(FOLDER / f"{name}.toml"))}
        for name in ("everything", "everything_direct")
    )
    of_calls = {("Model", "answer_factor"), ("Model", "reasoning_factor")}
    left = {(table, key) for table, key in (first - direct) & law_keys() - of_calls if table not in OF_CALLS}
    assert not left, f"{sorted(left)}: write a value in tests/scenario/everything_direct.toml too"
    assert ("Cache", "miss") in first - direct, "a key that one of the files lacks is seen"


def unwritten(names: Iterable[str], key: str, files: Iterable[str] = SMALL) -> list[str]:
    """Return the contract types (or kinds of charges) that stand in none of the files."""
    contracts = [each for file in files for each in load_scenario(FOLDER / f"{file}.toml").contracts.values()]
    charges = [charge for each in contracts for charge in getattr(each, "charges", ())]
    return sorted(set(names) - {getattr(each, key) for each in (contracts if key == "type" else charges)})


@pytest.mark.parametrize(("names", "key"), [(TYPES, "type"), (BY_KIND, "kind")])
def test_every_contract_type_and_every_kind_of_charge_stands_in_one_of_the_files(
    names: Iterable[str], key: str
) -> None:
    found = unwritten(names, key)
    assert not found, f"no contract of {key} {found}: add one at the end of tests/scenario/every_contract.toml"


def test_a_type_that_stands_in_no_file_is_found() -> None:
    """Negative control."""
    assert unwritten(("per_smile", "hybrid"), "type", ("every_contract",)) == ["per_smile"]
    assert unwritten(("smiles", "flat"), "kind", ("every_contract",)) == ["smiles"]


def test_what_is_not_walked_is_written_somewhere() -> None:
    keys = {key for name in SMALL for _, key in written(load_scenario(FOLDER / f"{name}.toml"))}
    assert set(WITHOUT_EFFECT) <= keys


# --- every number of the summary can be moved

LONG = (*SMALL["everything"], "months=13", "budget.amount=4_700")
MOVERS = (
    "volume.per_month.mean=40",
    "discount_rate=0.2",
    "budget.amount=4_000",
    "budget={ by_fiscal_year = [1, 1], of = 'cost_to_serve' }",
    "contracts.conversation.tiers.0.rate=0.1",
    "contracts.careful.term_months=36",
    "contracts.careful.maximum_per_month=60",
    "contracts.mixed.platform_fee=30",
    "today.minutes_factor=0.3",
    "correlations.0.rho=-0.3",
)
UNMOVABLE = {
    "minor_units", "months", "seed", "trials", "candidates", "noise_floor", "tie", "tie_p90", "tie_nine_in_ten",
    "variance", "steps", "catalogue", "contract", "invoice_in_force", "productive_hours_per_seat", "not_split_by",
    "version",
}  # fmt: skip
"""Echoes of how the run is made, not of what is assumed; a tie that does not exist has no number, a run of the ledger
no split of its variance (tests/decisions/test_variance.py has it), people who work alone no contract in force,
and names of units are words."""


NOT_HERE = {
    ("anatomy",), ("clauses",), ("tornado",), ("convergence", "*", "futures"),
    *(("contracts", "*", "exit_table", "*", name) for name in ("fees", "month", "prepaid_lost")),
    ("contracts", "*", "prepaid"), ("contracts", "*", "served_share"), ("contracts", "*", "exchange"),
    ("verdict", "close"), ("verdict", "premium"), ("sampling",), ("precision",),
    ("base_estimate",), ("levers",), ("token_box",),
}  # fmt: skip
"""Of a study that only a report or the default engine makes, of few futures, of terms that no contract of this
scenario has, of a sample, which the ledger has not, of a precision that nobody asked for, and of a verdict that is not
close: their numbers are tested in tests/decisions, tests/report, tests/contracts and tests/forecast/test_verdict.py."""

NOT_OF_FEW_FUTURES = {"cvar95_interval", "mean_doubt", "mean_overrun_interval"}
"""Withheld, or not in doubt, at this number of futures: tests/risk and tests/report/test_undetermined.py."""


def is_here(path: Leaf) -> bool:
    """Return whether a number of the summary is one that this scenario and this number of futures have."""
    name = str(path[-1])
    study = name.startswith("billed_again")  # tests/decisions/test_billed_again.py
    written = path[0] in {"terms", "assumptions_to_sign"}  # tests/report/test_terms.py, test_assumptions_to_sign.py
    return not (name in UNMOVABLE | NOT_OF_FEW_FUTURES or study or written or shape_of(path) in NOT_HERE)


def shape_of(path: Leaf) -> tuple[str, ...]:
    """Return a path without the places in lists: one kind of number."""
    return tuple("*" if isinstance(part, int) else part for part in path)


@pytest.mark.slow
def test_every_kind_of_number_of_the_summary_is_moved_by_some_parameter() -> None:
    path = FOLDER / "everything.toml"
    before = numbers(load_scenario(path, LONG))
    left = {shape_of(each) for each in before if is_here(each)}
    assert len(left) > 300
    for override in MOVERS:
        left -= {shape_of(each) for each in moved(before, numbers(load_scenario(path, last_of_each(*LONG, override))))}
    assert not left
