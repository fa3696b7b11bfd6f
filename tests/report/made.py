"""Made-up blocks of a summary: dictionaries whose keys are read as attributes, as those of the typed summary are."""

from __future__ import annotations

from typing import Any


class Made(dict[str, Any]):
    """A block that a test may make, and change."""

    def __getitem__(self, key: str) -> Any:
        """Return what stands there, as a block from then on."""
        found = made(super().__getitem__(key))
        self[key] = found
        return found

    def __getattr__(self, name: str) -> Any:
        """Return what stands there; else what the typed classes have beside their attributes."""
        if name in self:
            return self[name]
        if name in ("cost", "amount"):  # of a contract, and of what a table picks by name
            return self.__getitem__
        if name == "contract":  # of a summary
            return lambda wanted: next(each for each in self.contracts if each.name == wanted)
        if name == "best":
            return self.contract(self.recommended)
        raise AttributeError(name)

    @property
    def mean_per_solved_case(self) -> float | None:
        """As that of a contract and of today."""
        cost = self["cost_per_solved_case"]
        return None if cost is None else float(cost["mean"])


def made(value: Any) -> Any:
    """Return a value with every dictionary in it as a block."""
    if isinstance(value, dict) and not isinstance(value, Made):
        return Made(value)
    return [made(each) for each in value] if isinstance(value, list) else value
