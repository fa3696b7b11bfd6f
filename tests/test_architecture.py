"""The house rules that a machine can read: sizes, names, and what a light command may load; imports: test_imports.py.

Imports nothing of the package: it reads the sources.
"""

from __future__ import annotations

import ast
import functools
import os
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "simulator"
HEAVY = ("numpy", "numba", "scipy", "pandas", "matplotlib", "pyarrow", "duckdb", "sqlglot", "rich")
NOT_IN_A_RUN = ("pandas", "scipy.optimize", "scipy.interpolate", "scipy.stats")
MOST_LINES, MOST_FUNCTION_LINES, MOST_ARGUMENTS = 400, 60, 6
BROUGHT = {"markupsafe", "pydantic_core"}
"""Modules that come with what is declared: with jinja2 and with pydantic."""


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= MOST_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            assert size <= MOST_FUNCTION_LINES, f"{node.name} has {size} lines"


def is_command(function: ast.FunctionDef) -> bool:
    """Whether a function is a command, whose arguments are its options."""
    return any("click.command" in ast.unparse(each) for each in function.decorator_list)


def crowded(source: str) -> list[str]:
    """Return the functions of a source that take more arguments than one reads at a glance, beside self."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and not is_command(node):
            arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
            if len([each for each in arguments if each.arg not in ("self", "cls")]) > MOST_ARGUMENTS:
                found.append(node.name)
    return found


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_function_takes_is_seen_at_a_glance(path: Path) -> None:
    assert crowded(path.read_text()) == []


def test_a_function_of_seven_arguments_is_refused() -> None:
    assert crowded("def f(a, b, c, d, *, e, g, h): ...") == ["f"]
    assert crowded("class A:\n    def f(self, a, b, c, d, e, g): ...") == []
    assert crowded("@click.command()\ndef f(a, b, c, d, e, g, h): ...") == []


PRESENTING = (
    "cli", "contracts/exact", "explore", "report", "report/blocks", "report/charts", "report/studies", "report/summary",
    "report/words",
)  # fmt: skip
"""Rooms whose files are named after the thing that they show, or price once more, and that another room works out."""
ROLES = {"console", "folder", "base"}
"""Files with the same role in sibling rooms."""


def named_twice(files: Iterable[Path]) -> list[str]:
    """Return names that two files have, where neither is the shown side of the other's thing."""
    rooms = defaultdict(list)
    for path in files:
        rooms[path.stem].append(path.parent.as_posix())
    alike = {name: [room for room in found if room not in PRESENTING] for name, found in rooms.items()}
    return sorted(name for name, found in alike.items() if len(found) > 1 and name not in ROLES | {"__init__"})


def test_one_thing_has_one_name_and_one_name_is_one_thing() -> None:
    assert named_twice(path.relative_to(PACKAGE) for path in sources()) == []


def test_a_name_in_two_rooms_is_refused() -> None:
    """Negative control; the command and the report of a thing may have its name."""
    assert named_twice([Path("contracts/units.py"), Path("engine/units.py")]) == ["units"]
    assert named_twice([Path("cli/levers.py"), Path("decisions/levers.py"), Path("report/levers.py")]) == []


@functools.cache
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
    """And nothing else; what controls of a notebook, clusters and PostgreSQL need belongs to an extra each."""
    found = {module for path in sources() for module in imported_modules(path)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {each.split(">=")[0].replace("-", "_") for each in project["dependencies"]}
    extra = {each.split(">=")[0] for each in project["optional-dependencies"]["notebooks"]}
    extra |= {"IPython"}
    cluster, server = {"dask", "distributed"}, {"adbc_driver_postgresql"}
    assert found - set(sys.stdlib_module_names) - {"simulator"} - BROUGHT - extra - cluster - server == declared
    outside = [path for path in sources() if part_of(path) != "explore"]
    assert not {"pandas", *extra} & {module for path in outside for module in imported_modules(path)}
    assert {path.name for path in sources() if cluster & imported_modules(path)} == {"cluster.py"}
    assert {path.name for path in sources() if server & imported_modules(path)} == {"postgres.py"}


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


PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
ELSEWHERE = {"shared/cases/billing_cases.json"}
"""Files that a page names and that do not belong to the project."""


def missing_files(text: str) -> set[str]:
    """Return the files that a text names and that are not there; paths may begin in a room that they are of."""
    named = set(re.findall(r"`((?:[\w-]+/)+[\w-]+\.(?:py|toml|json|md))`", text)) - ELSEWHERE
    roots = (ROOT, PACKAGE, PACKAGE / "engine", ROOT / "tests")
    return {each for each in named if not any((root / each).exists() for root in roots)}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_names_files_that_are_there(page: Path) -> None:
    assert missing_files(page.read_text(encoding="utf-8")) == set()


def test_a_file_that_moved_is_missed() -> None:
    assert missing_files("see `engine/run.py` and `engine/running.py`") == {"engine/running.py"}
