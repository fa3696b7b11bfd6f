"""`simulate log` and `simulate map`: what they write, what they print, and that nothing is there in part."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from simulator.audit.log.map_reading import read_map
from simulator.audit.log.shipped_maps import shipped_map, shipped_names, shipped_text
from simulator.audit.record_file import read_record
from simulator.cli import cli
from simulator.errors import DataError, OutputError, ScenarioError
from simulator.records import COLUMNS
from tests.audit.log.logs import EXPORTS, write_csv

MAP = '[log]\nsystem = "intercom"\nextracted_at = 2026-11-10T06:00:00Z\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in EXPORTS.iterdir():
        shutil.copy(file, tmp_path)
    (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
    return tmp_path


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=True)


def test_the_record_has_the_columns_and_types_of_the_ledger_and_the_systems_id(folder: Path) -> None:
    target = folder / "record.parquet"
    done = run("log", folder / "map.toml", "-o", target)
    assert done.exit_code == 0, done.output
    found = duckdb.execute(f"DESCRIBE FROM '{target}'").fetchall()
    assert [each[:2] for each in found] == [(each.name, each.sql) for each in COLUMNS] + [("source_id", "VARCHAR")]
    empty = duckdb.execute(
        f"SELECT COUNT(solved), COUNT(complexity), COUNT(turns), COUNT(opened_at) FROM '{target}'"
    ).fetchall()
    assert empty == [(0, 0, 0, 33)]
    times = [each[0] for each in duckdb.execute(f"SELECT opened_at FROM '{target}'").fetchall()]
    assert times == sorted(times) and times[0].isoformat() == "2026-10-01T00:01:27"


def test_ids_are_hashed_with_the_salt_beside_the_record_unless_asked(folder: Path) -> None:
    hashed, kept = folder / "hashed.parquet", folder / "kept.parquet"
    assert run("log", folder / "map.toml", "-o", hashed).exit_code == 0
    assert run("log", folder / "map.toml", "-o", kept, "--keep-ids").exit_code == 0
    salt = json.loads((folder / "hashed.json").read_text())["salt"]
    ids = [
        each[0]
        for each in duckdb.execute(f"SELECT source_id FROM '{kept}' ORDER BY opened_at, conversation_id").fetchall()
    ]
    found = [
        each[0]
        for each in duckdb.execute(f"SELECT source_id FROM '{hashed}' ORDER BY opened_at, conversation_id").fetchall()
    ]
    assert found == [hashlib.sha256((salt + each).encode()).hexdigest()[:16] for each in ids] and "2154700000001" in ids
    assert json.loads((folder / "kept.json").read_text())["salt"] == ""
    assert b"66f0000000000000" not in kept.read_bytes()  # the customer is a number


def test_what_stands_beside_the_record(folder: Path) -> None:
    assert run("log", folder / "map.toml", "-o", folder / "record.parquet").exit_code == 0
    said = json.loads((folder / "record.json").read_text())
    file = folder / "intercom_conversations.csv"
    assert said["system"] == "intercom" and said["extracted_at"] == "2026-11-10T06:00:00Z" and len(said["salt"]) == 32
    assert said["sources"][0] == {
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "rows": 31,
    }
    assert said["rows"] == {"in": 31, "out": 33, "source_ids": 31, "dropped": {}}
    assert said["cases"] == {"rule": "window", "window_hours": 168.0, "same": ["customer_id", "intent"]}
    assert said["months"] == ["2026-10", "2026-11"]
    columns = said["columns"]
    assert sorted(columns["filled"] + columns["derived"] + columns["empty"]) == sorted(each.name for each in COLUMNS)
    assert {"solved", "human_solved", "complexity"} <= set(columns["empty"])


@pytest.mark.parametrize("system", [name for name in shipped_names() if "columns" in shipped_map(name)])
def test_a_record_of_each_shipped_map_is_one_that_can_be_recounted(system: str, folder: Path) -> None:
    (folder / "map.toml").write_text(f'[log]\nsystem = "{system}"\n', encoding="utf-8")
    done = run("log", folder / "map.toml", "-o", folder / "record.parquet")
    assert done.exit_code == 0, done.output
    found = read_record(folder / "record.parquet")
    assert found.facts.system == system and found.table["class"].null_count == 0
    columns = json.loads((folder / "record.json").read_text())["columns"]
    assert sorted(columns["filled"] + columns["derived"] + columns["empty"]) == sorted(each.name for each in COLUMNS)
    assert set(columns["empty"]) <= found.empty
    assert ("the map has no class" in done.output) == ("class" in columns["derived"]) == (system == "amazon_connect")


def test_rows_that_are_left_out_are_counted_beside_the_record(folder: Path) -> None:
    (folder / "map.toml").write_text('[log]\nsystem = "amazon_connect"\n', encoding="utf-8")
    assert run("log", folder / "map.toml", "-o", folder / "record.parquet").exit_code == 0
    rows = json.loads((folder / "record.json").read_text())["rows"]
    assert rows["in"] == 34 and rows["out"] == 31 and rows["dropped"] == {"an earlier version of a row": 3}


def test_check_prints_the_page_and_writes_nothing(folder: Path) -> None:
    before = sorted(folder.iterdir())
    done = run("log", folder / "map.toml", "--check", "-o", folder / "record.parquet")
    assert done.exit_code == 0 and sorted(folder.iterdir()) == before
    for said in (
        "33 conversations in 29 cases, a row of the record each, from 31 ids", "24 h     72 h    168 h     ever",
        "same customer and intent", "every time of the export has its zone", "of 31 conversations without tests",
        "same thread", "class: service 31, spam 1, test 1", "2026-10        32", "solved: nobody holds it", "nothing is written",
    ):  # fmt: skip
        assert said in done.output


def test_shares_of_returns_are_those_of_a_hand_count(folder: Path) -> None:
    """31 contacts but duplicates and tests: returns after 20, 30 and 216 hours, the first of them in a new thread."""
    lines = {
        line[:26].strip(): line[26:].split() for line in run("log", folder / "map.toml", "--check").output.splitlines()
    }
    thread = next(row for name, row in lines.items() if name.startswith("same thread"))
    assert thread[-8::2] == ["0.0", "3.2", "3.2", "6.5"]  # 0, 1, 1 and 2 of 31
    own = next(row for name, row in lines.items() if name.startswith("this map's rule"))
    assert own[-8::2] == ["3.2", "6.5", "6.5", "9.7"]  # 1, 2, 2 and 3 of 31


def with_a_late_return(folder: Path) -> None:
    """Add a conversation of a customer who was there 14 days before, with the same intent."""
    path = folder / "intercom_conversations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        given = list(csv.DictReader(file))
    first = next(row for row in given if row["id"] == "2154700000001")
    later = {
        name: str(int(value) + 14 * 86_400) if name.endswith("_at") and value else value
        for name, value in first.items()
    }
    write_csv(path, [*given, later | {"id": "2154700000099"}])


def test_whom_a_window_cuts_off_is_counted_and_a_longer_one_joins_it(folder: Path) -> None:
    plain = run("log", folder / "map.toml", "--check").output
    assert "no conversation follows one of the same customer and intent after more than 168 h" in plain
    with_a_late_return(folder)
    cut = run("log", folder / "map.toml", "--check").output
    assert "1 conversation follows one of the same customer and intent after more than 168 h" in cut
    assert "34 conversations in 30 cases" in cut and "400 h" not in cut
    more = '[log.cases]\nwindow_hours = 400\nsame = ["customer_id", "intent"]\n'
    (folder / "map.toml").write_text(MAP + more, encoding="utf-8")
    joined = run("log", folder / "map.toml", "--check").output
    assert "34 conversations in 29 cases" in joined and "168 h    400 h     ever" in joined
    assert "no conversation follows one of the same customer and intent after more than 400 h" in joined


@pytest.mark.parametrize(
    ("cases", "told"),
    [
        ('column = "id"', {"rule": "column", "window_hours": None, "same": []}),
        ('link = "id"', {"rule": "link", "window_hours": None, "same": []}),
        (
            'link = "before"\nwindow_hours = 24\nsame = ["customer_id"]',
            {"rule": "link", "window_hours": 24.0, "same": ["customer_id"]},
        ),
    ],
)
def test_the_rule_for_cases_stands_beside_the_record(cases: str, told: dict[str, object], folder: Path) -> None:
    path = folder / "map.toml"
    path.write_text(f'[log]\nsystem = "intercom"\n[log.cases]\n{cases}\n', encoding="utf-8")
    assert read_map(path).cases.told == told


def test_every_column_that_cannot_be_filled_is_listed(folder: Path) -> None:
    """As many names stand below the line as it counts, which are those that are empty beside the record."""
    done = run("log", folder / "map.toml", "-o", folder / "record.parquet").output
    block = done.split("columns cannot be filled")[1].split("\n\n")[0].splitlines()[1:]
    names = [name for line in block for name in line.split(":")[0].strip().split(", ")]
    empty = json.loads((folder / "record.json").read_text())["columns"]["empty"]
    assert sorted(names) == sorted(empty) and f"{len(empty)} of the record's 34 columns" in done
    assert "reasoning_tokens" in names


def test_a_scenario_given_as_a_map_has_one_mistake(folder: Path) -> None:
    done = run("log", EXPORTS / "contract.toml", "--check")
    assert isinstance(done.exception, ScenarioError)
    (problem,) = done.exception.problems
    assert "there is no table [log]: it is a scenario" in problem.message and "simulate map new" in problem.help


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "record.csv"], "the ending must be .parquet"),
        ([], "say where the record goes"),
        (["-o", "none/record.parquet"], "there is no folder"),
        (["-o", "taken.parquet"], "a file of that name"),
        (["-o", "beside.parquet"], "a file of that name"),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_is_read(
    words: list[str], said: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    (folder / "taken.parquet").write_text("mine")
    (folder / "beside.json").write_text("mine")
    done = run("log", "missing.toml", *words)
    assert done.exit_code != 0
    assert said in (str(done.exception) if isinstance(done.exception, OutputError) else done.output)
    assert (folder / "taken.parquet").read_text() == (folder / "beside.json").read_text() == "mine"


def test_force_replaces_both_files(folder: Path) -> None:
    (folder / "record.parquet").write_text("old")
    (folder / "record.json").write_text("old")
    assert run("log", folder / "map.toml", "-o", folder / "record.parquet", "--force").exit_code == 0
    assert json.loads((folder / "record.json").read_text())["rows"]["out"] == 33


def test_a_log_that_is_refused_leaves_nothing_behind(folder: Path) -> None:
    export = folder / "intercom_conversations.csv"
    export.write_text(export.read_text().replace("negative_feedback", "routed_to_team"), encoding="utf-8")
    before = sorted(folder.iterdir())
    done = run("log", folder / "map.toml", "-o", folder / "record.parquet")
    assert isinstance(done.exception, DataError) and sorted(folder.iterdir()) == before
    assert '"routed_to_team" (1 row)' in str(done.exception) and "[log.values.outcome]" in str(done.exception)


def people_only(folder: Path) -> list[dict[str, str]]:
    """Write a year's tickets of people alone: 600 of 200 customers, the last ten still open."""
    with (EXPORTS / "zendesk_tickets.csv").open(encoding="utf-8", newline="") as file:
        plain = next(iter(csv.DictReader(file)))
    begin, rows = datetime(2025, 10, 1), []
    for number in range(600):
        opened = begin + timedelta(hours=14.4 * number)
        solved = f"{opened + timedelta(hours=20):%Y-%m-%dT%H:%M:%SZ}" if number < 590 else ""
        rows.append(plain | {
            "id": str(500_000 + number), "created_at": f"{opened:%Y-%m-%dT%H:%M:%SZ}", "solved_at": solved,
            "requester_id": str(380_000_000_000 + number * 7 % 200), "tags": "billing", "via_channel": "email",
            "replies": str(1 + number % 3), "assignee_stations": "1",
        })  # fmt: skip
    write_csv(folder / "zendesk_tickets.csv", rows)
    (folder / "map.toml").write_text(
        '[log]\nsystem = "zendesk_tickets"\nextracted_at = 2026-11-10T06:00:00Z\n', encoding="utf-8"
    )
    return rows


