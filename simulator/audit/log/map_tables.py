"""Tables of a map's TOML: closed keys with their nearest names, types, and every mistake with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.audit.log.map_expressions import Expression, Kind, read_expression
from simulator.errors import DefinitionError, Problem
from simulator.scenario.key_paths import Path as Key
from simulator.scenario.meant.near_names import suggest


@dataclass(slots=True)
class Table:
    """A table of a map while it is read; its mistakes are collected with those of all tables."""

    values: Mapping[str, Any]
    key: Key
    problems: list[Problem] = field(default_factory=list)

    def known(self, names: Iterable[str]) -> None:
        """Note every key that the table does not have."""
        listed = list(names)
        for name in self.values:
            if name not in listed:
                self.wrong(name, f"there is no key '{name}' here", suggest(name, listed, most=40))

    def wrong(self, name: str | None, message: str, help: str = "") -> None:
        """Note a mistake at a key of the table, or at the table itself."""
        self.problems.append(Problem(self.key if name is None else (*self.key, name), message, help))

    def table(self, name: str) -> Table | None:
        """Return a table within the table, None where there is none."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.wrong(name, f"{name} must be a table", f"write [{'.'.join(map(str, (*self.key, name)))}]")
            return None
        return Table(value, (*self.key, name), self.problems)

    def text(self, name: str, *, needed: bool = False) -> str | None:
        """Return a text."""
        value = self.values.get(name)
        if value is None:
            if needed:
                self.wrong(name, f"'{name}' is missing", f'write {name} = "..."')
            return None
        if not isinstance(value, str) or not value.strip():
            self.wrong(name, f"{name} must be a text, not {value!r:.40}", f'write {name} = "..."')
            return None
        return value

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """Return one of a few words."""
        value = self.text(name)
        if value is None:
            return default
        if value not in allowed:
            self.wrong(name, f"{name} cannot be '{value}'", suggest(value, allowed, "it is one of"))
        return value

    def number(self, name: str, default: float | None = None) -> float | None:
        """Return a number."""
        value = self.values.get(name, default)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            self.wrong(name, f"{name} must be a number, not {value!r:.40}")
            return default
        return value

    def flag(self, name: str) -> bool:
        """Return true or false."""
        value = self.values.get(name, False)
        if not isinstance(value, bool):
            self.wrong(name, f"{name} must be true or false, not {value!r:.40}")
        return value is True

    def texts(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.wrong(name, f"{name} must be a list of texts", f'write {name} = ["...", "..."]')
            return default
        return tuple(value)

    def expression(self, name: str, kind: Kind, *, needed: bool = False) -> Expression | None:
        """Return an expression over the export's columns."""
        text = self.text(name, needed=needed)
        if text is None:
            return None
        try:
            return read_expression(text, kind, name, (*self.key, name))
        except DefinitionError as error:
            self.wrong(name, str(error), "columns with dots or blanks stand in double quotes: '\"ai_agent.rating\"'")
            return None
