"""The house rules that a machine can read: direction of imports, sizes, and what a light command may load.

Imports nothing of the package: it reads the sources.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "simulator"
ORDER = (
    ("arrays",),
    (
        "errors",
        "money",
        "records",
        "arrow",
        "streams",
        "kept",
        "distributions",
        "percentiles",
        "spelling",
        "parameters",
        "interrupts",
        "garbage",
        "quiet",
        "law",
    ),
    ("definitions", "contracts"),
    ("scenario",),
    ("implied",),
    ("futures", "templates"),
    ("engine",),
    ("billing",),
    ("priced",),
    ("risk", "verdict", "precision", "forecast"),
    ("decisions", "variance", "verify"),
    ("report",),
    ("cli", "explore"),
    ("__main__",),
)
"""Layers, the lowest first: a module imports its own part and lower layers only."""
ROOMS_OF_SCENARIO = ("key_paths", "texts", "schema", "meant", "stated", "checks", "reading", "explained")
"""Rooms and files of `simulator/scenario`, the lowest first: each imports itself and those before it."""
STEPS_OF_READING = (
    "file_text", "positions", "toml_mistakes", "toml_values",
    "added_tables", "catalogue_entries", "currency_codes", "overrides",
    "many_problems", "counts", "calendar_months",
    "issues", "messages", "mending", "validation",
    "problems", "load",
)  # fmt: skip
"""Files of `simulator/scenario/reading` in the order of the path: a step takes nothing of a later one."""
RANK = {part: rank for rank, layer in enumerate(ORDER) for part in layer}
SIDEWAYS = {
    ("law", "distributions"),
    ("percentiles", "distributions"),
    ("spelling", "distributions"),
    ("spelling", "percentiles"),
    ("parameters", "distributions"),
    ("parameters", "spelling"),
    ("verdict", "risk"),
    ("precision", "risk"),
    ("precision", "verdict"),
    ("forecast", "precision"),
    ("forecast", "risk"),
    ("forecast", "verdict"),
}
"""Imports between parts of one layer that are meant."""
HEAVY = ("numpy", "numba", "scipy", "pandas", "matplotlib", "pyarrow", "duckdb", "sqlglot", "rich")
NOT_IN_A_RUN = ("pandas", "scipy.optimize", "scipy.interpolate", "scipy.stats")
MOST_LINES, MOST_FUNCTION_LINES = 400, 60
BROUGHT = {"markupsafe", "pydantic_core"}
"""Modules that come with what is declared: with jinja2 and with pydantic."""


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_parts(tree: ast.AST) -> set[str]:
    """Return the parts of the package that a source imports, inside functions too."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "simulator":
            names = [alias.name for alias in node.names] if node.module == "simulator" else [node.module.split(".")[1]]
            found |= set(names)
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("simulator.")}
    return found - {"__version__"}


def wrong_imports(part: str, tree: ast.AST) -> list[str]:
    return [
        f"{part} imports {other}"
        for other in sorted(imported_parts(tree) - {part})
        if RANK[other] >= RANK[part] and (part, other) not in SIDEWAYS
    ]


def test_every_part_of_the_package_has_a_layer() -> None:
    assert {part_of(path) for path in sources()} - {"__init__"} == set(RANK)


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    if part_of(path) == "__init__":
        assert imported_parts(ast.parse(path.read_text())) <= set(RANK)
    else:
        assert wrong_imports(part_of(path), ast.parse(path.read_text())) == []


def imported_within(room: str, tree: ast.AST) -> set[str]:
    """Return the parts of a room that a source imports, as "schema" for `simulator.scenario.schema.shapes`."""
    found = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    found |= {
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == room
        for alias in node.names
    }
    return {module.removeprefix(f"{room}.").split(".")[0] for module in found if module.startswith(f"{room}.")}


