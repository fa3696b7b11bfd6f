"""`simulate sweep`: every combination equals the run that has its values, and what is wrong is said before any runs."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from simulator.cli import sweeping
from simulator.cli.combinations import MOST_COMBINATIONS, combinations, read_axes, split_values
from simulator.cli.common.work import work
from simulator.cli.sweeping import shares, summaries, with_one_sample
from simulator.engine.processes.pool import Workers
from simulator.engine.sampling.sampled import sample_of
from simulator.report.sweep.console import short_names
from simulator.report.sweep.found import value_of
from simulator.report.sweep.sweep_columns import names
from tests.cli.conftest import Command

ROOT = Path(__file__).parents[2]
MINIMAL = ROOT / "scenarios" / "minimal.toml"
FEW = ("--trials", "64", "--workers", "1", "--set", "months=2")
"""Two months, as time goes with them."""
PRICE = "contracts.resolution.price"
VOLUMES = "volume.per_month=500,{ p5 = 900, p95 = 1_300 }"
GRID = ("--over", f"{PRICE}=0.4,0.99", "--over", VOLUMES)


def test_every_combination_has_the_numbers_of_its_own_run(command: Command) -> None:
    """All of them: the whole summary.json, to the byte."""
    fixed = ("--set", "sample=64", "--budget", "9000")
    code, out, err = command("sweep", MINIMAL, *GRID, *FEW, "--set", "sample=64", "--set", "budget=9000", "-o", "all")
    assert (code, err) == (0, "")
    rows = parquet.read_table("all/summaries.parquet").to_pylist()
    told = json.loads(Path("all/sweep.json").read_text())["combinations"]
    assert [row["combination"] for row in rows] == [1, 2, 3, 4] and len({row["summary"] for row in rows}) == 4
    for row, line in zip(rows, told, strict=True):
        changes = [f"{PRICE}={row[f'over.{PRICE}']}", f"volume.per_month={row['over.volume.per_month']}"]
        options = [word for change in changes for word in ("--set", change)]
        single = command(MINIMAL, *options, *fixed, *FEW, "--no-report", "--json", "-o", f"one-{row['combination']}")
        assert single[1] == row["summary"]
        numbers = json.loads(row["summary"])
        best = next(each for each in numbers["contracts"] if each["name"] == numbers["recommended"])
        assert line["recommended"] == row["recommended"] == best["name"] and line["budget"] == 9000
        assert (line["expected"], line["p90"]) == (best["invoice"]["mean"], best["invoice"]["p90"])
        assert (
            line["to_next"] == numbers["paired"][0]["mean"] and line["chance_of_budgets"] == best["chance_of_budgets"]
        )
    assert {line["recommended"] for line in told} == {"conversation", "resolution"}
    assert f"{PRICE} = 0.4, 0.99" in out and max(map(len, out.splitlines())) <= 100


def test_the_file_of_contracts_has_the_numbers_of_the_summaries(command: Command) -> None:
    assert command("sweep", MINIMAL, *GRID, *FEW, "-o", "all")[0] == 0
    rows = parquet.read_table("all/sweep.parquet").to_pylist()
    packed = parquet.read_table("all/summaries.parquet").to_pylist()
    whole = {row["combination"]: json.loads(row["summary"]) for row in packed}
    assert len(rows) == 8
    for row in rows:
        numbers = whole[row["combination"]]
        block = next(each for each in numbers["contracts"] if each["name"] == row["contract"])
        assert (row["invoice_p95"], row["cost_to_serve_sd"]) == (block["invoice"]["p95"], block["cost_to_serve"]["sd"])
        assert [row["invoice_p90_low"], row["invoice_p90_high"]] == block["invoice"]["p90_interval"]
        assert row["recommended"] == (row["contract"] == numbers["recommended"]) == (row["rank"] == 1)
        assert (row["dearer_mean"] is None) == row["recommended"]
        assert row["probability_cheapest"] == block["probability_cheapest"] and row["probability_over_budget"] is None
    columns = [name for name, _ in names() if name != "over.KEY"]
    assert [name for name in rows[0] if not name.startswith("over.")] == columns


def test_numbers_do_not_depend_on_who_takes_which() -> None:
    """With one process three prices are priced on the same futures; with nine each is simulated by itself."""
    found = _grid(f"{PRICE}=0.5,{{ p5 = 0.9, p95 = 1.1 }},{{ p5 = 0.5, p95 = 0.8 }}", "levels.any.solve=0.5,0.6")
    sizes = {count: sorted(len(part.places) for part in shares(found, count)) for count in (1, 2, 3, 9)}
    assert sizes == {1: [3, 3], 2: [3, 3], 3: [1, 1, 2, 2], 9: [1] * 6}
    told: list[int] = []
    with Workers(1) as crew:
        together, alone = (summaries(shares(found, count), crew, told.append) for count in (1, 9))
    assert together == alone and len(set(alone)) == 6 and told == [3, 6, 1, 2, 3, 4, 5, 6]


def test_other_definitions_and_the_ledger_are_simulated_by_themselves() -> None:
    definitions = _grid('contracts.resolution.definition="assumed_24h","no_human_touch"')
    assert [len(part.places) for part in shares(definitions, 1)] == [1, 1]
    prices = combinations([MINIMAL], read_axes([f"{PRICE}=1,2"]), [], [], "ledger")[0]
    assert [len(part.places) for part in shares(prices, 1)] == [1, 1]


def _grid(*over: str, trials: int = 64) -> list[sweeping.Combination]:
    found, errors = combinations([MINIMAL], read_axes(over), [f"trials={trials}", "months=2"], [], "sampled")
    assert errors == []
    return found


def test_all_draw_the_largest_sample_that_one_needs() -> None:
    over = ["volume.per_month=100,60_000_000", "levels.any.escalate=0.3,0.0001"]
    found = _grid(*over)
    needed = [sample_of(each.work.scenario) for each in found]
    with Workers(1) as crew:
        assert {each.work.sample for each in with_one_sample(found, read_axes(over), crew)} == {max(needed)}
        own = _grid("sample=16,64")
        assert {each.work.sample for each in with_one_sample(own, read_axes(["sample=16,64"]), crew)} == {None}
    assert min(needed) < max(needed)


def test_several_scenarios_share_the_futures_of_the_first(command: Command, tmp_path: Path) -> None:
    text = MINIMAL.read_text()
    (tmp_path / "a.toml").write_text(f"seed = 5\ntrials = 70\n{text}")
    (tmp_path / "b.toml").write_text(f"seed = 6\ntrials = 80\n{text}")
    code, out, _ = command("sweep", "a.toml", "b.toml", "--workers", "1", "--set", "months=2", "--json", "-o", "all")
    rows = json.loads(out)["combinations"]
    assert code == 0 and [(row["seed"], row["trials"]) for row in rows] == [(5, 70), (5, 70)]
    assert rows[0]["expected"] == rows[1]["expected"] and [row["scenario"] for row in rows] == ["a.toml", "b.toml"]
    seeds = ("sweep", "a.toml", "--over", "seed=5,6", "--workers", "1", "--set", "months=2")
    assert json.loads(command(*seeds, "--json", "-o", "seeds")[1])["combinations"][0]["expected"] == rows[0]["expected"]
    assert "Seeds or numbers of futures differ" in command(*seeds, "-o", "more")[1]


FORTY = ",".join(map(str, range(1, 41)))
WRONG = [
    ([], "nothing is varied"),
    (["--over", "volume.per_mont=1,2"], "unknown key 'per_mont' in [volume]\n  --> --over volume.per_mont=1\n"),
    (["--over", f"{PRICE}="], "its value is empty"),
    (["--over", f"{PRICE}=1,,2"], "value 2 of 3 is empty"),
    (["--over", f"{PRICE}=1,2,"], "value 3 of 3 is empty"),
    (["--over", f"{PRICE}=1,2,-3"], f"must be 0 or more and at most 1,000,000,000, not -3\n  --> --over {PRICE}=-3\n"),
    (["--over", f"{PRICE}=1,2,cheap"], f"--over '{PRICE}=\"cheap\"'"),
    (["--over", f"{PRICE}=1,2", "--over", "contracts.'resolution'.price=3"], f"{PRICE} is given twice"),
    (["--over", f"{PRICE}=1,1"], "the value 1 is given twice"),
    (["--over", "0.5,0.6"], "'0.5,0.6' is no KEY=VALUE,VALUE"),
    (["--over", f"{PRICE}=1,2", "--set", f"{PRICE}=1"], f"{PRICE} is given one value"),
    (["--over", "trials=10,20"], "trials is given one value"),
    (["--over", f"seed={','.join(map(str, range(1, MOST_COMBINATIONS + 2)))}"], "these are 1,001 combinations"),
    (["--over", f"budget={FORTY}", "--over", f"seed={FORTY}"], "these are 40 x 40 = 1,600 combinations"),
    ([str(MINIMAL)], "is given twice"),
    (["--over", f"{PRICE}=1,2", "--contract", "nobody"], "there is no contract 'nobody'"),
    (["missing.toml"], "there is no such file"),
]


@pytest.mark.parametrize(("more", "said"), WRONG, ids=[said.split("\n")[0] for _, said in WRONG])
def test_what_is_wrong_is_said_before_anything_is_simulated(
    command: Command, more: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "summaries", lambda *_: pytest.fail("something was simulated"))
    code, out, err = command("sweep", MINIMAL, *FEW, *more)
    assert (code, out) == (2, "") and said in err
    assert list(tmp_path.iterdir()) == []


def test_problems_of_all_scenarios_are_told_once_each(command: Command, tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text(MINIMAL.read_text().replace("escalate = 0.30", "escalate = 1.30"))
    code, out, err = command("sweep", MINIMAL, "broken.toml", "--over", f"{PRICE}=1,-1", "--over", "seed=3,6")
    assert (code, out) == (2, "")
    assert err.count(f"--> --over {PRICE}=-1") == 2 and err.count("--> broken.toml:9") == 1
    assert f"1 problem in {MINIMAL}; nothing was run." in err and "2 problems in broken.toml; nothing was run." in err


def test_nothing_is_overwritten_and_the_latest_run_stays(command: Command, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine").touch()
    code, _, err = command("sweep", MINIMAL, *FEW, "--over", f"{PRICE}=1,2", "-o", "taken")
    assert code == 2 and "taken exists and nothing is overwritten" in err
    for name in ("", "-2"):
        assert command("sweep", MINIMAL, *FEW, "--over", f"{PRICE}=1,2")[0] == 0
        assert len(list(tmp_path.glob(f"outputs/minimal/sweep-????-??-??-???????{name}/manifest.json"))) == 1
    assert not (tmp_path / "outputs/minimal/latest").exists()


@pytest.mark.slow
def test_bytes_do_not_depend_on_processes_and_the_command_says_no_place(command: Command) -> None:
    for name, processes in (("one", "1"), ("two", "2")):
        assert command("sweep", MINIMAL, *GRID, *FEW[:2], *FEW[4:], "--workers", processes, "-o", name)[0] == 0
    for path in Path("one").iterdir():
        assert path.read_bytes() == (Path("two") / path.name).read_bytes()
    about = json.loads(Path("one/manifest.json").read_text())
    assert "--workers" not in about["command"] and about["scenarios"][0]["text"] == MINIMAL.read_text()
    assert set(about["files"]) == {path.name for path in Path("one").iterdir()} - {"manifest.json"}


def test_no_text_runs_as_a_formula_in_a_spreadsheet(command: Command, tmp_path: Path) -> None:
    mine = tmp_path / "=mine.toml"
    mine.write_text(MINIMAL.read_text())
    titles = """contracts.conversation.title="=1+1","@x",'plain, with "quotes"'"""
    assert command("sweep", mine.name, *FEW, "--contract", "conversation", "--over", titles, "-o", "all")[0] == 0
    with Path("all/sweep.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["recommended_title"] for row in rows] == ["'=1+1", "'@x", 'plain, with "quotes"']
    assert [row["over.contracts.conversation.title"] for row in rows] == [row["recommended_title"] for row in rows]
    assert {row["scenario"] for row in rows} == {"'=mine.toml"} and {row["to_next"] for row in rows} == {""}


def test_many_keys_stand_in_lines_of_their_own(command: Command) -> None:
    over = ("levels.any.escalate=0.2", "levels.any.solve=0.5", "volume.per_month=200_000_000",
            "people.cost_per_hour=40", f"{PRICE}=0.5,0.6", "contracts.conversation.price=0.123456789",
            "start=\"2027-01\"")  # fmt: skip
    options = [word for each in over for word in ("--over", each)]
    code, out, err = command("sweep", MINIMAL, *FEW, *options, "-o", "all")
    assert (code, err) == (0, "") and max(map(len, out.splitlines())) <= 100
    assert "2. levels.any.escalate = 0.2, levels.any.solve = 0.5" in out and f"{PRICE} = 0.6" in out.replace("\n ", "")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1,2", ["1", "2"]),
        ("", [""]),
        ("{ a = 1, b = [1, 2] },3", ["{ a = 1, b = [1, 2] }", "3"]),
        ('"a,b",\'c,"d\',e', ['"a,b"', "'c,\"d'", "e"]),
        ('"a\\",b",c', ['"a\\",b"', "c"]),
        ("[1,2", ["[1,2"]),
        ("'\\',b", ["'\\'", "b"]),
    ],
)
def test_commas_part_values_but_not_inside_of_them(text: str, parts: list[str]) -> None:
    assert split_values(text) == parts


def test_values_are_typed_as_files_have_them() -> None:
    assert [value_of(each) for each in ("1_000", "0.5", "true", '"a"', "[1, 2]", "2027-01-01")] == [
        1000, 0.5, True, "a", "[1, 2]", "2027-01-01",
    ]  # fmt: skip


def test_headings_are_the_shortest_ends_that_differ() -> None:
    keys = ["contracts.a.price", "contracts.b.price", "months", "volume.per_month"]
    assert short_names(keys) == ["a.price", "b.price", "months", "per_month"]
    assert short_names(["x.price", "price"]) == ["x.price", "price"]


def test_every_column_is_in_the_docs() -> None:
    page = (ROOT / "docs" / "larger.md").read_text()
    missing = [name for name, words in names() if f"| `{name}` | {words} |" not in page]
    assert missing == []


def test_a_single_combination_is_work_of_the_command_line() -> None:
    """What a sweep reads is what `run --set` reads."""
    (found,) = _grid(f"{PRICE}=0.7")
    text = MINIMAL.read_text()
    assert found.work.scenario == work(text, MINIMAL, ["trials=64", "months=2", f"{PRICE}=0.7"]).scenario
