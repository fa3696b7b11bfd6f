from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from simulator.cli.check import check

ROOT = Path(__file__).parents[2]
MINIMAL = str(ROOT / "scenarios" / "minimal.toml")
BROAD = str(ROOT / "scenarios" / "broad_cx.toml")
WRONG = ROOT / "tests" / "scenario" / "wrong" / "base.toml"
HEAVY = ("numpy", "scipy", "pandas", "matplotlib", "pyarrow", "duckdb", "sqlglot", "genai_prices")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(check, arguments)


def test_right_scenario_prints_what_it_implies() -> None:
    result = run(BROAD)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"ok  {BROAD}: Broad CX deployment\n")
    for text in (
        "12 months, 2027-01 to 2027-12",
        "15 contracts:",
        "Per resolution, assumed 24 h",
        "handed to a person",
        "model cost, USD",
    ):
        assert text in result.stdout
    assert "outside" not in result.stdout
    assert result.stderr == ""


def test_figure_outside_its_published_range_is_flagged() -> None:
    result = run(BROAD, "--set", "outcomes.escalate_log_odds=3")
    assert result.exit_code == 0
    flagged = [line for line in result.stdout.splitlines() if "<- outside" in line]
    assert any("handed to a person" in line for line in flagged)


def test_what_the_cost_of_tokens_leaves_out_is_said() -> None:
    tools = "the provider's fees for tools are in no cost; its price list has, for mini and large: 10 per 1,000 web sea"
    assert tools in run(BROAD).stdout
    assert "fees for tools are" not in run(MINIMAL).stdout, "own rates are what they are"
    long = "rates = { input = 1, output = 2, long_prompt = { threshold_tokens = 200_000, input = 2, output = 3 } }"
    result = run(MINIMAL, "--set", f"models.main.{long.replace(' = {', '={', 1)}")
    assert (
        "prompts above 200,000 tokens have the usual rates of main here; a run prices such calls higher"
        in result.stdout
    )


def test_contract_that_can_bill_nothing_is_noted() -> None:
    assert "note: " not in run(BROAD).stdout
    result = run(MINIMAL, "--set", 'contracts.resolution.definition="action_in_system_of_record"')
    assert result.exit_code == 0
    (note,) = [line for line in result.stdout.splitlines() if "note: resolution" in line]
    assert "resolution: by action_in_system_of_record nothing is billed" in note
    assert "action of every intent is 0" in note


def test_numbers_that_are_all_certain_are_noted_with_how_to_write_a_range() -> None:
    said = " ".join(run(MINIMAL).stdout.split())
    assert "every number is taken as certain" in said
    example = re.search(r"volume\.per_month = \{ p5 = 1_800, p95 = 2_200 \}", said)
    assert example is not None
    ranged = run(MINIMAL, "--set", example[0])
    assert ranged.exit_code == 0 and "1 uncertain input" in ranged.stdout
    assert "taken as certain" not in ranged.stdout


def test_model_cost_in_another_currency_is_shown_without_a_range() -> None:
    result = run(MINIMAL, "--set", 'currency="EUR"')
    assert result.exit_code == 0
    (row,) = [line for line in result.stdout.splitlines() if "model cost" in line]
    assert row.split() == ["model", "cost,", "EUR", "0.0270", "in", "USD", "only"]


def test_a_default_in_dollars_is_said_to_be_one_in_another_currency() -> None:
    says = "people.cost_per_hour is not given, and its default of 45 is meant in USD but counted in EUR"
    assert says in run(MINIMAL, "--set", 'currency="EUR"').stdout
    given = run(MINIMAL, "--set", 'currency="EUR"', "--set", "people.cost_per_hour=41").stdout
    assert "people.cost_per_hour is not given" not in given + run(MINIMAL).stdout


def test_uncertain_weights_are_shown_after_normalising() -> None:
    assert "divided by their sum" not in run(BROAD).stdout
    result = run(BROAD, "--set", "intents.order_status.share={mean=18,sd=3}")
    assert "shares of the intents, order_status: 17.8 %" in result.stdout


def test_wrong_scenario_gives_code_2_and_all_problems_on_stderr(tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(WRONG.read_text().replace("months = 3", "monts = 3").replace("trials = 10", "trials = 10k"))
    before = sorted(tmp_path.rglob("*"))
    result = run(str(file))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("error: ") == 2
    assert result.stderr.rstrip().endswith("nothing was run.")
    assert sorted(tmp_path.rglob("*")) == before


def test_several_files_are_all_checked(tmp_path: Path) -> None:
    file = tmp_path / "empty.toml"
    file.write_text("")
    result = run(str(file), MINIMAL)
    assert result.exit_code == 2
    assert "the file is empty" in result.stderr
    assert "ok  " in result.stdout
    assert run(MINIMAL, BROAD).exit_code == 0


def test_wrong_override_names_the_option() -> None:
    result = run(MINIMAL, "--set", "volume.per_mont=5")
    assert result.exit_code == 2
    assert "--> --set volume.per_mont=5" in result.stderr


def test_no_file_is_a_usage_error() -> None:
    assert run().exit_code == 2


@pytest.mark.parametrize("arguments", [["check", MINIMAL], ["check", "missing.toml"]])
def test_check_in_a_process_imports_nothing_heavy_and_leaves_no_file(arguments: list[str], tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from simulator.cli.check import check\n"
        f"try: check({arguments[1:]!r})\n"
        "except SystemExit as end: print('code', end.code)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert f"code {0 if arguments[1] == MINIMAL else 2}" in done.stdout
    assert list(tmp_path.iterdir()) == []
