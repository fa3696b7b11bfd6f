"""From written values to a scenario, with one clear problem for each mistake.

pydantic finds the mistakes of one pass. Each is mended in memory (a key gets the name it was meant to have, a wrong
value is left out) and the rest is checked again, so that one mistake never hides another; a mended scenario is never run.
"""

from __future__ import annotations

import copy
from collections.abc import Set
from typing import Any, Final

from pydantic import ValidationError

from simulator.errors import Problem
from simulator.scenario.key_paths import Path, touches
from simulator.scenario.reading.issues import Issue, issues_of, quiet_conversions
from simulator.scenario.reading.many_problems import MOST_OF_A_TABLE, MOST_TOLD, more_like_these
from simulator.scenario.reading.mending import leave_out, mend
from simulator.scenario.reading.messages import about
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.token_tables import LEVELS

_MOST_PASSES: Final = 6


def validate(raw: dict[str, Any]) -> tuple[Scenario | None, list[Problem], set[Path]]:
    """Return the scenario, its problems, and the paths that had to be mended (none if there is no problem).

    The scenario is None where so much is wrong that no further rule can be checked.
    """
    problems: list[Problem] = []
    mended: set[Path] = set()
    values = copy.deepcopy(raw)
    for _ in range(_MOST_PASSES):
        issues = [*quiet_conversions(Scenario, values, ())]
        scenario: Scenario | None = None
        if not issues:
            try:
                return Scenario.model_validate(values, context=_names(values)), problems, mended
            except ValidationError as error:
                issues = issues_of(error, values)
        fresh = [issue for issue in issues if not _follows_from(issue, mended)]
        told, rest = _first_of_each_table(fresh)
        problems += [about(issue, values) for issue in told]
        problems += [more_like_these(path, len(more)) for path, more in rest.items()]
        mended |= leave_out(values, rest)
        for issue in told if rest else issues:
            mended |= mend(values, issue)
    return scenario, problems, mended


def _first_of_each_table(issues: list[Issue]) -> tuple[list[Issue], dict[Path, list[Issue]]]:
    """Return the issues to tell one by one, and by table or list those of which only the number is told."""
    by_table: dict[Path, list[Issue]] = {}
    for issue in issues:
        by_table.setdefault(tuple(part for part in issue.path[:-1] if isinstance(part, str)), []).append(issue)
    told = [issue for found in by_table.values() for issue in found[:MOST_OF_A_TABLE]]
    rest = {path: found[MOST_OF_A_TABLE:] for path, found in by_table.items() if len(found) > MOST_OF_A_TABLE}
    if len(told) > MOST_TOLD:
        rest = {(): [*told[MOST_TOLD:], *(issue for found in rest.values() for issue in found)]}
    return told[:MOST_TOLD], rest


def _names(values: dict[str, Any]) -> dict[str, Any]:
    """Return the names of levels, which tell weights by level from the table of a number."""
    levels = values.get("levels")
    return {LEVELS: tuple(levels) if isinstance(levels, dict) else ()}


def _follows_from(issue: Issue, mended: Set[Path]) -> bool:
    """Return whether an issue may come from the mending of another: of its own key, or of one of the same rule."""
    return any(touches(path, mended) for path in issue.rule_of or (issue.path,))
