"""From what a scenario writes to compiled definitions: the named ones added, `extends` resolved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from simulator.definitions.compile import Definition, compile_clauses
from simulator.definitions.named import NAMED
from simulator.definitions.spec import DefinitionSpec
from simulator.definitions.text import nearest
from simulator.errors import DefinitionError

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NOT_INHERITED: Final = frozenset({"title", "note", "extends"})


def compile_definition(name: str, spec: DefinitionSpec) -> Definition:
    """Compile one definition; `extends` may name one of the definitions that ship with the product.

    Raises:
        DefinitionError: the name is not usable, or `extends` names nothing, or the clauses contradict one another.
    """
    check_name("definition", name)
    return compile_clauses(name, _merged(name, {**NAMED, name: spec}))


def resolve_definitions(specs: Mapping[str, DefinitionSpec]) -> dict[str, Definition]:
    """Compile a scenario's definitions and the named ones, which come first.

    Raises:
        DefinitionError: a name is not usable or taken, `extends` names nothing or runs in a circle, or the clauses
            contradict one another after merging.
    """
    for name in specs:
        check_name("definition", name)
        if name in NAMED:
            raise DefinitionError(
                f'definition {name!r} ships with the product: give yours another name and write extends = "{name}"'
            )
    every = {**NAMED, **specs}
    return {name: compile_clauses(name, _merged(name, every)) for name in every}


def check_name(what: str, name: str) -> None:
    """Refuse a name that could not stand in SQL.

    Raises:
        DefinitionError: it is not a letter, then letters, digits or _, all small, at most 40.
    """
    if not _NAME.fullmatch(name):
        raise DefinitionError(
            f"{what} {name[:60]!r} must be named by a letter, then letters, digits or _, all small, at most 40"
        )


def _merged(name: str, specs: Mapping[str, DefinitionSpec]) -> DefinitionSpec:
    """Return a definition's own clauses over those of the chain that it extends."""
    chain = [name]
    while (parent := specs[chain[-1]].extends) is not None:
        if parent not in specs:
            raise DefinitionError(
                f"definition {chain[-1]!r} extends {parent!r}, which does not exist: {nearest(parent, specs)}"
            )
        if parent in chain:
            raise DefinitionError(f"definitions extend one another in a circle: {' -> '.join([*chain, parent])}")
        chain.append(parent)
    if len(chain) == 1:
        return specs[name]
    clauses: dict[str, Any] = {}
    for ancestor in reversed(chain):
        clauses = _overridden(clauses, specs[ancestor])
    own = specs[name]
    try:
        return DefinitionSpec(**clauses, title=own.title, note=own.note)
    except ValidationError as error:
        told = "; ".join(str(problem["msg"]).removeprefix("Value error, ") for problem in error.errors())
        raise DefinitionError(f"definition {name!r}, with what it extends, {told}") from None


def _overridden(clauses: dict[str, Any], spec: DefinitionSpec) -> dict[str, Any]:
    given = {key: getattr(spec, key) for key in spec.model_fields_set - _NOT_INHERITED}
    if given.get("returns") == "bill_again":
        clauses = {key: value for key, value in clauses.items() if key != "return_window_hours"}
    return clauses | given
