"""From a file to a scenario that can be run, or to all its mistakes at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any, Final

from simulator.errors import Problem, ScenarioError
from simulator.scenario.calendar import numbered
from simulator.scenario.catalogue import expanded
from simulator.scenario.checks import check_all
from simulator.scenario.codes import coded, once_a_code
from simulator.scenario.counts import counted
from simulator.scenario.names import named
from simulator.scenario.overrides import apply
from simulator.scenario.positions import Path, Positions, scan
from simulator.scenario.problems import locate
from simulator.scenario.reading import read_text
from simulator.scenario.schema import Scenario
from simulator.scenario.syntax import parse
from simulator.scenario.texts import without_controls
from simulator.scenario.validation import touches, validate

Rule = Callable[[Scenario], list[Problem]]
"""What else must hold of a scenario that is right, as that an engine can count what it asks."""


def load_scenario(path: str | FilePath, overrides: Iterable[str] = (), rules: Iterable[Rule] = ()) -> Scenario:
    """Return the scenario of a file, checked, with the path and source of every number.

    Args:
        overrides: `key.path=value` texts, the value as in TOML, set over what the file says.
        rules: looked at where nothing else is wrong.

    Raises:
        ScenarioError: with every mistake found in the file and the overrides, in the order of the lines.
    """
    return parse_scenario(read_text(path), str(path), overrides, rules)


@dataclass(frozen=True, slots=True)
class Added:
    """Tables that a scenario gets beside those of its text.

    Attributes:
        tables: by key of the scenario, such as "contracts", tables by name, as a text would write them.
        said: what messages say in the place of a line.
    """

    tables: Mapping[str, Mapping[str, Any]]
    said: str

    def put_into(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return values with the tables; what is no table stays, for a rule refuses it."""
        return values | {
            key: {**values.get(key, {}), **tables}
            for key, tables in self.tables.items()
            if isinstance(values.get(key, {}), dict)
        }

    @property
    def origins(self) -> dict[Path, str]:
        """What messages say of each table."""
        return {(key, name): self.said for key, tables in self.tables.items() for name in tables}


NOTHING: Final = Added({}, "")


def parse_scenario(
    text: str, name: str, overrides: Iterable[str] = (), rules: Iterable[Rule] = (), added: Added = NOTHING
) -> Scenario:
    """Return the scenario of a text, as `load_scenario` does.

    Args:
        name: what messages call the text, usually its file name.
        added: what stands beside the text.
    """
    raw, problems, read = parse(text)
    if raw is None:
        raise _error(name, text, scan(read), problems, {})
    entries = expanded(added.put_into(raw))
    rates = coded(entries.values)
    values, origins, wrong_options = apply(rates.values, overrides)
    origins_told = {**origins, **added.origins}
    clear = counted(values)
    priced, relabelled = entries.in_own_currency(entries.priced_by_options(clear.values, origins))
    dated = numbered(without_controls(entries.sourced(priced, origins)))
    before = [*entries.problems, *rates.problems, *relabelled]
    scenario, found, mended = validate(dated.values)
    if scenario is not None:
        scenario = named(scenario)
        unread: set[Path] = {()} if problems or wrong_options else set()
        unsure = mended | unread | {each.key[:2] for each in (*before, *clear.problems)}
        found += [problem for problem in check_all(scenario, unsure) if not _follows(problem, mended)]
    found = once_a_code(found, dated.values)
    problems = [*problems, *before, *clear.problems, *dated.problems]
    if scenario is None or found or problems or wrong_options:
        raise _error(name, text, rates.placed(scan(read)), [*problems, *wrong_options, *found], origins_told)
    broken = [problem for rule in rules for problem in rule(scenario)]
    if broken:
        raise _error(name, text, rates.placed(scan(read)), broken, origins_told)
    return scenario


def written_values(text: str, overrides: Iterable[str] = ()) -> dict[str, Any]:
    """Return what a scenario that is right writes, entries of the catalogue and overrides in their places."""
    raw, _, _ = parse(text)
    values, _, _ = apply(coded(expanded(raw or {}).values).values, overrides)
    return counted(values).values


def _follows(problem: Problem, mended: set[Path]) -> bool:
    """Return whether a problem may come from the mending of another: clauses of a definition act together."""
    together = problem.key[:1] == ("definitions",) and "with what it extends" in problem.message
    return touches(problem.key[:2] if together else problem.key, mended)


def _error(
    name: str, text: str, positions: Positions, problems: list[Problem], origins: dict[Path, str]
) -> ScenarioError:
    """Return the problems with their places, in order, one for each mistake.

    Args:
        positions: where each key stands.
    """
    lines = text.split("\n")
    unreadable = {problem.line for problem in problems if problem.line is not None}
    found: dict[Problem, None] = {}
    for problem in problems:
        option = next((o for path, o in origins.items() if path and problem.key[: len(path)] == path), "")
        known = replace(problem, text=option) if option and problem.line is None else problem
        located = locate(known, positions, lines)
        if problem.line is None and located.line in unreadable:
            continue  # what was written there could not be read: the first message says it
        found[located] = None
    placed = sorted(found, key=lambda problem: (problem.line is None, problem.line or 0, problem.column or 0))
    return ScenarioError(name, placed)
