"""The law is what a compiler takes as it is, and what takes an array of one value a trial for a float."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from simulator.distributions import Quantity
from simulator.engine.compiling.compiled import SOURCES
from simulator.scenario import load_scenario
from simulator.scenario.stated.stated_cases import contacts_per_case

LAW = Path(__file__).parents[2] / "simulator" / "law"
TAKEN = {"__future__", "collections.abc", "math", "typing"}
OWN = "simulator.law"
OF_ARRAYS = {"copula", "demand", "drivers", "sessions", "sizes", "spline"}
"""Files on trials and months: they take arrays, and are not compiled."""
TAKEN_BY_ARRAYS = {*TAKEN, "dataclasses", "functools", "numpy", "numpy.typing", "scipy", "scipy.special"}
BELOW = ("simulator.arrays", "simulator.distributions", OWN)
REFUSED = (
    ast.Dict, ast.DictComp, ast.Set, ast.SetComp, ast.JoinedStr, ast.Lambda, ast.Yield, ast.YieldFrom, ast.Try,
    ast.With, ast.ClassDef, ast.GeneratorExp, ast.Starred, ast.Global, ast.Nonlocal,
)  # fmt: skip


def files() -> list[Path]:
    return sorted(LAW.glob("*.py"))


def strange(source: str) -> list[str]:
    """Return what of a source is no plain arithmetic on numbers and sequences."""
    tree = ast.parse(source)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module not in TAKEN and not str(node.module).startswith(OWN):
            found.append(f"from {node.module}")
        if isinstance(node, ast.Import):
            found += [f"import {each.name}" for each in node.names if each.name not in TAKEN]
        if isinstance(node, REFUSED) and not _is_named_tuple(node):
            found.append(type(node).__name__)
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        found += [f"{function.name} has decorators"] * bool(function.decorator_list)
        found += [f"{function.name} has defaults"] * bool(function.args.defaults or function.args.kw_defaults)
        body = function.body[1:]  # after the docstring
        constants = [node for each in body for node in ast.walk(each) if isinstance(node, ast.Constant)]
        found += [repr(each.value) for each in constants if each.value is None or isinstance(each.value, str)]
    return found


def _is_named_tuple(node: ast.AST) -> bool:
    """Return whether a class only gives names to the places of a tuple."""
    bases = node.bases if isinstance(node, ast.ClassDef) else []
    return [ast.unparse(each) for each in bases] == ["NamedTuple"]


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_the_law_of_conversations_is_plain(path: Path) -> None:
    assert path.stem in OF_ARRAYS or strange(path.read_text()) == []


def test_what_is_plain_is_compiled() -> None:
    plain = {f"{OWN}.{path.stem}" for path in files() if path.stem not in {*OF_ARRAYS, "__init__"}}
    assert {OWN, *plain} == {*SOURCES}


def test_the_law_of_months_knows_arrays_and_laws_of_numbers_alone() -> None:
    for path in (each for each in files() if each.stem in OF_ARRAYS):
        nodes = list(ast.walk(ast.parse(path.read_text())))
        found = {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
        found |= {each.name for node in nodes if isinstance(node, ast.Import) for each in node.names}
        assert {each for each in found if not each.startswith(BELOW)} <= TAKEN_BY_ARRAYS


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np", "from simulator.distributions import Quantity",
        'def f():\n    "d"\n    return {"a": 1}', 'def f():\n    "d"\n    return None',
        'def f():\n    "d"\n    return "end"', 'def f(x=1):\n    "d"\n    return x',
        'def f(x):\n    "d"\n    return sum(each for each in x)', "@cache\ndef f():\n    pass", "class A:\n    pass",
    ],
)  # fmt: skip
def test_what_is_not_plain_is_seen(source: str) -> None:
    assert strange(source) != []


def test_the_docstring_of_the_law_names_every_file() -> None:
    text = ast.get_docstring(ast.parse((LAW / "__init__.py").read_text())) or ""
    named = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ") and "file" not in line]
    assert sorted(named) == [path.stem for path in files() if path.stem != "__init__"]


def test_arrays_give_what_floats_give() -> None:
    scenario = load_scenario(Path(__file__).parents[1] / "scenario" / "everything.toml")
    scores = np.array([-1.0, 0.0, 0.7])

    def draw(quantity: Quantity) -> np.ndarray:
        return quantity.at(scores)

    conversations, straight = contacts_per_case(draw, scenario)
    assert conversations.shape == straight.shape == (3,)
    for index, score in enumerate(scores):
        single = contacts_per_case(lambda quantity, z=score: float(quantity.at(np.array([z]))[0]), scenario)
        assert conversations[index] == pytest.approx(single[0], rel=1e-12)
        assert straight[index] == pytest.approx(single[1], rel=1e-12)
    assert len(set(conversations)) == 3
