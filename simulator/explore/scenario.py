"""A scenario in Python: what a file says, with what was changed or added."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.engine.refusals import FAST
from simulator.errors import ContractError
from simulator.explore.shown import lines_of, page, table_html
from simulator.explore.told_errors import ScenarioProblems, all_told
from simulator.explore.written import as_toml
from simulator.scenario import parse_scenario, quantities, read_text
from simulator.scenario.reading.added_tables import NOTHING, Added
from simulator.scenario.reading.load import written_values
from simulator.scenario.schema import Scenario as Spec

if TYPE_CHECKING:
    import pandas as pd

LEVELS = (0.05, 0.5, 0.95)
Changes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario that can be run.

    Attributes:
        text: of the file, as it was read.
        name: of the file.
        changes: set over the text, each as `key.path=value` in TOML.
        spec: every number with its domain and its source (`simulator.scenario.Scenario`).
        added: contracts and definitions beside those of the text.
    """

    text: str
    name: str
    changes: tuple[str, ...]
    spec: Spec
    added: tuple[Added, ...] = ()

    def refuse_uncounted(self) -> None:
        """Refuse what the default engine cannot count, before it is simulated.

        Raises:
            ScenarioError: with every such thing, its place and what mends it.
        """
        problems = FAST(self.spec)
        if problems:
            raise ScenarioProblems(self.name, problems)

    @property
    def title(self) -> str:
        """What the scenario is about."""
        return self.spec.title

    @property
    def budget(self) -> float | None:
        """The budget of the whole horizon, in the scenario's currency; None without one."""
        return None if self.spec.budget is None else self.spec.budget.total

    @property
    def contracts(self) -> tuple[str, ...]:
        """Names of the contracts, in the order of the file."""
        return (*self.spec.contracts, *self.spec.switches)

    @property
    def unknowns(self) -> pd.DataFrame:
        """Uncertain inputs, one row each by its dotted path: p5, p50, p95, source, kind of source."""
        import numpy as np
        import pandas as pd
        from scipy.special import ndtri

        scores = ndtri(np.array(LEVELS))
        rows = {each.name: [*each.at(scores), each.source.kind, each.source.source]
                for each in quantities(self.spec) if not each.fixed}  # fmt: skip
        columns = ["p5", "p50", "p95", "kind", "source"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("unknown")

    def changed(self, changes: Changes) -> Scenario:
        """Return the scenario with other values at some dotted paths, as {"volume.per_month.mean": 70_000}.

        A path that was changed before takes the new value. A table takes the place of the whole table.

        Raises:
            ScenarioError: with every problem, its place and what mends it.
        """
        kept = [each for each in self.changes if not any(each.startswith(f"{key}=") for key in changes)]
        return _checked(replace(self, changes=(*kept, *_options(changes))))

    def with_tables(self, added: Added) -> Scenario:
        """Return the scenario with contracts and definitions beside its own.

        Raises:
            ScenarioError: with every problem, its place and what mends it.
        """
        return _checked(replace(self, added=(*self.added, added)))

    @property
    def written(self) -> dict[str, Any]:
        """What the scenario writes, by key, with entries of the catalogue and changes in their places."""
        values = written_values(self.text, self.changes)
        for each in self.added:
            values = each.put_into(values)
        return values

    def __repr__(self) -> str:
        return "\n".join(lines_of([self._line, f"contracts: {', '.join(self.contracts)}"]))

    def _repr_html_(self) -> str:
        return page(self._line, table_html(self.unknowns[["p5", "p50", "p95", "kind"]], "Uncertain inputs"))

    @property
    def _line(self) -> str:
        spec = self.spec
        unknown = sum(not each.fixed for each in quantities(spec))
        return (
            f"Scenario {spec.title!r} from {self.name}: {len(self.contracts)} contracts, {spec.months} months from "
            f"{spec.start}, {spec.currency}, {unknown} uncertain inputs"
        )


def load(path: str | os.PathLike[str], changes: Changes | None = None) -> Scenario:
    """Read a scenario's file.

    Args:
        path: of a TOML file.
        changes: values set over those of the file, by dotted path.

    Raises:
        ScenarioError: with every problem of the file, its line and what mends it; that it cannot be read is one.

    >>> import simulator as cx
    >>> cx.load("scenarios/minimal.toml", {"volume.per_month": 5_000}).contracts
    ('conversation', 'resolution')
    """
    with all_told():
        text = read_text(Path(path).expanduser())
    return from_text(text, os.fspath(path), changes)


def from_text(text: str, name: str = "scenario", changes: Changes | None = None) -> Scenario:
    """Return the scenario of a text in TOML, as `load` does of a file."""
    options = _options(changes or {})
    with all_told():
        return Scenario(text, name, options, parse_scenario(text, name, options))


def _options(changes: Changes) -> tuple[str, ...]:
    if not isinstance(changes, Mapping):
        raise ContractError('changes are a table of values by path, as {"volume.per_month": 5_000}')
    return tuple(f"{key}={as_toml(value)}" for key, value in changes.items())


def _checked(scenario: Scenario) -> Scenario:
    """Return a scenario with its numbers read anew from what it says now."""
    with all_told():
        spec = parse_scenario(scenario.text, scenario.name, scenario.changes, added=together(scenario.added))
    return replace(scenario, spec=spec)


def together(added: Iterable[Added]) -> Added:
    """Return several additions as one; what messages say is of the last."""
    tables: dict[str, dict[str, Any]] = {}
    said = ""
    for each in added:
        for key, rows in each.tables.items():
            tables.setdefault(key, {}).update(rows)
        said = each.said
    return Added(tables, said) if tables else NOTHING
