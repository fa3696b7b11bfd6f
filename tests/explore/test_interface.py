"""What `import simulator as cx` offers: its names, their words, examples that run, and scripts without a guard."""

from __future__ import annotations

import ast
import doctest
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import simulator as cx
from tests.explore import texts

FOLDER = texts.ROOT / "simulator/explore"
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


def test_dir_is_what_is_exported() -> None:
    assert dir(cx) == sorted([*cx.__all__, "__version__"])
    assert cx.__all__ == sorted(cx.__all__) and len(set(cx.__all__)) == len(cx.__all__)


@pytest.mark.parametrize("name", cx.__all__)
def test_public_name_resolves_and_has_words(name: str) -> None:
    found = getattr(cx, name)
    assert found is getattr(cx, name) and found.__name__ == name
    assert found.__doc__ and not found.__doc__.startswith(f"{name}("), "not the text that a dataclass makes"


@pytest.mark.parametrize("name", ["nothing", "Runs", "load_", "pandas", "SomeError"])
def test_unknown_name_is_an_attribute_error(name: str) -> None:
    assert not hasattr(cx, name)
    with pytest.raises(AttributeError, match=f"module 'simulator' has no attribute '{name}'"):
        getattr(cx, name)


def test_star_import_gives_all_names() -> None:
    space: dict[str, object] = {}
    exec("from simulator import *", space)
    assert set(cx.__all__) <= set(space)


def without_words(tree: ast.AST) -> list[str]:
    """Return public classes, functions, methods and properties that have no docstring."""
    found: list[str] = []
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.ClassDef | ast.FunctionDef) or node.name.startswith("_"):
            continue
        overloaded = any(isinstance(each, ast.Name) and each.id == "overload" for each in node.decorator_list)
        if ast.get_docstring(node) is None and not overloaded:
            found.append(node.name)
        if isinstance(node, ast.ClassDef):
            found += [f"{node.name}.{each}" for each in without_words(node)]
    return found


def test_the_check_of_words_finds_what_has_none() -> None:
    source = 'class A:\n    """Words."""\n    def b(self): ...\n    def _c(self): ...\ndef d(): ...\n'
    assert without_words(ast.parse(source)) == ["A.b", "d"]


@pytest.mark.parametrize("module", MODULES)
def test_public_classes_and_functions_have_words(module: str) -> None:
    assert without_words(ast.parse((FOLDER / f"{module}.py").read_text())) == []
    assert importlib.import_module(f"simulator.explore.{module}").__doc__


@pytest.mark.parametrize("module", MODULES)
def test_examples_run(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(texts.ROOT)
    found = doctest.testmod(importlib.import_module(f"simulator.explore.{module}"))
    assert found.failed == 0
    text = (FOLDER / f"{module}.py").read_text()
    assert (found.attempted > 0) == (">>>" in text)


def test_public_functions_show_an_example() -> None:
    for function in (cx.load, cx.simulate, cx.catalogue, cx.Run.with_contract, cx.Run.grid):
        assert ">>>" in (function.__doc__ or "")


def ran(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    place = folder / "script.py"
    place.write_text(script)
    return subprocess.run(
        [sys.executable, str(place)], capture_output=True, text=True, cwd=folder, timeout=120, check=True
    )


@pytest.mark.parametrize(
    "method",
    ["", pytest.param("import multiprocessing\nmultiprocessing.set_start_method('spawn')\n", marks=pytest.mark.slow)],
)
def test_script_without_a_guard_runs_its_body_once(tmp_path: Path, method: str) -> None:
    done = ran(
        f"print('BODY', flush=True)\n{method}import simulator as cx\n"
        f"run = cx.simulate(cx.load({str(texts.ROOT / 'scenarios/minimal.toml')!r}), trials=300, seed=3, workers=2)\n"
        "more = run.with_contract('x', base='resolution', definition='verified_72h')\n"
        "print(repr(run.totals.sum().tolist()), len(more.contracts))\n",
        tmp_path,
    )
    assert done.stdout.count("BODY") == 1 and done.stderr == ""
    alone = cx.simulate(cx.load(texts.ROOT / "scenarios/minimal.toml"), trials=300, seed=3, workers=1)
    assert done.stdout.split("\n")[1] == f"{alone.totals.sum().tolist()!r} 3"


@pytest.mark.slow
def test_script_of_standard_input_runs_with_two_workers(tmp_path: Path) -> None:
    script = (
        "print('BODY', flush=True)\nimport simulator as cx\n"
        f"run = cx.simulate(cx.load({str(texts.ROOT / 'scenarios/minimal.toml')!r}), trials=300, workers=2)\n"
    )
    done = subprocess.run(
        [sys.executable, "-"], input=script, capture_output=True, text=True, cwd=tmp_path, timeout=120, check=True
    )
    assert done.stdout == "BODY\n" and done.stderr == ""


def test_run_is_silent_where_there_is_no_terminal(capfd: pytest.CaptureFixture[str], minimal: cx.Scenario) -> None:
    cx.simulate(minimal, trials=8, workers=1).with_contract("x", base="resolution", definition="verified_72h")
    assert capfd.readouterr() == ("", "")


def test_scenario_can_be_copied_and_stored(minimal: cx.Scenario) -> None:
    import copy
    import pickle

    assert pickle.loads(pickle.dumps(minimal)).spec == minimal.spec and copy.deepcopy(minimal).text == minimal.text


def test_run_can_be_stored(run: cx.Run) -> None:
    import pickle

    again = pickle.loads(pickle.dumps(cx.Run(run.scenario, run.results, 1, run.kept)))
    assert again.totals.equals(run.totals) and again.verdict.sentence == run.verdict.sentence
