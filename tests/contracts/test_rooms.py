"""The rooms of contracts stand one on another, and no two of their files import each other in a ring."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOM = Path(__file__).parents[2] / "simulator" / "contracts"
NAME = "simulator.contracts"
ORDER = (
    "wording",
    "catalogue",
    "metering",
    "rates",
    "prices",
    "settlement",
    "contract",
    "contract_terms",
    "contract_types",
    "invoices",
    "exact",
)
"""As the docstring of the package lists them, the lowest first."""
FILES = sorted(path for path in ROOM.rglob("*.py") if path != ROOM / "__init__.py")


def module_of(path: Path) -> str:
    """Return the name of a file within the package, as in "prices.flat"."""
    return ".".join(path.relative_to(ROOM).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(path) for path in FILES}


def imports_of(source: str) -> Iterator[str]:
    """Yield the files of the package that a source imports, inside functions and for types too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and f"{node.module}.".startswith(f"{NAME}."):
            inside = node.module.removeprefix(NAME).removeprefix(".")
            for alias in node.names:
                below = f"{inside}.{alias.name}".removeprefix(".")
                yield below if below in MODULES else inside


def wrong_imports(room: str, source: str) -> list[str]:
    """Return the imports of a source that reach a room above its own, or the package as a whole."""
    allowed = ORDER[: ORDER.index(room) + 1]
    return [each for each in imports_of(source) if each.partition(".")[0] not in allowed]


def ring(imports: Mapping[str, set[str]]) -> list[str]:
    """Return the files of a ring of imports, none where there is no ring."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_a_room_imports_none_above_it(path: Path) -> None:
    assert wrong_imports(module_of(path).partition(".")[0], path.read_text(encoding="utf-8")) == []


def test_no_files_import_each_other() -> None:
    found = {module_of(path): set(imports_of(path.read_text(encoding="utf-8"))) - {module_of(path)} for path in FILES}
    assert ring(found) == []


def test_an_import_upwards_and_a_ring_are_refused() -> None:
    """Negative control."""
    assert wrong_imports("prices", f"from {NAME}.settlement.limit import Limit") == ["settlement.limit"]
    assert wrong_imports("prices", f"def f():\n    from {NAME} import Contract") == [""]
    assert wrong_imports("prices", f"from {NAME}.metering import meters") == []
    assert set(ring({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == {"a", "b", "c"}
