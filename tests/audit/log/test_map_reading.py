"""A map's mistakes: each told with its line, and how it is mended; a right map has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.audit.log.map_expressions import read_expression
from simulator.audit.log.map_reading import read_map
from simulator.audit.log.own_map import own_map
from simulator.audit.log.shipped_maps import shipped_map, shipped_names
from simulator.errors import DefinitionError, ScenarioError
from simulator.scenario.reading.problems import render
from tests.audit.log.logs import plain_map, read_folder, row


def problems(folder: Path, text: str) -> str:
    path = folder / "map.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_map(path)
    return render(caught.value)


MISTAKES = {
    "unknown key": ({"keys": 'time_zonee = "UTC"'}, ["no key 'time_zonee'", "did you mean 'time_zone'?", "map.toml:3"]),
    "unknown column": ({"columns": 'chanel = "a"'}, ["no column 'chanel'", "did you mean 'channel'?"]),
    "held by nobody": ({"columns": 'solved = "a"'}, ["solved is held by nobody"]),
    "made by the rule": ({"columns": 'contact = "a"'}, ["made by the rule for cases"]),
    "tokens": ({"columns": 'input_tokens = "a"'}, ["write [log.tokens]"]),
    "zone": ({"keys": 'time_zone = "Europe/Berlni"'}, ["no time zone 'Europe/Berlni'"]),
    "two rules": ({"cases": 'window_hours = 24\ncolumn = "case"'}, ["not column and window_hours", "keep one"]),
    "no customer": ({"cases": 'window_hours = 24\nsame = ["intent"]'}, ["without customer_id"]),
    "a value never": (
        {"tables": '[log.values.outcome]\ncolumn = "state"\nsolved = "resolved"'},
        ["outcome is never 'resolved'", "confirmed"],
    ),
    "sub-query": ({"columns": 'channel = "(select 1)"'}, ["not allowed"]),
    "file function": ({"columns": "channel = \"read_csv('x')\""}, ["not allowed"]),
    "message text": ({"columns": 'channel = "subject"'}, ["no message text can be mapped"]),
    "message text in a condition": ({"keys": "where = \"contains(body, 'x')\""}, ["no message text can be mapped"]),
    "joined file": ({"columns": 'channel = "parts.kind"'}, ["no joined file is called 'parts'"]),
    "address": ({"tables": '[log.tokens]\nread = "postgres:postgresql://me:word@host#calls"\nkey = "k"'}, ["VARIABLE"]),
    "convention": (
        {"tables": '[log.tokens]\nread = "a.csv"\nkey = "k"\ninput = "i"\noutput = "o"\nconvention = "inside"'},
        ["no convention 'inside'", "cache_inside"],
    ),
    "extracted": ({"keys": "extracted_at = 2026-11-10T06:00:00"}, ["a time with its zone"]),
    "month": ({"keys": 'partial_months = ["2026-13"]'}, ["'2026-13' is no month"]),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_what_to_do(name: str, tmp_path: Path) -> None:
    parts, said = MISTAKES[name]
    text = problems(tmp_path, plain_map(**parts))
    for each in said:
        assert each in text
    assert "me:word" not in text


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    text = problems(tmp_path, plain_map(keys='time_zonee = "UTC"', columns='chanel = "a"\ncontact = "b"'))
    assert "3 problems" in text


def test_a_file_that_is_not_read_is_told(tmp_path: Path) -> None:
    text = problems(tmp_path, plain_map().replace("rows.csv", "rows.xlsx"))
    assert "'rows.xlsx' cannot be read" in text and ".parquet" in text


def test_a_column_that_the_file_does_not_have_is_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_folder(tmp_path, plain_map(columns='channel = "chanel"'), [row(1, "2026-10-01T00:00:00Z", channel="a")])
    said = render(caught.value)
    assert "rows.csv has no column 'chanel'" in said and "did you mean 'channel'?" in said and "map.toml:8" in said


@pytest.mark.parametrize(
    "text",
    [
        "(select 1)", "read_text('/etc/passwd')", "cast(a as int)", "a::int", "getenv('HOME')", "sum(a) over ()", "count(*)",
        "a; drop table b", "a -- b", "unnest(a)", "*", "columns('a')", "a[1]", "{'a': b}", "x -> x + 1", "a.b.c", "exists(select 1)",
        "a in (select 1)", "case a when 1 then 2 end", "current_setting('x')", "regexp_matches(a, '(a+)+$')", "a collate nocase",
        "json_extract_string(a, '$..*')", "json_extract_string(a, b)", "repeat(a, 1000000)", "trim(a, 'b')", "round(a, 99)",
    ],
)  # fmt: skip
def test_what_is_not_on_the_list_is_refused(text: str) -> None:
    with pytest.raises(DefinitionError):
        read_expression(text, "text")


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("coalesce(\"a.b\", 'x')", {("", "a.b")}),
        ("case when a > 1 and b = 'x' then 'y' else c end", {("", "a"), ("", "b"), ("", "c")}),
        ("json_extract_string(a, '$.b.c[0]')", {("", "a")}),
        ("list_contains(string_split(a, ';'), 'x')", {("", "a")}),
        ("parts.notes > 0", {("parts", "notes")}),
        ("a between 1 and 2 or not (b is null)", {("", "a"), ("", "b")}),
    ],
)
def test_what_is_on_the_list_is_written_with_its_columns(text: str, columns: set[tuple[str, str]]) -> None:
    assert read_expression(text, "text").columns == columns


@pytest.mark.parametrize(
    "name", ["subject", "Message.Body", "ssot__VariableText__c", "a.transcript", "conversations_data"]
)
def test_columns_of_what_people_wrote_are_refused(name: str) -> None:
    with pytest.raises(DefinitionError, match="what people wrote"):
        read_expression(f'"{name}"', "text")


@pytest.mark.parametrize("name", ["bot_messages_count", "statistics.count_conversation_parts", "text_id", "Topic"])
def test_counts_and_ids_are_not_taken_for_text(name: str) -> None:
    assert read_expression(f'"{name}"', "text").columns == {("", name)}


@pytest.mark.parametrize("system", [name for name in shipped_names() if "columns" in shipped_map(name)])
def test_a_map_of_ones_own_starts_as_the_shipped_one(system: str, tmp_path: Path) -> None:
    path, own = tmp_path / "shipped.toml", tmp_path / "own.toml"
    path.write_text(f'[log]\nsystem = "{system}"\n', encoding="utf-8")
    own.write_text(own_map(system), encoding="utf-8")
    one, other = read_map(path), read_map(own)
    assert {name: repr(each) for name, each in one.columns.items()}.keys() == other.columns.keys()
    assert (one.cases.window_hours, one.cases.same, one.source) == (
        other.cases.window_hours,
        other.cases.same,
        other.source,
    )


@pytest.mark.parametrize("system", ["langfuse", "litellm", "opentelemetry"])
def test_a_map_of_tokens_needs_conversations(system: str, tmp_path: Path) -> None:
    assert "has tokens only" in problems(tmp_path, f'[log]\nsystem = "{system}"\n')
    (tmp_path / "own.toml").write_text(own_map(system), encoding="utf-8")
    found = read_map(tmp_path / "own.toml")
    assert found.system == "intercom" and found.tokens is not None


def test_a_rule_of_ones_own_replaces_the_shipped_one_and_keeps_what_stands_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text('[log]\nsystem = "intercom"\n[log.cases]\nlink = "before"\n', encoding="utf-8")
    found = read_map(path)
    assert found.cases.window_hours is None and found.cases.link is not None and found.cases.reopened is not None


def test_a_column_with_a_dot_is_told_with_its_quotes(tmp_path: Path) -> None:
    text = '[log]\nsystem = "intercom"\n[log.columns]\nintent = "custom_attributes.Thema"\n'
    told = problems(tmp_path, text)
    assert "no joined file is called 'custom_attributes'" in told
    assert """'"custom_attributes.Thema"'""" in told
    quoted = text.replace('"custom_attributes.Thema"', """'"custom_attributes.Thema"'""")
    path = tmp_path / "quoted.toml"
    path.write_text(quoted, encoding="utf-8")
    assert read_map(path).columns["intent"].columns == {("", "custom_attributes.Thema")}
