"""Options of a run beside those that stand for a value: contracts, conditions, environment, opening the report."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.cli.conftest import Command

ROOT = Path(__file__).parents[2]
MINIMAL = ROOT / "scenarios" / "minimal.toml"
QUICK = ("--trials", "3", "--months", "2", "--workers", "1", "--no-report")


def test_a_contract_alone_costs_what_it_costs_among_all(command: Command) -> None:
    everything = json.loads(command(MINIMAL, *QUICK, "--json", "-o", "all")[1])
    one = json.loads(command(MINIMAL, *QUICK, "--json", "-o", "one", "--contract", "resolution")[1])
    assert [each["name"] for each in one["contracts"]] == ["resolution"]
    of_all = next(each for each in everything["contracts"] if each["name"] == "resolution")
    assert one["contracts"][0]["invoice"] == of_all["invoice"]
    about = json.loads(Path("one/manifest.json").read_text())
    assert about["contracts"] == ["resolution"] and "--contract resolution" in about["command"]


def test_contracts_stay_in_the_order_of_the_scenario(command: Command) -> None:
    options = ("--contract", "resolution", "--contract", "conversation", "--json", "-o", "two")
    told = json.loads(command(MINIMAL, *QUICK, *options)[1])
    assert [each["name"] for each in told["contracts"]] == ["conversation", "resolution"]


def test_an_unknown_contract_gets_the_nearest(command: Command, tmp_path: Path) -> None:
    code, out, err = command(MINIMAL, *QUICK, "--contract", "resoltion")
    assert (code, out) == (2, "")
    assert err.endswith("Invalid value for --contract: there is no contract 'resoltion'; did you mean 'resolution'?\n")
    assert not list(tmp_path.iterdir())


def test_a_condition_that_is_true_gives_code_3_and_the_results_are_there(command: Command, tmp_path: Path) -> None:
    code, out, err = command(MINIMAL, *QUICK, "--budget", "5", "--fail-if", "p90 > budget", "--json", "-o", "here")
    assert code == 3
    assert err.startswith("check failed: p90 > budget  ($") and err.endswith("> $5.00, Per conversation)\n")
    assert json.loads(out) == json.loads((tmp_path / "here/summary.json").read_text())


def test_a_condition_that_is_not_true_says_nothing(command: Command) -> None:
    code, _, err = command(MINIMAL, *QUICK, "--fail-if", "p90 > 1e9", "--fail-if", "resolution mean < 0", "-q")
    assert (code, err) == (0, "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("p90 > budget", "'p90 > budget' needs a budget; give --budget 500_000, or budget = 500_000 in the scenario"),
        ("resoltion p90 > 3", "did you mean 'resolution'?"),
    ],
)
def test_a_wrong_condition_is_refused_before_simulating(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, says: str
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("simulated for nothing")

    monkeypatch.setattr("simulator.engine.run.simulate_into", never)
    code, out, err = command(MINIMAL, *QUICK, "--fail-if", text)
    assert (code, out) == (2, "") and says in err and err.startswith("error: ")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("variables", "options"),
    [
        ({"SIMULATE_RUN_TRIALS": "2"}, ("--trials", "2")),
        ({"SIMULATE_RUN_SEED": "7"}, ("--seed", "7")),
        ({"SIMULATE_RUN_BUDGET": "70"}, ("--budget", "70")),
        ({"SIMULATE_RUN_SET": "volume.per_month=50\npeople.cost_per_hour=3"},
         ("--set", "volume.per_month=50", "--set", "people.cost_per_hour=3")),
        ({"SIMULATE_RUN_CONTRACT": "resolution"}, ("--contract", "resolution")),
        ({"SIMULATE_RUN_ENGINE": "ledger"}, ("--engine", "ledger")),
    ],
)  # fmt: skip
def test_an_environment_variable_stands_for_an_option(
    command: Command, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], options: tuple[str, ...]
) -> None:
    rest = () if "--trials" in options else ("--trials", "3")
    base = (MINIMAL, *rest, "--months", "2", "--workers", "1", "--no-report", "--json")
    given = command(*base, *options)
    plain = command(MINIMAL, *QUICK, "--json")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert command(*base)[:2] == given[:2]
    assert given[0] == 0 and given[1] != plain[1]


def test_no_report_leaves_out_what_its_help_says(command: Command, tmp_path: Path) -> None:
    few = (MINIMAL, "--trials", "3", "--months", "2", "--workers", "1")
    whole, numbers = (json.loads(command(*few, "--json", "-o", *rest)[1]) for rest in (("a",), ("b", "--no-report")))
    missing = {key for key in whole if whole[key] != numbers[key]}
    assert missing == {"clauses"} and all(not numbers[key] for key in missing)
    gone = {path.name for path in (tmp_path / "a").iterdir()} - {path.name for path in (tmp_path / "b").iterdir()}
    assert gone == {"charts", "report.html", "brief.pdf", "summary.xlsx"}
    said = " ".join(command("run", "--help")[1].split())
    assert "no charts, page, brief and workbook, and of summary.json not clauses" in said


def test_png_without_a_report_is_refused_before_simulating(command: Command, tmp_path: Path) -> None:
    code, out, err = command(MINIMAL, *QUICK, "--png")
    assert (code, out) == (2, "") and err.endswith("Error: --no-report draws no charts; leave out --png\n")
    assert not list(tmp_path.iterdir())


def test_environment_variables_of_flags_and_conditions(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMULATE_RUN_JSON", "1")
    monkeypatch.setenv("SIMULATE_RUN_FAIL_IF", "mean > 1\np90 > 1e9")
    code, out, err = command(MINIMAL, *QUICK)
    assert code == 3 and json.loads(out) and err.count("check failed: ") == 1


def test_a_wrong_environment_variable_is_a_usage_error(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMULATE_RUN_TRIALS", "0")
    code, _, err = command(MINIMAL)
    assert code == 2 and "--trials" in err


def test_open_opens_the_report_or_the_folder(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(click, "launch", lambda url: opened.append(url) or 0)
    assert command(MINIMAL, *QUICK, "-q", "-o", "here", "--open")[0] == 0
    assert opened == ["here/report.html" if Path("here/report.html").exists() else "here"]
    assert command(MINIMAL, *QUICK, "-q", "-o", "there")[0] == 0 and len(opened) == 1


def test_the_help_says_exit_codes_and_environment(command: Command) -> None:
    code, out, err = command("run", "--help")
    assert (code, err) == (0, "")
    for text in ("3 a --fail-if is true", "SIMULATE_RUN_TRIALS=500", "130 interrupted"):
        assert text in out


def test_the_help_fits_a_screen_and_groups_all_commands(command: Command) -> None:
    from simulator.cli import COMMANDS, GROUPS

    code, out, _ = command("--help")
    assert code == 0 and len(out.splitlines()) <= 64 and max(map(len, out.splitlines())) <= 100
    assert {group for _, group, _ in COMMANDS.values()} <= set(GROUPS)
    for name in COMMANDS:
        assert any(line.split()[:1] == [name] for line in out.splitlines()), name


def test_the_help_loads_neither_the_schema_nor_the_scenario(tmp_path: Path) -> None:
    code = (
        "import sys; from simulator.cli import cli\n"
        "try: cli.main(['--help'], standalone_mode=False)\nexcept SystemExit: pass\n"
        "print('loaded', *[name for name in ('pydantic', 'simulator.scenario', 'tomlkit') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "loaded"
