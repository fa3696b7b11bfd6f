"""Scenarios for tests of the atlas: everything switched on, with definitions of a test's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from simulator.definitions import NAMED
from simulator.engine.run import simulate
from simulator.scenario import Scenario, parse_scenario

EVERYTHING = (Path(__file__).parents[2] / "scenario" / "everything.toml").read_text()
ALONE = EVERYTHING[: EVERYTHING.index("[definitions.careful]")]
"""Everything but definitions and contracts."""
HANDLED = '[contracts.conversation]\ntype = "per_conversation"\nprice = 1\n'

atlas = partial(simulate, engine="atlas")
ledger = partial(simulate, engine="ledger")
expected = partial(simulate, engine="expected")


def everything(
    own: Mapping[str, str] | None = None, overrides: Sequence[str] = (), named: Sequence[str] = tuple(NAMED)
) -> Scenario:
    """Return a scenario in which each definition is billed by a contract of its name.

    Args:
        own: clauses of definitions by name, in the order of the scenario.
        overrides: as on the command line.
        named: which of the definitions that ship are billed.
    """
    text = ALONE + HANDLED
    for name, clauses in (own or {}).items():
        text += f"\n[definitions.{name}]\n{clauses}\n"
    for name in (*(own or {}), *named):
        text += f'\n[contracts.{name}]\ntype = "per_resolution"\ndefinition = "{name}"\nprice = 1\n'
    return parse_scenario(text, "everything", overrides)


def small(cases: float) -> str:
    """Return the override for so many conversations a month, with a spread."""
    return f"volume.per_month={{ mean = {cases}, sd = {cases / 8} }}"
