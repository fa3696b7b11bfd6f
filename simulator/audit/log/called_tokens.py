"""Tokens of the calls of language models: the convention of their numbers is checked row by row, then calls are summed.

In the record input holds what was read from and written to cache, and output holds reasoning. Exports differ:
cache_inside has both so already (OpenAI, OpenTelemetry), cache_beside counts cached and written tokens beside input
(Anthropic), disjoint has no token in two numbers (Langfuse). A wrong convention is a factor of 2 to 5 on input.
"""

from __future__ import annotations

from typing import Any, Final

from simulator.audit.log.checks import MOST_UNREAD, Check, counted, run_checks
from simulator.audit.log.columns import unread_number
from simulator.audit.log.log_map import CONVENTIONS, Tokens
from simulator.audit.log.log_rows import CALLS, Counted
from simulator.audit.log.map_expressions import Expression
from simulator.definitions.text import quoted
from simulator.errors import DataError

SUMMED: Final = ("input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens")
_ENOUGH: Final = 20
"""Calls with a cache from which on one should show that cached tokens are beside input."""
_HELP: Final = (
    "state the convention: cache_inside (cached tokens are within input), cache_beside (beside it), disjoint (no token "
    "is in two numbers); where it differs by row, by a column"
)


def filled_by(tokens: Tokens) -> tuple[str, ...]:
    """Return the columns of the record that calls fill."""
    given = (tokens.input, tokens.cached, tokens.written, tokens.output, tokens.reasoning)
    found = [name for name, each in zip(SUMMED, given, strict=True) if each is not None]
    return tuple(found) if tokens.model is None else ("model", *found)


def sum_tokens(connection: Any, tokens: Tokens, found: Counted) -> None:
    """Make the table call_sums: key of a conversation, the columns of `filled_by`, and how many calls there were.

    Raises:
        DataError: a number is not what the convention says, with the first rows.
    """
    if tokens.where is not None:
        connection.execute(f"DELETE FROM {CALLS} WHERE COALESCE(NOT ({tokens.where.sql}), TRUE)")
    convention = _convention(connection, tokens)
    parts = {
        "input": tokens.input,
        "cached": tokens.cached,
        "written": tokens.written,
        "output": tokens.output,
        "reasoning": tokens.reasoning,
    }
    numbers = {name: "0" if each is None else f"COALESCE({each.sql}, 0)" for name, each in parts.items()}
    _check_numbers(connection, tokens, parts)
    beside = f"CASE WHEN {convention} = 'cache_inside' THEN 0 ELSE {numbers['cached']} + {numbers['written']} END"
    input_sql = f"{numbers['input']} + {beside}"
    output_sql = f"{numbers['output']} + CASE WHEN {convention} = 'disjoint' THEN {numbers['reasoning']} ELSE 0 END"
    model = "NULL" if tokens.model is None else f"COALESCE({tokens.model.sql}, 'unknown')"
    connection.execute(
        f'CREATE TABLE read_calls AS SELECT "file", "row", {tokens.key.sql} AS call_key, {model} AS model, '
        f"{convention} AS convention, {input_sql} AS input_tokens, {numbers['cached']} AS cached_input_tokens, "
        f"{numbers['written']} AS cache_write_tokens, {output_sql} AS output_tokens, "
        f"{numbers['reasoning']} AS reasoning_tokens, {numbers['input']} AS given_input, "
        f"{numbers['output']} AS given_output, "
        f"{'NULL' if tokens.total is None else tokens.total.sql} AS total FROM {CALLS}"
    )
    run_checks(connection, "read_calls", _checks(tokens))
    _check_beside(connection, found)
    _sum(connection, tokens, found)


def _convention(connection: Any, tokens: Tokens) -> str:
    if isinstance(tokens.convention, str):
        return quoted(tokens.convention)
    text = f"COALESCE({tokens.convention.expression.sql}, '')"
    values = tokens.convention.values
    branches = " ".join(f"WHEN {quoted(key)} THEN {quoted(str(value))}" for key, value in values.items())
    fix = f'add each under [log.tokens.convention], as in VALUE = "{CONVENTIONS[0]}"'
    check = Check(
        f"{tokens.convention.expression.text:.60} has values without a convention of tokens",
        f"({text} NOT IN ({', '.join(map(quoted, values))}))",
        text,
        fix,
        by_value=True,
    )
    run_checks(connection, CALLS, [check])
    return f"(CASE {text} {branches} END)"