@pytest.mark.parametrize(
    ("folder", "order"),
    [("scenario", ROOMS_OF_SCENARIO), ("scenario/reading", STEPS_OF_READING)],
    ids=["rooms", "steps"],
)
def test_reading_a_scenario_is_one_path(folder: str, order: tuple[str, ...]) -> None:
    """Its rooms and the steps of reading stand in one order, and none imports a later one, inside functions either."""
    room = f"simulator.{folder.replace('/', '.')}"
    place = {name: number for number, name in enumerate(order)}
    parts = {
        path: path.relative_to(PACKAGE / folder).parts[0].removesuffix(".py")
        for path in (PACKAGE / folder).rglob("*.py")
        if path != PACKAGE / folder / "__init__.py"
    }
    assert set(parts.values()) == set(order)
    for path, part in parts.items():
        later = [each for each in imported_within(room, ast.parse(path.read_text())) if place[each] > place[part]]
        assert later == [], f"{path.relative_to(ROOT)} imports {later}"


def test_the_rule_refuses_an_upward_and_a_sideways_import() -> None:
    assert wrong_imports("futures", ast.parse("def f():\n    from simulator.engine.run import simulate")) != []
    assert wrong_imports("contracts", ast.parse("import simulator.definitions.compile")) != []
    assert wrong_imports("engine", ast.parse("from simulator.law.drivers import Drivers")) == []


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= MOST_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            assert size <= MOST_FUNCTION_LINES, f"{node.name} has {size} lines"


def imported_modules(path: Path) -> set[str]:
    """Return the top-level modules that a source imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_what_is_needed_to_run_is_what_modules_import() -> None:
    """And nothing else; what controls of a notebook and clusters need belongs to an extra each."""
    found = {module for path in sources() for module in imported_modules(path)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {each.split(">=")[0].replace("-", "_") for each in project["dependencies"]}
    extra = {each.split(">=")[0] for each in project["optional-dependencies"]["notebooks"]}
    extra |= {"IPython"}
    cluster = {"dask", "distributed"}
    assert found - set(sys.stdlib_module_names) - {"simulator"} - BROUGHT - extra - cluster == declared
    outside = [path for path in sources() if part_of(path) != "explore"]
    assert not {"pandas", *extra} & {module for path in outside for module in imported_modules(path)}
    assert {path.name for path in sources() if cluster & imported_modules(path)} == {"cluster.py"}


def test_every_bound_is_a_version_that_ci_can_install_as_the_lowest() -> None:
    """`.ci/run` installs `name==version` of every `name>=version`; another form would not be run."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for each in project["dependencies"] + extras["test"] + extras["dask"]:
        assert re.fullmatch(r"[a-z0-9-]+>=\d+(\.\d+)*", each), each


@pytest.mark.parametrize("what", ["import simulator", "import simulator.cli", "import simulator.scenario"])
def test_light_imports_load_nothing_heavy(what: str) -> None:
    listing = f"{what}; import sys; print(*sorted(m for m in {HEAVY!r} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_help_and_check_load_nothing_heavy() -> None:
    shipped = [["check", str(ROOT / "scenarios" / f"{name}.toml")] for name in ("minimal", "broad_cx")]
    for arguments in (["--help"], *shipped):
        listing = (
            "import sys; from simulator.cli import cli\n"
            f"try: cli.main({arguments!r}, standalone_mode=False)\nexcept SystemExit: pass\n"
            f"print('loaded', *sorted(m for m in {HEAVY!r} if m in sys.modules))"
        )
        done = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True, cwd=ROOT)
        assert done.stdout.splitlines()[-1].split() == ["loaded"], arguments


def test_a_run_loads_no_library_that_it_does_not_need(tmp_path: Path) -> None:
    """In no process: those that are started say what they load too."""
    scenario = str(ROOT / "scenarios" / "broad_cx.toml")
    words = ["run", scenario, "--trials", "3", "--months", "2", "--workers", "2", "-o", str(tmp_path / "out")]
    environment = {**os.environ, "PYTHONPROFILEIMPORTTIME": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "simulator", *words], capture_output=True, text=True, check=True, cwd=ROOT,
        env=environment,
    )  # fmt: skip
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    found = {each for each in (*NOT_IN_A_RUN, "numba", "matplotlib", "pyarrow")
             if any(f"{module}.".startswith(f"{each}.") for module in loaded)}  # fmt: skip
    assert found == {"numba", "matplotlib", "pyarrow"}
