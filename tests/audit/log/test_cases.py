"""Cases of random logs against a plain loop over the rows, and each rule by hand."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.audit.log.log_reading import read_log
from simulator.audit.log.map_reading import read_map
from simulator.errors import DataError
from tests.audit.log.logs import plain_map, read_all, read_folder, row, write_csv

BEGIN = datetime(2026, 10, 1)


def opened(hours: float) -> str:
    return f"{(BEGIN + timedelta(hours=hours)).isoformat()}Z"


def by_loop(rows: list[dict[str, Any]], window: float, same: list[str]) -> dict[str, tuple[str, int, float | None]]:
    """Return by id: the first conversation of its case, its contact, and the hours to the next contact of the case."""
    ordered = sorted(rows, key=lambda each: each["hours"])  # a stable sort, as of the rows of a file
    last: dict[tuple[str, ...], str] = {}
    found: dict[str, list[Any]] = {}
    for each in ordered:
        key = tuple(each[name] for name in same)
        before = found.get(last.get(key, ""))
        if before is not None and each["hours"] - before[3] <= window:
            before[2] = each["hours"] - before[3]
            found[each["id"]] = [before[0], before[1] + 1, None, each["hours"]]
        else:
            found[each["id"]] = [each["id"], 1, None, each["hours"]]
        last[key] = each["id"]
    return {name: (first, contact, hours) for name, (first, contact, hours, _) in found.items()}


@pytest.mark.parametrize("same", [["customer"], ["customer", "intent"]])
@settings(max_examples=30, deadline=None)
@given(
    drawn=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 3), st.integers(0, 1)), min_size=1, max_size=40),
    window=st.sampled_from([24, 72, 168]),
)
def test_the_window_is_that_of_a_loop_over_the_rows(
    same: list[str], drawn: list[tuple[int, int, int]], window: int
) -> None:
    rows = [
        row(number, opened(hours), f"u{customer}", intent=f"i{intent}", hours=hours)
        for number, (hours, customer, intent) in enumerate(drawn)
    ]
    named = ", ".join(f'"{"customer_id" if each == "customer" else each}"' for each in same)
    text = plain_map(columns='intent = "intent"', cases=f"window_hours = {window}\nsame = [{named}]")
    with tempfile.TemporaryDirectory() as folder:
        found = read_folder(Path(folder), text, rows)
    firsts = {each["case_id"]: each["source_id"] for each in found if each["contact"] == 1}
    told = {
        each["source_id"]: (firsts[each["case_id"]], each["contact"], each["returned_after_hours"]) for each in found
    }
    assert told == by_loop(rows, window, same)
    assert all((each["origin"] == "new") == (each["contact"] == 1) for each in found)


def test_rows_beyond_one_block_of_the_database_are_numbered_by_their_times(tmp_path: Path) -> None:
    """A database works in blocks of 122,880 rows and in threads: numbers must follow the times over all of them."""
    path, rows = tmp_path / "rows.parquet", 150_000
    duckdb.execute(
        f"""COPY (SELECT 'c' || i AS id, 'u' || i AS customer,
        STRFTIME(TIMESTAMP '2026-10-01' + i * 37 % {rows} * INTERVAL 10 SECOND, '%Y-%m-%dT%H:%M:%SZ') AS opened
        FROM RANGE({rows}) AS r(i)) TO '{path}' (FORMAT parquet)"""
    )
    (tmp_path / "map.toml").write_text(plain_map().replace("rows.csv", "rows.parquet"), encoding="utf-8")
    with read_log(read_map(tmp_path / "map.toml"), "") as read:
        found = read.connection.execute("SELECT opened_at FROM typed ORDER BY n").fetchnumpy()["opened_at"]
    assert len(found) == rows and (np.diff(found) > np.timedelta64(0)).all()


def test_the_window_includes_its_end(tmp_path: Path) -> None:
    at = read_folder(tmp_path, plain_map(), [row(1, opened(0), "u"), row(2, opened(168), "u")])
    beyond = read_folder(tmp_path, plain_map(), [row(1, opened(0), "u"), row(2, opened(168.001), "u")])
    assert [each["contact"] for each in at] == [1, 2] and [each["contact"] for each in beyond] == [1, 1]


def test_a_conversation_without_a_customer_is_a_case_of_its_own(tmp_path: Path) -> None:
    rows = [row(number, opened(number)) | {"customer": None} for number in (1, 2)]
    found = read_folder(tmp_path, plain_map(), rows)
    assert [each["contact"] for each in found] == [1, 1] and found[0]["customer_id"] != found[1]["customer_id"]


def test_a_case_by_a_column(tmp_path: Path) -> None:
    rows = [row(n, opened(300 * n), problem=problem) for n, problem in enumerate(("a", "b", "a", None, None))]
    found = read_folder(tmp_path, plain_map(cases='column = "problem"'), rows)
    assert [each["case_id"] for each in found] == [1, 2, 1, 3, 4]
    assert (
        found[0]["returned_after_hours"] == 600 and found[0]["billing_month"] == found[2]["billing_month"] == "2026-10"
    )


def test_a_chain_of_links_is_one_case_and_one_outside_the_log_is_told(tmp_path: Path) -> None:
    rows = [row(n, opened(500 * n), before=None if n == 1 else f"c{n - 1}") for n in range(1, 8)]
    found, _, remarks = read_all(tmp_path, plain_map(cases='link = "before"'), rows)
    assert [each["contact"] for each in found] == list(range(1, 8)) and not any("continue" in each for each in remarks)
    rows[3]["before"] = "c99"
    found, _, remarks = read_all(tmp_path, plain_map(cases='link = "before"'), rows)
    assert [each["contact"] for each in found] == [1, 2, 3, 1, 2, 3, 4]
    assert any("1 conversation continues one that is not in the log" in each for each in remarks)


def test_a_link_holds_however_late_and_the_window_where_there_is_none(tmp_path: Path) -> None:
    """c2 follows c1 by its link after 500 hours; c3 and c5 fall in the window of c2 and c4; c6 has a link that leads out."""
    hours, before = (0, 500, 600, 900, 1_000, 1_900), (None, "c1", None, None, None, "c99")
    rows = [row(n, opened(hours[n - 1]), "u", before=before[n - 1]) for n in range(1, 7)]
    found, _, remarks = read_all(tmp_path, plain_map(cases='link = "before"\nwindow_hours = 168'), rows)
    assert [(each["case_id"], each["contact"]) for each in found] == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (3, 1)]
    assert any("1 conversation continues one that is not in the log" in each for each in remarks)


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    rows = [row(1, opened(1), before="c2"), row(2, opened(2), before="c1"), row(3, opened(3), before="c2")]
    with pytest.raises(DataError, match="go round in a circle"):
        read_folder(tmp_path, plain_map(cases='link = "before"'), rows)


def test_a_duplicate_has_the_contact_of_its_original_and_a_second_one_is_dropped(tmp_path: Path) -> None:
    rows = [
        row(1, opened(0), "u", tag=None), row(2, opened(30), "u", tag=None),
        row(3, opened(31), "u", tag="merged"), row(4, opened(32), "u", tag="merged"), row(5, opened(40), "v", tag="merged"),
    ]  # fmt: skip
    text = plain_map(tables="[log.duplicates]\nwhen = \"tag = 'merged'\"")
    found, dropped, remarks = read_all(tmp_path, text, rows)
    told = [(each["source_id"], each["contact"], each["origin"], each["returned_after_hours"]) for each in found]
    assert told == [
        ("c1", 1, "new", 30.0), ("c2", 2, "return", None), ("c3", 2, "duplicate", None), ("c5", 1, "new", None),
    ]  # fmt: skip
    assert dropped == {"another duplicate of the same contact": 1}
    assert any("1 duplicate has no original" in each for each in remarks)


def test_a_list_of_merged_ids_names_the_original(tmp_path: Path) -> None:
    rows = [
        row(1, opened(0), "u", merged='["c3"]'), row(2, opened(1), "v", merged="[]"), row(3, opened(2), "w", merged=None),
    ]  # fmt: skip
    found = read_folder(tmp_path, plain_map(tables='[log.duplicates]\nmerged = "merged"'), rows)
    assert [(each["case_id"], each["origin"]) for each in found] == [(1, "new"), (2, "new"), (1, "duplicate")]


def test_a_customer_of_more_than_a_thousand_contacts_is_refused(tmp_path: Path) -> None:
    rows = [row(number, opened(number / 60), "info@shop") for number in range(1_001)]
    with pytest.raises(DataError, match="a case has more than 1,000 contacts: 1 row"):
        read_folder(tmp_path, plain_map(), rows)
    assert len(read_folder(tmp_path, plain_map(), rows[:-1])) == 1_000


def test_reopened_threads_make_contacts_between_others_of_the_customer(tmp_path: Path) -> None:
    """The thread c1 opens at 0, is opened again at 250; c2 opens at 200, too late for c1's first contact."""
    write_csv(
        tmp_path / "parts.csv",
        [
            {"of": "c1", "at": opened(1), "kind": "reply"}, {"of": "c1", "at": opened(5), "kind": "close"},
            {"of": "c1", "at": opened(250), "kind": "open"}, {"of": "c1", "at": opened(260), "kind": "close"},
            {"of": "c2", "at": opened(201), "kind": "close"},
        ],
    )  # fmt: skip
    keys = 'join = [{ read = "parts.csv", as = "parts", key = "of", many = true, counts = { replies = "kind = \'reply\'" } }]'
    cases = 'window_hours = 168\nreopened = { from = "parts", when = "kind = \'open\'", at = "at" }'
    columns = 'closed_at = "closed"\nturns = "parts.replies + 1"'
    rows = [row(1, opened(0), "u", closed=opened(260)), row(2, opened(200), "u", closed=opened(201))]
    found = read_folder(tmp_path, plain_map(keys=keys, cases=cases, columns=columns), rows)
    told = [
        (each["source_id"], each["case_id"], each["contact"], each["turns"], each["returned_after_hours"])
        for each in found
    ]
    assert told == [("c1", 1, 1, 0, 250.0), ("c2", 2, 1, 1, None), ("c1", 1, 2, 2, None)]
    assert found[0]["closed_at"] == BEGIN + timedelta(hours=5) and found[2]["closed_at"] == BEGIN + timedelta(hours=260)