def test_a_helpdesk_of_people_alone_is_read_and_the_page_says_what_it_cannot_tell(folder: Path) -> None:
    rows = people_only(folder)
    done = run("log", folder / "map.toml", "-o", folder / "record.parquet")
    assert done.exit_code == 0, done.output
    found = read_record(folder / "record.parquet")
    assert found.table.num_rows == len(rows) and set(found.table["outcome"].to_pylist()) == {"escalated"}
    assert found.table["closed_at"].null_count == 10
    unknown = {"answered", "judged_resolved", "csat", "human_minutes", "input_tokens", "turns", "solved"}
    assert unknown <= found.empty and unknown <= set(
        json.loads((folder / "record.json").read_text())["columns"]["empty"]
    )
    for said in (
        "people worked on every conversation", "no rate of an AI agent", "10 are not closed", "human_minutes: the cost of",
        "answered: a definition that asks", "tickets alone overstate escalation", "full_resolution_time is waiting, never work",
    ):  # fmt: skip
        assert said in done.output, said


def test_a_log_in_which_an_ai_settled_something_is_not_called_one_of_people(folder: Path) -> None:
    rows = people_only(folder)
    write_csv(folder / "zendesk_tickets.csv", [*rows[:-1], rows[-1] | {"replies": "0", "assignee_stations": "0"}])
    assert "people worked on every conversation" not in run("log", folder / "map.toml", "--check").output


