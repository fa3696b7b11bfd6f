"""A contract alone, in the place of a whole scenario: for a recount, an annex or a statement nothing is simulated.

What such a file leaves out is that of the minimal template. It fills the tables of a scenario, and none of it is read
by what counts, bills or writes a contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from simulator.definitions.definition_words import in_words
from simulator.scenario.reading.added_tables import NOTHING, Added
from simulator.scenario.reading.file_text import read_text
from simulator.scenario.reading.load import parse_scenario
from simulator.scenario.reading.toml_values import parse
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import compile_terms
from simulator.templates.shipped_templates import template_text

CONVERSATIONS_OF: Final = ("volume", "returns", "tokens", "levels", "intents", "models")
"""Tables of a scenario that say what conversations there are."""
_SAID: Final = "taken from the template minimal, as the file is a contract alone"

CONTRACT_FILE: Final = """\
# A contract in words as a file, for `simulate recount`, `annex` and `sql`. Each line says what else may stand in it.
title = "Our contract"
start = "2026-10"                        # first month of the contract's term
currency = "USD"

[definitions.unit]                       # what is one billable unit
title = "Resolution by the contract"
outcomes = ["confirmed", "silent"]       # or "escalated", "partial", "abandoned": how a conversation ended
silence = 24                             # hours without a return before silence counts; or "at_once", "never"
classes = ["service"]                    # or also "greeting", "spam", "test"
requires = ["answered"]                  # or "action_completed", "judged_resolved" (the vendor's judge); or []
human_touch = "review"                   # the most that people did: "none" nothing, "review" no reply but a look or a
                                         # note, "handoff" anything
planned_handoffs = false                 # true where a handoff that a procedure designed is billed
contacts = "all"                         # or "first": only a case's first conversation
returns = "void"                         # a return takes the unit back; "merge" into one unit; "bill_again"
return_window_hours = "ever"             # or hours, such as 72
duplicates = "merged"                    # billed only where the original is not; or "billed"
at_most = "conversation"                 # or "case": one unit for all of a customer's contacts on one problem
# min_csat = 2                           # a score below this voids; a conversation without a score counts

[contracts.vendor]
type = "hybrid"                          # several charges; `simulate explain contracts.NAME.charges` has every kind
charges = [
  { kind = "flat", meter = "resolutions", definition = "unit", rate = 0.99 },
  # { kind = "seats", seats = 12, rate = 85 },
]
"""
"""What `simulate new --contract-only` writes."""


def load_contracts(path: str | Path, overrides: Iterable[str] = ()) -> Scenario:
    """Return the scenario of a file, or of a file that has a contract and no conversations.

    Raises:
        ScenarioError: with every mistake found.
    """
    text = read_text(path)
    written = parse(text)[0] or {}
    return parse_scenario(text, str(path), overrides, added=_left_out(written) if _alone(written) else NOTHING)


def is_contract_alone(path: str | Path) -> bool:
    """Return whether a file has contracts and says of no conversations; a file that cannot be read has none.

    Raises:
        ScenarioError: if there is no such file.
    """
    return _alone(parse(read_text(path))[0] or {})


def about_contracts(path: str | Path, overrides: Iterable[str] = ()) -> list[str]:
    """Return what a file of contracts alone says: of the file, and each of its definitions in words.

    Raises:
        ScenarioError: with every mistake found.
    """
    scenario = load_contracts(path, overrides)
    definitions = compile_terms(scenario).definitions
    names = [name for name in scenario.definitions if name in definitions]
    said = [f"{name}: {in_words(definitions[name].spec)}" for name in names]
    head = (
        f"{path} is right as a contract alone ({', '.join(scenario.contracts)}): recount, annex and sql read it. "
        "A simulation needs conversations too (volume, levels, intents, models)."
    )
    return [head, *said]


def _alone(written: Mapping[str, Any]) -> bool:
    return "contracts" in written and not any(name in written for name in ("volume", "levels", "models"))


def _left_out(written: Mapping[str, Any]) -> Added:
    """Return the tables of conversations that a file lacks."""
    base: dict[str, Any] = parse(template_text("minimal"))[0] or {}
    return Added({name: base[name] for name in CONVERSATIONS_OF if name not in written}, _SAID)
