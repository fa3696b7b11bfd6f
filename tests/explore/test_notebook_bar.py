"""The bar under a cell is for a kernel of Jupyter alone: other libraries load its modules too."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest

from simulator.explore.notebook_bar import in_notebook, notebook_bar


@pytest.mark.parametrize("shell", [None, SimpleNamespace()], ids=["no shell", "a shell on a terminal"])
def test_loaded_modules_make_no_notebook(shell: object, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = ModuleType("IPython")
    loaded.get_ipython = lambda: shell  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", loaded)
    monkeypatch.setitem(sys.modules, "ipykernel", ModuleType("ipykernel"))
    assert not in_notebook()
    with notebook_bar("x", 10):
        pass


def test_a_kernel_makes_one(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = ModuleType("IPython")
    loaded.get_ipython = lambda: SimpleNamespace(kernel=object())  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", loaded)
    assert in_notebook()
