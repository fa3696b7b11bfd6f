"""What CONTRIBUTING promises of a new contract type: one class in one file; then every command knows it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.contracts.contract_types import TYPES

ROOT = Path(__file__).parents[2]
PER_SMILE = '''class PerSmile(UnitTerms, ContractSpec):
    """A price per smile, of which every conversation has one."""

    type: Literal["per_smile"]

    @property
    def default_title(self) -> str:
        return "Per smile"

    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        return (self.charge(CONVERSATIONS, unit="smile"),)
'''
BEFORE = "class PerToken(TokenTerms, ContractSpec):\n"
SCENARIO = """
title = "Smiles"
start = "2027-01"
months = 2
trials = 16
volume.per_month = 50
levels.only = { escalate = 0.1, solve = 0.8 }
intents.one = { share = 1, levels = { only = 1 } }
models.main = { rates = { input = 1, output = 10 } }

[contracts.smile]
type = "per_smile"
tiers = [{ up_to = 20, rate = 2 }, { rate = 1 }]
platform_fee = 7

[contracts.conversation]
type = "per_conversation"
tiers = [{ up_to = 20, rate = 2 }, { rate = 1 }]
platform_fee = 7
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a copy of the package that has the new type, and a scenario that uses it."""
    folder = tmp_path_factory.mktemp("adding")
    package = folder / "simulator"
    shutil.copytree(ROOT / "simulator", package, ignore=shutil.ignore_patterns("__pycache__"))
    types = package / "contracts" / "contract_types.py"
    text = types.read_text(encoding="utf-8")
    assert text.count(BEFORE) == 1
    types.write_text(text.replace(BEFORE, f"{PER_SMILE}\n\n{BEFORE}"), encoding="utf-8")
    (folder / "smiles.toml").write_text(SCENARIO, encoding="utf-8")
    return folder


def simulate(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command of the copy."""
    environment = {**os.environ, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "Agg"}
    return subprocess.run(
        [sys.executable, "-m", "simulator", *arguments], cwd=place, env=environment, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip


def test_a_new_type_is_priced_and_reported(place: Path) -> None:
    done = simulate(place, "run", "smiles.toml", "--json", "--no-report", "--workers", "1", "-o", "out")
    assert done.returncode == 0, done.stderr
    smile, conversation = json.loads(done.stdout)["contracts"]
    assert smile["type"] == "per_smile" and smile["title"] == "Per smile"
    assert smile["invoice"]["mean"] == conversation["invoice"]["mean"] > 2 * 7
    assert smile["units"]["billed"] == conversation["units"]["billed"]
    assert "## Per smile" in (place / "out" / "contracts.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "smiles.toml"), "Per smile"),
        (("explain", "per_smile"), "A price per smile"),
        (("explain", "contracts.NAME.tiers"), "tiers"),
        (("schema",), "per_smile"),
        (("check", "smiles.toml", "--set", "contracts.smile.tears=1"), "tears"),
    ],
)
def test_every_command_knows_it(place: Path, arguments: tuple[str, ...], said: str) -> None:
    done = simulate(place, *arguments)
    assert done.returncode == (2 if "--set" in arguments else 0), done.stderr
    assert said in done.stdout + done.stderr


def test_the_package_itself_has_no_such_type() -> None:
    """Negative control: what is seen in the copy comes from its one change."""
    assert "per_smile" not in TYPES
