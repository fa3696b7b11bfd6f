"""Own SQL, predicates and amounts: limits checked on tokens before parsing, then parsed and written anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from simulator.definitions.text import SqlCondition
from simulator.errors import DefinitionError

if TYPE_CHECKING:
    from sqlglot import exp

MAX_CHARACTERS: Final = 4_000
MAX_TOKENS: Final = 300
MAX_DEPTH: Final = 30
_OPENING: Final = ("L_PAREN", "L_BRACKET", "L_BRACE", "CASE")
_CLOSING: Final = ("R_PAREN", "R_BRACKET", "R_BRACE", "END")
_PREFIXES: Final = ("NOT", "DASH", "PLUS", "TILDE")


Written = TypeVar("Written")


@dataclass(frozen=True, slots=True)
class Amount:
    """What one conversation adds to a meter.

    Attributes:
        sql: DOUBLE, never NULL, never below 0.
        columns: columns of the record that it reads.
        counts: whether it is a condition, 0 or 1.
    """

    sql: str
    columns: frozenset[str]
    counts: bool


def compile_predicate(text: str) -> SqlCondition:
    """Return an own predicate as a condition in two-valued logic.

    The text may have 4,000 characters, 300 tokens and a depth of 30: open parentheses, signs and NOTs.

    Raises:
        DefinitionError: the text is too long or too deep, does not parse, or says what is not allowed.
    """
    from simulator.definitions.expressions import write_boolean

    return compiled(text, "predicate", write_boolean)


def compile_amount(text: str) -> Amount:
    """Return own SQL as an amount: 0 or 1 for a condition, a number that is 0 where it is empty or below 0.

    Raises:
        DefinitionError: as `compile_predicate`.
    """
    return compiled(text, "sql", _amount)


def _amount(node: exp.Expr) -> Amount:
    from simulator.definitions.expressions import is_condition, write_boolean, write_number

    if is_condition(node):
        condition = write_boolean(node)
        return Amount(f"CASE WHEN {condition.sql} THEN 1.0 ELSE 0.0 END", condition.columns, counts=True)
    value = write_number(node)
    number = f"CAST({value.sql} AS DOUBLE)"
    return Amount(f"GREATEST(COALESCE({number}, 0.0), 0.0)", value.columns, counts=False)


def compiled(text: str, what: str, write: Callable[[exp.Expr], Written]) -> Written:
    """Return what a function writes of own SQL that was checked and parsed.

    Args:
        what: names the text in messages.
        write: takes the parsed text and writes it anew; what it does not write is not let through.

    Raises:
        DefinitionError: the text is too long or too deep, does not parse, or says what is not allowed.
    """
    from concurrent.futures import ThreadPoolExecutor

    _check_tokens(_tokens(text, what), what)
    with ThreadPoolExecutor(1) as pool:  # a stack of its own: what can be read must not depend on the caller's depth
        return pool.submit(_rewritten, text, what, write).result()


def _rewritten(text: str, what: str, write: Callable[[exp.Expr], Written]) -> Written:
    try:
        return write(_parsed(text, what))
    except RecursionError:
        raise DefinitionError(f"{what} is nested too deeply: the limit is {MAX_DEPTH} levels") from None


def _tokens(text: str, what: str) -> list[Any]:
    from sqlglot.dialects.duckdb import DuckDB
    from sqlglot.errors import SqlglotError

    if len(text) > MAX_CHARACTERS:
        raise DefinitionError(f"{what} has {len(text):,} characters: the limit is {MAX_CHARACTERS:,}")
    if not text.isprintable() and any(not c.isprintable() and c not in "\n\r\t" for c in text):
        raise DefinitionError(f"{what} has control characters: write plain text")
    try:
        tokens = list(DuckDB().tokenize(text))
    except SqlglotError:
        raise DefinitionError(f"{what} cannot be read: is a quote, or a sign, out of place?") from None
    if not tokens:
        raise DefinitionError(f"{what} is empty: write a condition, as in outcome = 'confirmed'")
    return tokens


def _check_tokens(tokens: list[Any], what: str) -> None:
    if len(tokens) > MAX_TOKENS:
        raise DefinitionError(f"{what} has {len(tokens):,} tokens: the limit is {MAX_TOKENS}")
    if any(token.comments for token in tokens):
        raise DefinitionError(f"{what} has a comment: put it into note")
    if any(token.token_type.name == "SEMICOLON" for token in tokens):
        raise DefinitionError(f"{what} has a semicolon: write one condition")
    if _depth(tokens) > MAX_DEPTH:
        raise DefinitionError(f"{what} is nested too deeply: the limit is {MAX_DEPTH} levels")


def _depth(tokens: list[Any]) -> int:
    """Return the greatest number of parentheses, signs and NOTs that are open at one token."""
    names = [token.token_type.name for token in tokens]
    levels: list[int] = []
    run = deepest = 0
    for name, following in zip(names, [*names[1:], ""], strict=True):
        if name in _PREFIXES:
            run += 1
        elif name in _OPENING:
            levels.append(run + 1)
            run = 0
        elif following != "L_PAREN":  # the name of a function leaves a sign before it open
            run = 0
        if name in _CLOSING and levels:
            levels.pop()
        deepest = max(deepest, sum(levels) + run)
    return deepest


def _parsed(text: str, what: str) -> exp.Expr:
    import sqlglot
    from sqlglot.errors import SqlglotError

    try:
        statements = sqlglot.parse(text, read="duckdb")
    except SqlglotError as error:
        raise DefinitionError(f"{what} cannot be read: {_reason(error, text)}") from None
    if len(statements) != 1 or statements[0] is None:
        raise DefinitionError(f"{what} must be one condition")
    return statements[0]


def _reason(error: Exception, text: str) -> str:
    """Return in plain words why a text does not parse."""
    unclosed = text.count("(") - text.count(")")
    if unclosed > 0:
        return f"{unclosed} of its parentheses {'is' if unclosed == 1 else 'are'} not closed"
    details = getattr(error, "errors", None)
    if not details:
        return "something is missing or out of place"
    what = "a value is missing after" if "Required keyword" in str(details[0]["description"]) else "it goes wrong at"
    return f"{what} {str(details[0]['highlight'])[:60]!r}, character {details[0]['col']} of line {details[0]['line']}"