def _check_numbers(connection: Any, tokens: Tokens, parts: dict[str, Expression | None]) -> None:
    checks = []
    for name, each in (*parts.items(), ("total", tokens.total)):
        if each is not None:
            checks += unread_number(f"{name} tokens", each)
            strange = f"(ISNAN({each.sql}) OR {each.sql} < 0 OR {each.sql} > 1e12 OR {each.sql} <> ROUND({each.sql}))"
            fix = "tokens are whole numbers from 0"
            checks.append(Check(f"{name} tokens are no count", strange, each.sql, fix, by_value=True))
    both = f"({tokens.input.sql} IS NULL AND {tokens.output.sql} IS NULL)"
    fix = 'leave such rows out: where = "... is not null"'
    empty = Check("input and output tokens are both empty", both, "NULL", fix, MOST_UNREAD)
    run_checks(connection, CALLS, [*checks, empty])


def _checks(tokens: Tokens) -> list[Check]:
    numbers = "FORMAT('input {}, cached {}, written {}', given_input, cached_input_tokens, cache_write_tokens)"
    within = Check(
        "more tokens are cached or written than input has, so that they are not within it",
        "(cached_input_tokens + cache_write_tokens > input_tokens)",
        numbers,
        _HELP,
    )
    reasoning = Check(
        "more tokens are reasoning than output has, so that they are not within it",
        "(reasoning_tokens > output_tokens)",
        "FORMAT('output {}, reasoning {}', given_output, reasoning_tokens)",
        _HELP,
    )
    if tokens.total is None:
        return [within, reasoning]
    beside = "(convention = 'cache_beside' AND total = given_input + given_output)"
    total = Check(
        "input and output do not come to the total under the convention",
        f"(total IS NOT NULL AND total <> input_tokens + output_tokens AND NOT {beside})",
        "FORMAT('input {}, cached {}, written {}, output {}, reasoning {}, total {}', given_input, "
        "cached_input_tokens, cache_write_tokens, given_output, reasoning_tokens, total)",
        _HELP,
    )
    return [within, reasoning, total]


def _check_beside(connection: Any, found: Counted) -> None:
    """Look for a proof that cached tokens stand beside input: among many rows one has more of them than input.

    Raises:
        DataError: no row has, and where there is a total it is that of input and output alone.
    """
    rows, beyond, totals = connection.execute(
        "SELECT COUNT(*), COUNT(*) FILTER (WHERE cached_input_tokens + cache_write_tokens > given_input), "
        "COUNT(*) FILTER (WHERE total = given_input + given_output) FROM read_calls "
        "WHERE convention = 'cache_beside' AND cached_input_tokens + cache_write_tokens > 0"
    ).fetchall()[0]
    if rows < _ENOUGH or beyond:
        return
    said = f"in none of {rows:,} calls with a cache more tokens are cached than input has, as if they were within it"
    if totals == rows:
        raise DataError(f"{said}; the total is input and output alone\n  fix: {_HELP}")
    found.remarks.append(f"{said}: look up the convention of its tokens")


def _sum(connection: Any, tokens: Tokens, found: Counted) -> None:
    sums = ", ".join(f"SUM({name}) AS {name}" for name in SUMMED)
    per_model = (
        f"SELECT call_key, model, COUNT(*) AS calls, {sums} FROM read_calls WHERE call_key IS NOT NULL GROUP BY 1, 2"
    )
    connection.execute(
        "CREATE TABLE call_sums AS SELECT call_key, "
        "FIRST(model ORDER BY input_tokens DESC, model) AS model, CAST(SUM(calls) AS BIGINT) AS calls, "
        + ", ".join(f"CAST(SUM({name}) AS BIGINT) AS {name}" for name in SUMMED)
        + f" FROM ({per_model}) GROUP BY 1"
    )
    calls, several = connection.execute(
        "SELECT (SELECT COUNT(*) FROM read_calls), "
        "(SELECT COUNT(*) FROM (SELECT 1 FROM read_calls WHERE call_key IS NOT NULL "
        "GROUP BY call_key HAVING COUNT(DISTINCT model) > 1))"
    ).fetchall()[0]
    found.remarks.append(f"{counted(calls, 'call', 'calls')} of language models are read")
    if several and tokens.model is not None:
        said = counted(several, "conversation has", "conversations have")
        found.remarks.append(f"{said} calls of several models: the record names the one with the most input")
    if tokens.total is None and tokens.convention == "disjoint":
        found.remarks.append("the export has no total, so that its convention of tokens cannot be checked")
