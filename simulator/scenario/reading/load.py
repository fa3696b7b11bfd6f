"""The path from a text to a scenario that can be run, or to all its mistakes at once; its steps are the files beside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from simulator.errors import Problem, ScenarioError
from simulator.scenario.checks.all_checks import check_all
from simulator.scenario.key_paths import Path, touches
from simulator.scenario.reading.added_tables import NOTHING, Added
from simulator.scenario.reading.calendar_months import numbered
from simulator.scenario.reading.catalogue_entries import expanded
from simulator.scenario.reading.counts import counted
from simulator.scenario.reading.currency_codes import Coded, coded, once_a_code
from simulator.scenario.reading.file_text import read_text
from simulator.scenario.reading.overrides import apply
from simulator.scenario.reading.positions import Positions, scan
from simulator.scenario.reading.problems import placed
from simulator.scenario.reading.toml_values import parse
from simulator.scenario.reading.validation import validate
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.sources import named
from simulator.scenario.texts import without_controls

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


def parse_scenario(
    text: str, name: str, overrides: Iterable[str] = (), rules: Iterable[Rule] = (), added: Added = NOTHING
) -> Scenario:
    """Return the scenario of a text, as `load_scenario` does.

    Args:
        name: what messages call the text, usually its file name.
        added: what stands beside the text.
    """
    raw, unread, read = parse(text)
    if raw is None:
        raise ScenarioError(name, placed(unread, text, scan(read), {}))
    ready = _prepared(raw, overrides, added)
    scenario, found = _checked(ready, is_whole=not unread and not ready.wrong_options)
    wrong = [*unread, *ready.unclear, *ready.undated, *ready.wrong_options, *once_a_code(found, ready.values)]
    if scenario is not None and not wrong:
        wrong = [problem for rule in rules for problem in rule(scenario)]
    if scenario is None or wrong:
        raise ScenarioError(name, placed(wrong, text, ready.positions(read), ready.origins))
    return scenario


def written_values(text: str, overrides: Iterable[str] = ()) -> dict[str, Any]:
    """Return what a scenario that is right writes, entries of the catalogue and overrides in their places."""
    raw, _, _ = parse(text)
    values, _, _ = apply(coded(expanded(raw or {}).values).values, overrides)
    return counted(values).values


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Values that are ready for the tables of a scenario, and what was found wrong on the way.

    Attributes:
        unclear: problems at whose keys something else stands now than was written.
        undated: problems of calendar months.
        wrong_options: problems of the overrides.
        origins: what messages say in the place of a line, by the path that an override or a session put there.
        rates: how the codes of currencies were written.
    """

    values: dict[str, Any]
    unclear: list[Problem]
    undated: list[Problem]
    wrong_options: list[Problem]
    origins: Mapping[Path, str]
    rates: Coded

    def positions(self, read: str) -> Positions:
        """Return where each key stands in the text as it was read."""
        return self.rates.placed(scan(read))


def _prepared(raw: dict[str, Any], overrides: Iterable[str], added: Added) -> _Prepared:
    """Put entries of the catalogue and overrides in their places, and give codes, counts and months one spelling."""
    entries = expanded(added.put_into(raw))
    rates = coded(entries.values)
    values, set_by, wrong_options = apply(rates.values, overrides)
    clear = counted(values)
    priced, relabelled = entries.in_own_currency(entries.priced_by_options(clear.values, set_by))
    dated = numbered(without_controls(entries.sourced(priced, set_by)))
    unclear = [*entries.problems, *rates.problems, *relabelled, *clear.problems]
    return _Prepared(dated.values, unclear, dated.problems, wrong_options, {**set_by, **added.origins}, rates)


def _checked(ready: _Prepared, is_whole: bool) -> tuple[Scenario | None, list[Problem]]:
    """Return the scenario of values with all that is wrong in and between its tables; None where it cannot be told.

    Args:
        is_whole: whether the whole text and all overrides could be read.
    """
    scenario, found, mended = validate(ready.values)
    if scenario is None:
        return None, found
    scenario = named(scenario)
    everything: set[Path] = set() if is_whole else {()}
    unsure = mended | everything | {each.key[:2] for each in ready.unclear}
    return scenario, found + [each for each in check_all(scenario, unsure) if not _follows(each, mended)]


def _follows(problem: Problem, mended: set[Path]) -> bool:
    """Return whether a problem may come from the mending of another: clauses of a definition act together."""
    together = problem.key[:1] == ("definitions",) and "with what it extends" in problem.message
    return touches(problem.key[:2] if together else problem.key, mended)