def test_maps_are_listed_and_shown() -> None:
    listed = run("map", "list").output
    for name in shipped_names():
        assert name in listed
        assert run("map", "show", name).output == shipped_text(name)
    missed = run("map", "show", "intercm")
    assert missed.exit_code == 2 and "did you mean 'intercom'?" in missed.output


def test_a_new_map_reads_what_the_shipped_one_reads(folder: Path) -> None:
    own = folder / "own.toml"
    assert run("map", "new", own, "--system", "intercom").exit_code == 0
    done, shipped = run("log", own, "--check").output, run("log", folder / "map.toml", "--check").output
    assert "33 conversations in 29 cases" in done
    assert done.split("notes")[0] == shipped.split("notes")[0]
    assert isinstance(run("map", "new", own, "--system", "ada").exception, OutputError)
    assert "intercom" in own.read_text()


def test_a_mistake_in_a_map_is_a_problem_with_its_line(folder: Path) -> None:
    (folder / "map.toml").write_text(MAP + 'tme_zone = "UTC"\n', encoding="utf-8")
    done = run("log", folder / "map.toml", "--check")
    assert isinstance(done.exception, ScenarioError)
    assert done.exception.problems[0].line == 4 and "did you mean 'time_zone'?" in done.exception.problems[0].help


def test_the_example_of_the_page_is_what_is_printed(folder: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "log.md").read_text(encoding="utf-8")
    (folder / "my-map.toml").write_text(text.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    shown = text.split("$ simulate log my-map.toml --check\n")[1].split("```")[0]
    assert len(shown.splitlines()) > 8
    assert run("log", folder / "my-map.toml", "--check").output.startswith(shown)
