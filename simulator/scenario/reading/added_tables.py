"""Tables that a scenario gets beside those of its text, as a Python session adds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.scenario.key_paths import Path


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
