"""Errors as a notebook shows them: all problems with their lines and what mends them, without the calls between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from simulator.errors import ContractError, ScenarioError
from simulator.scenario import render
from simulator.scenario.meant.near_names import suggest


class ScenarioProblems(ScenarioError):
    """A scenario that cannot be run; as text it is every problem with its line, its place and what mends it."""

    def __str__(self) -> str:
        return render(self).replace("--> --set ", "--> changes: ")

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows in the place of a traceback: the mistake is in the scenario, not in a call."""
        return str(self).split("\n")


def known_contract(name: str, contracts: Iterable[str]) -> str:
    """Return the name of a contract of a run.

    Raises:
        ContractError: for one that it does not have, with the nearest.
    """
    names = list(contracts)
    if name not in names:
        near = suggest(str(name), names, "there are")
        raise ContractError(f"there is no contract {str(name)[:40]!r} in this run; {near}")
    return name


@contextmanager
def all_told() -> Iterator[None]:
    """Raise what is wrong with a scenario as an error that says all of it."""
    try:
        yield
    except ScenarioError as error:
        raise ScenarioProblems(error.path, error.problems) from None
