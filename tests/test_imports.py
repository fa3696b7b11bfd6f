"""Imports point one way, at every level: what `[tool.importlinter]` in pyproject.toml says holds, and can be broken."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def checked(project: Path) -> subprocess.CompletedProcess[str]:
    """Check the imports of the package that lies in a folder."""
    command = [
        sys.executable,
        "-c",
        "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))",
    ]
    return subprocess.run(
        command, cwd=project, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(project)}
    )


def test_imports_point_one_way() -> None:
    done = checked(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("law/odds.py", "from simulator.scenario import load_scenario", "Layers of the package"),
        ("law/odds.py", "def late():\n    import simulator.engine.run", "Layers of the package"),
        ("definitions/spec.py", "from simulator.contracts import invoice", "Layers of the package"),
        ("contracts/prices/flat.py", "import simulator.contracts.settlement.discounts", "Layers of contracts"),
        ("report/words/figures.py", "import simulator.report.blocks.summary", "Layers of the report"),
        ("newroom.py", "", "Layers of the package"),
        ("contracts/prices/flat.py", "import simulator.contracts.prices.unit_price", "No ring"),
    ],
)
def test_an_import_that_points_back_is_refused(tmp_path: Path, file: str, line: str, broken: str) -> None:
    """Negative controls: upwards, in a function, between neighbours, inside rooms, a file without a place, a ring."""
    shutil.copytree(ROOT / "simulator", tmp_path / "simulator", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    changed = tmp_path / "simulator" / file
    before = changed.read_text(encoding="utf-8") if changed.exists() else ""
    changed.write_text(f"{before}\n{line}\n", encoding="utf-8")
    done = checked(tmp_path)
    assert done.returncode == 1, done.stdout
    assert [each for each in done.stdout.splitlines() if each.startswith(broken) and each.endswith("BROKEN")], (
        done.stdout
    )
