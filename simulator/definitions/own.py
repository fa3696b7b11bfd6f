"""Own meters: what a scenario writes in `[meters.NAME]`, a SQL expression over the record of one conversation.

A condition counts the conversations for which it holds. A number is summed over the conversations, as 0 where it is
empty or below 0: a meter is a quantity, and credits are the contract's affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from simulator.definitions.predicate import compile_amount
from simulator.definitions.resolve import check_name
from simulator.definitions.verifiability import Verifiability, verifiability
from simulator.errors import DefinitionError
from simulator.quantities.parameters import Table, parameter
from simulator.records import MEMORY

_MEMORY: Final = frozenset(column.name for column in MEMORY)


class OwnMeterSpec(Table):
    """A meter of the scenario's own."""

    sql: str = parameter("condition that counts conversations, or number that is summed over them", min_length=1)
    note: str = parameter("remark that is kept beside the meter", default="", max_length=1000)


@dataclass(frozen=True, slots=True)
class OwnMeter:
    """A meter of the scenario's own, compiled.

    Attributes:
        text: as written.
        sql: an amount of one conversation, DOUBLE, never NULL and never below 0.
        columns: columns of the record that a recount needs.
        counts: whether it is a condition, so that a conversation counts 0 or 1.
    """

    name: str
    text: str
    sql: str
    columns: tuple[str, ...]
    counts: bool
    verifiability: Verifiability


def compile_own_meter(name: str, spec: OwnMeterSpec) -> OwnMeter:
    """Compile one own meter.

    Raises:
        DefinitionError: the name is not usable, or the text is not allowed (see predicate.py), or it reads what came
            before in the case.
    """
    check_name("meter", name)
    try:
        amount = compile_amount(spec.sql)
    except DefinitionError as error:
        raise DefinitionError(f"meter {name!r}: {error}") from None
    if before := sorted(amount.columns & _MEMORY):
        raise DefinitionError(
            f"meter {name!r} reads {', '.join(before)}, which tells what came before in the case: a meter reads one "
            "conversation; bill resolutions by a definition, or sessions"
        )
    columns = tuple(sorted(amount.columns))
    return OwnMeter(name, spec.sql, amount.sql, columns, amount.counts, verifiability(columns))


def compile_own_meters(specs: Mapping[str, OwnMeterSpec]) -> dict[str, OwnMeter]:
    """Compile a scenario's own meters, in their order.

    Raises:
        DefinitionError: as `compile_own_meter`.
    """
    return {name: compile_own_meter(name, spec) for name, spec in specs.items()}
