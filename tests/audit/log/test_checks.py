"""Planted errors in a log: each is refused with value, count, row and fix; the same log without it is read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import DataError
from tests.audit.log.logs import plain_map, read_all, read_folder, row, write_csv

COLUMNS = """closed_at = "closed"
outcome = "outcome"
answered = "answered"
turns = "turns"
csat = { number = "score" }
human_minutes = { seconds = "worked" }
channel = "channel"
"""
KEYS = 'time_zone = "Europe/Berlin"\nextracted_at = 2026-12-31T00:00:00Z'


def good(count: int = 20) -> list[dict[str, Any]]:
    return [
        row(
            number, f"2026-10-{number % 24 + 1:02d} 10:00:00", closed=f"2026-10-{number % 24 + 1:02d} 11:00:00",
            outcome="silent", answered="true", turns=3, score=4, worked=60, channel="chat",
        )
        for number in range(1, count + 1)
    ]  # fmt: skip


PLANTED: Mapping[str, tuple[dict[str, Any], list[str]]] = {
    "a value that is not mapped": ({"outcome": "routed_to_team"}, ["outcome is not one of its values", '"routed_to_team"', "confirmed"]),
    "a local time that exists twice": ({"opened": "2026-10-25 02:30:00"}, ["opened_at exists twice in Europe/Berlin", "ambiguous ="]),
    "a local time that never is": ({"opened": "2026-03-29 02:30:00"}, ["opened_at does not exist in Europe/Berlin"]),
    "an id of a spreadsheet": ({"id": "2.1547E+12"}, ["conversation_id was read as a number", "2.1547E+12"]),
    "another such id": ({"id": "2154700000016.0"}, ["conversation_id was read as a number"]),
    "such an id beyond the digits of a number": ({"id": "21547000000161234.0"}, ["last digits are lost"]),
    "a key twice": ({"id": "c2"}, ["conversation_id stands in several rows", "keep_last_by"]),
    "a negative number": ({"turns": -1}, ["turns is out of its range", '"-1.0"']),
    "not a number": ({"turns": "nan"}, ["turns is out of its range"]),
    "a fraction": ({"turns": "2.5"}, ["turns is no whole number"]),
    "a score of 10": ({"score": 10}, ["csat is out of its range", "from 1 to 5"]),
    "an empty count": ({"turns": ""}, ["turns is empty", "coalesce"]),
    "a text for a number": ({"turns": "three"}, ["turns is no number", '"three"']),
    "a text for a truth value": ({"answered": "maybe"}, ["answered is no truth value", '"maybe"']),
    "a time that is none": ({"opened": "last week"}, ["opened_at cannot be read as a time", '"last week"']),
    "no time": ({"opened": ""}, ["opened_at is empty"]),
    "a future time": ({"opened": "2027-01-05 10:00:00", "closed": "2027-01-05 11:00:00"}, ["after the end of observation"]),
    "closed after the export": ({"closed": "2027-01-05 10:00:00"}, ["closed_at is after the end of observation"]),
    "an id of a customer of a spreadsheet": ({"customer": "3.8E+11"}, ["customer_id was read as a number"]),
    "infinitely many": ({"worked": "inf"}, ["human_minutes is out of its range"]),
    "closed first": ({"closed": "2026-09-01 10:00:00"}, ["closed before it opened"]),
    "a message": ({"channel": "Hello, my order has not come\nand I wait"}, ["channel looks like what people wrote"]),
}  # fmt: skip


def test_the_log_without_a_planted_error_is_read(tmp_path: Path) -> None:
    found = read_folder(tmp_path, plain_map(keys=KEYS, columns=COLUMNS), good())
    assert len(found) == 20 and all(each["human_minutes"] == 1.0 for each in found)
    assert found[0]["opened_at"].hour == 8  # Berlin in summer


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_error_is_refused(name: str, tmp_path: Path) -> None:
    change, said = PLANTED[name]
    rows = good()
    rows[4] |= change
    with pytest.raises(DataError) as caught:
        read_folder(tmp_path, plain_map(keys=KEYS, columns=COLUMNS), rows)
    for each in (*said, "rows.csv, row 5", "fix:"):
        assert each in str(caught.value)
    assert f"{2 if name == 'a key twice' else 1} row" in str(caught.value)


def test_a_message_is_not_shown_in_what_is_said_of_it(tmp_path: Path) -> None:
    rows = good()
    rows[4]["channel"] = "Hello, my order has not come\nand I wait"
    with pytest.raises(DataError) as caught:
        read_folder(tmp_path, plain_map(keys=KEYS, columns=COLUMNS), rows)
    assert "order" not in str(caught.value)


def test_first_five_rows_are_told_and_the_count_of_all(tmp_path: Path) -> None:
    rows = good()
    for each in rows[3:15]:
        each["outcome"] = "routed"
    with pytest.raises(DataError) as caught:
        read_folder(tmp_path, plain_map(keys=KEYS, columns=COLUMNS), rows)
    said = str(caught.value)
    assert "12 rows of 20" in said and "row 4:" in said and "row 8:" in said and "row 9:" not in said


def test_a_local_time_without_a_zone_is_refused_and_with_one_read(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="opened_at has no time zone, and the map says none"):
        read_folder(tmp_path, plain_map(), [row(1, "2026-10-01 10:00:00")])
    assert read_folder(tmp_path, plain_map(), [row(1, "2026-10-01 10:00:00+02:00")])[0]["opened_at"].hour == 8


def test_a_moment_that_a_zone_has_twice_is_read_where_it_stands_with_its_zone(tmp_path: Path) -> None:
    keys = 'time_zone = "Europe/Berlin"'
    assert read_folder(tmp_path, plain_map(keys=keys), [row(1, "2026-10-25T00:30:00Z")])[0]["opened_at"].hour == 0
    with pytest.raises(DataError, match="exists twice"):
        read_folder(tmp_path, plain_map(keys=keys), [row(1, "2026-10-25 02:30:00")])
    hours = [
        read_folder(tmp_path, plain_map(keys=f'{keys}\nambiguous = "{which}"'), [row(1, "2026-10-25 02:30:00")])[0]["opened_at"].hour
        for which in ("earlier", "later")
    ]  # fmt: skip
    assert hours == [0, 1]


def test_few_unread_rows_are_dropped_and_counted_by_their_reason(tmp_path: Path) -> None:
    rows = good(24 * 20)
    rows[7]["opened"], rows[9]["turns"] = "last week", "three"
    found, dropped, _ = read_all(tmp_path, plain_map(keys=KEYS, columns=COLUMNS), rows)
    assert len(found) == len(rows) - 2
    assert dropped == {"opened_at cannot be read as a time": 1, "turns is no number": 1}
    for each in rows[10:13]:
        each["turns"] = "many"
    with pytest.raises(DataError, match="turns is no number: 4 rows"):
        read_folder(tmp_path, plain_map(keys=KEYS, columns=COLUMNS), rows)


def test_seconds_are_not_taken_for_milliseconds(tmp_path: Path) -> None:
    text = plain_map().replace('opened_at = "opened"', 'opened_at = { epoch_seconds = "opened" }')
    assert read_folder(tmp_path, text, [row(1, "1790812887")])[0]["opened_at"].isoformat() == "2026-10-01T00:01:27"
    with pytest.raises(DataError, match="no time between 1990 and 2100"):
        read_folder(tmp_path, text, [row(1, "1790812887000")])


def test_a_column_of_texts_and_milliseconds_is_read_as_both_where_the_map_says_so(tmp_path: Path) -> None:
    both = 'opened_at = { iso = "opened", whole = "epoch_milliseconds" }'
    text = plain_map().replace('opened_at = "opened"', both)
    rows = [row(1, "1790812887000"), row(2, "2026-10-01T00:01:27Z"), row(3, "2026-10-01T02:01:27+02:00")]
    assert {each["opened_at"].isoformat() for each in read_folder(tmp_path, text, rows)} == {"2026-10-01T00:01:27"}
    for strange, said in (
        ("1790812887", "no time between 1990 and 2100: 1 row of 4"),
        ("2026-10-01T00:01:27", "opened_at has no time zone, and the map says none: 1 row of 4"),
        ("last week", "opened_at cannot be read as a time: 1 row of 4"),
    ):
        with pytest.raises(DataError, match=said):
            read_folder(tmp_path, text, [*rows, row(4, strange)])
    with pytest.raises(DataError, match="opened_at cannot be read as a time: 1 row of 3"):
        read_folder(tmp_path, plain_map(), rows)


def test_a_time_of_a_format_of_its_own(tmp_path: Path) -> None:
    given = 'opened_at = { format = "%m/%d/%Y %I:%M:%S %p", column = "opened" }'
    text = plain_map(keys='time_zone = "America/New_York"').replace('opened_at = "opened"', given)
    found = read_folder(tmp_path, text, [row(1, "10/01/2026 01:02:03 PM")])
    assert found[0]["opened_at"].isoformat() == "2026-10-01T17:02:03"


def test_a_row_is_told_with_the_file_that_it_stands_in(tmp_path: Path) -> None:
    write_csv(tmp_path / "day-1.csv", good()[:3])
    write_csv(tmp_path / "day-2.csv", [{**good()[3], "turns": -7}])
    call = {"input": 100, "cached": 0, "output": 10, "reasoning": 0, "total": 110}
    write_csv(tmp_path / "calls.csv", [{"session": "c1", **call}, {"session": "c2", **call, "output": -1}])
    text = plain_map(keys=KEYS, columns=COLUMNS).replace("rows.csv", "day-*.csv")
    with pytest.raises(DataError, match=r"day-2\.csv, row 1: \"-7\.0\""):
        read_folder(tmp_path, text)
    write_csv(tmp_path / "day-2.csv", good()[3:4])
    with pytest.raises(DataError, match=r"calls\.csv, row 2: \"-1\.0\""):
        read_folder(tmp_path, text + TOKENS.format(convention="cache_inside"))


def by_month(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [row(number, f"{month}-{number % 28 + 1:02d}T10:00:00Z", f"{month}{number}") | {"id": f"{month}-{number}"} for month, rows in counts.items() for number in range(rows)]  # fmt: skip


def test_a_partial_month_is_refused_unless_it_is_named(tmp_path: Path) -> None:
    rows = by_month({"2026-08": 50, "2026-09": 10, "2026-10": 50})
    with pytest.raises(DataError, match="2026-09: 10 conversations, its neighbours 50 and 50"):
        read_folder(tmp_path, plain_map(), rows)
    assert len(read_folder(tmp_path, plain_map(keys='partial_months = ["2026-09"]'), rows)) == 110
    assert len(read_folder(tmp_path, plain_map(), by_month({"2026-08": 50, "2026-09": 20, "2026-10": 50}))) == 120


def test_a_value_that_is_not_listed_is_told_with_its_count(tmp_path: Path) -> None:
    tables = '[log.values.outcome]\ncolumn = "state"\nassumed = "silent"\n"" = "abandoned"\n'
    rows = [row(number, "2026-10-01T10:00:00Z", state="assumed" if number % 2 else "") for number in range(1, 9)]
    found = read_folder(tmp_path, plain_map(tables=tables), rows)
    assert sorted(each["outcome"] for each in found) == ["abandoned"] * 4 + ["silent"] * 4
    rows[0]["state"] = rows[1]["state"] = "routed_to_team"
    with pytest.raises(DataError, match=r'"routed_to_team" \(2 rows\)'):
        read_folder(tmp_path, plain_map(tables=tables), rows)


def test_rows_for_which_where_does_not_hold_are_counted(tmp_path: Path) -> None:
    rows = [row(number, "2026-10-01T10:00:00Z", ai="true" if number % 3 else None) for number in range(1, 10)]
    found, dropped, _ = read_all(tmp_path, plain_map(keys="where = \"ai = 'true'\""), rows)
    assert len(found) == 6 and dropped == {"`where` of the map does not hold": 3}


def test_the_last_version_of_a_row_is_kept_by_number_and_not_by_text(tmp_path: Path) -> None:
    keys = 'keep_last_by = { key = "id", order = "version" }'
    rows = [row(1, f"2026-10-0{number}T10:00:00Z", version=version) for number, version in enumerate((9, 10, 2), 1)]
    found, dropped, _ = read_all(tmp_path, plain_map(keys=keys), rows)
    assert [each["opened_at"].day for each in found] == [2] and dropped == {"an earlier version of a row": 2}
    rows[0]["version"] = "first"
    write_csv(tmp_path / "rows.csv", rows)
    with pytest.raises(DataError, match="neither a number nor a time"):
        read_folder(tmp_path, plain_map(keys=keys))


TOKENS = """[log.tokens]
read = "calls.csv"
key = "session"
convention = "{convention}"
input = "input"
cached = "cached"
output = "output"
reasoning = "reasoning"
total = "total"
"""


@pytest.mark.parametrize(
    ("convention", "call"),
    [
        ("cache_inside", {"input": 1000, "cached": 800, "output": 50, "reasoning": 20, "total": 1050}),
        ("cache_beside", {"input": 200, "cached": 800, "output": 50, "reasoning": 20, "total": 250}),
        ("disjoint", {"input": 200, "cached": 800, "output": 30, "reasoning": 20, "total": 1050}),
    ],
)
def test_a_call_is_read_under_its_convention_and_refused_under_another(
    convention: str, call: dict[str, int], tmp_path: Path
) -> None:
    calls = [{"session": f"c{number}", **call} for number in range(1, 31)]
    write_csv(tmp_path / "calls.csv", calls)
    rows = [row(number, "2026-10-01T10:00:00Z") for number in range(1, 31)]
    for stated in ("cache_inside", "cache_beside", "disjoint"):
        text = plain_map(tables=TOKENS.format(convention=stated))
        if stated == convention:
            found = read_folder(tmp_path, text, rows)
            assert [found[0][name] for name in ("input_tokens", "cached_input_tokens", "output_tokens")] == [
                1000,
                800,
                50,
            ]
        else:
            with pytest.raises(DataError, match="convention: cache_inside"):
                read_folder(tmp_path, text, rows)


def test_calls_without_a_conversation_are_counted(tmp_path: Path) -> None:
    call = {"input": 100, "cached": 0, "output": 10, "reasoning": 0, "total": 110}
    write_csv(tmp_path / "calls.csv", [{"session": "c1", **call}, {"session": "other", **call}])
    rows = [row(1, "2026-10-01T10:00:00Z"), row(2, "2026-10-01T10:00:00Z")]
    found, _, remarks = read_all(tmp_path, plain_map(tables=TOKENS.format(convention="cache_inside")), rows)
    assert sum(each["input_tokens"] for each in found) == 100
    assert any("1 of the calls belong to no conversation" in each for each in remarks)
    assert any("1 conversations have no call" in each for each in remarks)


def test_ids_that_a_spreadsheet_made_equal_are_one_mistake_and_whole_ones_say_how_to_read_them(tmp_path: Path) -> None:
    """Ids in powers of ten are equal for many rows: no advice to keep the last version of a row, which would drop them."""
    rounded = [{**each, "id": "2.1547E+12"} for each in good()]
    with pytest.raises(DataError) as told:
        read_folder(tmp_path, plain_map(keys=KEYS), rounded)
    assert "last digits are lost" in str(told.value) and "keep_last_by" not in str(told.value)
    pointed = [{**each, "id": f"{21547000 + place}.0"} for place, each in enumerate(good())]
    with pytest.raises(DataError, match="no digit is lost: write split_part") as told:
        read_folder(tmp_path, plain_map(keys=KEYS), pointed)
    text = plain_map(keys=KEYS).replace('conversation_id = "id"', "conversation_id = \"split_part(id, '.', 1)\"")
    assert read_folder(tmp_path, text, pointed)[0]["source_id"] == "21547000"
