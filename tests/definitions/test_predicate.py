"""Own predicates: what is let through means what it says, everything else is refused before it reaches a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.definitions import compile_predicate
from simulator.errors import DefinitionError

from .rows import conversation, units

ROWS = [
    conversation(outcome="confirmed", csat=5, turns=2, channel="Voice"),
    conversation(outcome="silent", csat=None, turns=4, returned_after_hours=10.0),
    conversation(outcome="escalated", csat=2, turns=9, returned_after_hours=24.0, judged_resolved=False),
    conversation(outcome="partial", csat=3, turns=0, judged_resolved=None, answered=False),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("outcome = 'confirmed'", [1, 0, 0, 0]),
        ("outcome <> 'confirmed'", [0, 1, 1, 1]),
        ("outcome in ('confirmed', 'silent')", [1, 1, 0, 0]),
        ("outcome not in ('confirmed', 'silent')", [0, 0, 1, 1]),
        ("NOT outcome = 'silent' AND turns < 9", [1, 0, 0, 1]),
        ("outcome = 'silent' or turns = 9 or turns = 0", [0, 1, 1, 1]),
        ("outcome = 'confirmed' or outcome = 'silent' and turns > 4", [1, 0, 0, 0]),
        ("(outcome = 'confirmed' or outcome = 'silent') and turns > 3", [0, 1, 0, 0]),
        ("returned_after_hours < 24", [0, 1, 0, 0]),
        ("not returned_after_hours < 24", [1, 0, 1, 1]),
        ("not (returned_after_hours >= 0 or csat = 3)", [1, 0, 0, 0]),
        ("returned_after_hours is null", [1, 0, 0, 1]),
        ("returned_after_hours is not null", [0, 1, 1, 0]),
        ("csat is null or csat >= 3", [1, 1, 0, 1]),
        ("coalesce(csat, 4) >= 4", [1, 1, 0, 0]),
        ("judged_resolved", [1, 1, 0, 0]),
        ("not judged_resolved", [0, 0, 1, 1]),
        ("judged_resolved is false", [0, 0, 1, 0]),
        ("judged_resolved = false", [0, 0, 1, 0]),
        ("coalesce(judged_resolved, true)", [1, 1, 0, 1]),
        ("turns between 2 and 4", [1, 1, 0, 0]),
        ("turns not between 2 and 4", [0, 0, 1, 1]),
        ("turns + 1 > 2 * 2", [0, 1, 1, 0]),
        ("turns - messages > -3", [0, 1, 1, 0]),
        ("messages / turns > 1", [1, 1, 0, 0]),
        ("not messages / turns > 1", [0, 0, 1, 1]),
        ("round(turns / 4, 1) = 0.5", [1, 0, 0, 0]),
        ("floor(turns / 4) = 1", [0, 1, 0, 0]),
        ("ceil(turns / 4) = 1 and abs(-turns) = 2", [1, 0, 0, 0]),
        ("greatest(turns, 3) = 3", [1, 0, 0, 1]),
        ("least(turns, messages, 3) = 3", [0, 1, 1, 0]),
        ("lower(channel) = 'voice'", [1, 0, 0, 0]),
        ("Turns > 3", [0, 1, 1, 0]),
        ('"turns" > 3', [0, 1, 1, 0]),
        ("class = 'service'", [1, 1, 1, 1]),
        ("turns * 1000000000000000 * 1000000000000000 * 1000000000000000 > 1", [1, 1, 1, 0]),
        ("csat * csat * csat * csat > 100", [1, 0, 0, 0]),
        ("turns > 1e1 or turns < .5", [0, 0, 0, 1]),
        ("true", [1, 1, 1, 1]),
        ("intent = 'it''s'", [0, 0, 0, 0]),
    ],
)  # fmt: skip
def test_predicate_counts_by_hand(text: str, expected: list[int]) -> None:
    rows = [{**row, "case_id": number} for number, row in enumerate(ROWS)]
    assert units(rows, predicate=text) == expected


def test_comparison_is_rewritten_to_two_values() -> None:
    assert compile_predicate("not returned_after_hours < 24").sql == "NOT (COALESCE(returned_after_hours < 24, FALSE))"
    assert compile_predicate("answered").sql == "COALESCE(answered, FALSE)"
    assert compile_predicate("turns > csat").columns == {"turns", "csat"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tunrs > 1", "did you mean 'turns'"),
        ("outcome = 'slient'", "did you mean 'silent'"),
        ("outcome in ('silent', 'confrmed')", "did you mean 'confirmed'"),
        ("solved", "held by nobody"),
        ("human_solved or answered", "held by nobody"),
        ("billed_before", "made from the predicate itself"),
        ("opened_at > closed_at", "not for predicates"),
        ("case_id = 1", "not for predicates"),
        ("turns", "compare it with something"),
        ("1", "compare it with something"),
        ("outcome > 'a'", "needs a number"),
        ("turns = 'three'", "mixes a number and a text"),
        ("answered = 1", "mixes a boolean and a number"),
        ("least(csat, 3) > 2", "coalesce(csat"),
        ("turns > 1e400", "plain number"),
        ("turns > 1e16", "plain number"),
        ("turns in ()", "no values"),
        ("", "is empty"),
        ("   ", "is empty"),
        ("turns > 1 -- really", "comment"),
        ("turns > 1 /* really */", "comment"),
        ("turns > 1; drop table conversations", "semicolon"),
        ("turns > 1;", "semicolon"),
        ("turns >", "cannot be read"),
        ("turns > 1)", "cannot be read"),
        ("outcome = 'silent", "cannot be read"),
    ],
)
def test_mistake_is_told_with_what_to_do(text: str, told: str) -> None:
    with pytest.raises(DefinitionError, match=r"\w") as caught:
        compile_predicate(text)
    message = str(caught.value)
    assert told in message
    assert "\n" not in message
    assert "\x1b" not in message


HOSTILE = [
    "turns > (select 1)",
    "exists (select 1)",
    "turns in (select 1)",
    "case_id in (select case_id from conversations)",
    "turns = any(select 1)",
    "read_csv('/etc/passwd') is null",
    "read_text('/etc/passwd') = 'x'",
    "outcome = (from read_csv('/etc/passwd'))",
    "getenv('HOME') = 'x'",
    "current_setting('threads') = 1",
    "nextval('s') = 1",
    "random() < 0.5",
    "now() is null",
    "lag(turns) over () > 1",
    "sum(turns) over (partition by case_id) > 1",
    "row_number() over () = 1",
    "count(*) > 1",
    "max(turns) > 1",
    "turns::int > 1",
    "cast(turns as varchar) = '1'",
    "try_cast(turns as int) > 1",
    "turns > 'nan'::double",
    "turns > cast('inf' as double)",
    "turns > 'NaN'",
    "turns > nan",
    "turns > infinity",
    "list_filter([1], x -> x > 0) is null",
    "list_filter([1], lambda x: x > 0) is null",
    "[turns][1] > 0",
    "{'a': turns}.a > 0",
    "conversations.turns > 1",
    "main.conversations.turns > 1",
    "struct_extract(turns, 'a') = 1",
    "turns.a > 1",
    "outcome like 's%'",
    "outcome ilike 's%'",
    "outcome similar to 's.*'",
    "outcome ~ 's'",
    "regexp_matches(outcome, 's')",
    "outcome glob 's*'",
    "outcome || 'x' = 'silentx'",
    "upper(outcome) = 'SILENT'",
    "case turns when 1 then true else false end",
    "if(turns > 1, true, false)",
    "iif(turns > 1, true, false)",
    "nullif(turns, 1) > 1",
    "turns % 2 = 0",
    "turns // 2 = 0",
    "turns ** 2 > 1",
    "turns & 1 = 1",
    "turns << 1 = 1",
    "~turns = 1",
    "turns > ?",
    "turns > $1",
    "turns > :x",
    "turns > @x",
    "turns > #1",
    "turns > 0x10",
    "turns is distinct from 1",
    "turns is 1",
    "(turns, csat) = (1, 2)",
    "turns = (1, 2)",
    "turns in (1, (select 2))",
    "turns in (csat, [1])",
    "null",
    "turns = null",
    "turns in (null)",
    "coalesce(null, turns) > 1",
    "*",
    "columns('.*') = 1",
    "turns > 1 as x",
    "turns > 1 from conversations",
    "turns > 1 union select true",
    "turns > 1, csat > 1",
    "select true",
    "select * from conversations",
    "drop table conversations",
    "attach 'x.db'",
    "copy conversations to '/tmp/x'",
    "pragma version",
    "set threads = 4",
    "install httpfs",
    "with x as (select 1) select true",
    "turns between (select 1) and 3",
    "turns > interval 1 day",
    "turns > date '2027-01-01'",
    "turns collate nocase = 1",
    "turns at time zone 'UTC' = 1",
    "not",
    "and",
    "turns = = 1",
    "turns > 1 and",
    "coalesce(turns) over () > 1",
    "abs(turns) filter (where true) > 1",
    "coalesce(distinct turns, 1) > 1",
    "round(turns, csat) > 1",
    "round(turns, 1000000000) > 1",
    "round(turns, -1) > 1",
    "floor(turns, 2) > 1",
    "floor(turns to day) > 1",
    "abs(outcome) > 1",
    "abs() > 1",
    "lower(turns) = '1'",
    "e'\\x41' = outcome and turns > (select 1)",
    "$$silent$$ = outcome and exists (select 1)",
    "turns > 1 \x00",
    "turns\u202e > 1",
    "'" * 7,
    '"',
    "((((",
    "original_base",
    "is_duplicate",
    "row_number_ = 1",
    "rowid = 1",
    "outcome in conversations",
    "outcome in unnest(['silent'])",
    "unnest([true])",
    "turns = 1 is true",
    "answered xor answered",
    "turns > 1 order by 1",
    "turns > 1 limit 1",
    "turns > 1 where true",
    "turns > 1 qualify true",
    "turns > 1 using sample 1",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_predicate_is_refused(text: str) -> None:
    with pytest.raises(DefinitionError):
        compile_predicate(text)


def test_text_at_its_limit_is_read_and_beyond_is_refused() -> None:
    padding = " " * (4_000 - len("turns > 1"))
    assert compile_predicate("turns > 1" + padding).columns == {"turns"}
    with pytest.raises(DefinitionError, match="4,001 characters"):
        compile_predicate("turns > 1 " + padding)


def test_tokens_at_their_limit_are_read_and_beyond_are_refused() -> None:
    chain = " and ".join(["turns > 1"] * 75)
    assert compile_predicate(chain).sql.count("COALESCE") == 75
    with pytest.raises(DefinitionError, match="301 tokens"):
        compile_predicate(chain + " and answered")


@pytest.mark.parametrize(
    ("opening", "levels"),
    [
        ("(", 1),
        ("abs(", 1),
        ("coalesce(1, ", 1),
        ("1 + (", 2),
        ("1 < 2 and (", 1),
        ("NOT (", 2),
        ("-abs(", 2),
        ("- ", 1),
    ],
)
def test_depth_at_its_limit_is_read_and_beyond_is_refused(opening: str, levels: int) -> None:
    inner, tail = ("turns > 1", "") if opening in ("1 < 2 and (", "NOT (") else ("turns", " > 1")
    most = 30 // levels
    closing = ")" if "(" in opening else ""
    assert compile_predicate(opening * most + inner + closing * most + tail).columns == {"turns"}
    with pytest.raises(DefinitionError, match="nested too deeply"):
        compile_predicate(opening * (most + 1) + inner + closing * (most + 1) + tail)


@pytest.mark.parametrize("prefix", ["not ", "- ", "+ ", "case when "])
def test_long_chain_of_prefixes_is_refused_before_parsing(prefix: str) -> None:
    with pytest.raises(DefinitionError, match=r"nested too deeply|cannot be read|comment"):
        compile_predicate(prefix * 120 + "turns > 1")


def test_very_large_text_is_refused_at_once() -> None:
    with pytest.raises(DefinitionError, match="characters"):
        compile_predicate("(" * 5_000_000)


def test_file_is_not_read_even_if_a_predicate_were_let_through(tmp_path: Path) -> None:
    import duckdb

    from simulator.definitions import Biller, DefinitionSpec, compile_definition

    from .rows import table

    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    biller = Biller({"plain": compile_definition("plain", DefinitionSpec())})
    biller.units(table(conversation()))
    connection = biller._open()
    with pytest.raises(duckdb.PermissionException):
        connection.execute(f"SELECT * FROM read_csv('{secret}')")
    with pytest.raises(duckdb.InvalidInputException):
        connection.execute("SET enable_external_access = true")
    assert duckdb.connect(":memory:").execute(f"SELECT a FROM read_csv('{secret}')").fetchall() == [(1,)]
