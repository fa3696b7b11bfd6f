"""The registry of contract types. A new type is a file here and one import line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, get_args

from simulator.contracts.types.base import ContractSpec
from simulator.contracts.types.hybrid import Hybrid as Hybrid
from simulator.contracts.types.per_action import PerAction as PerAction
from simulator.contracts.types.per_conversation import PerConversation as PerConversation
from simulator.contracts.types.per_message import PerMessage as PerMessage
from simulator.contracts.types.per_minute import PerMinute as PerMinute
from simulator.contracts.types.per_resolution import PerResolution as PerResolution
from simulator.contracts.types.per_seat import PerSeat as PerSeat
from simulator.contracts.types.per_session import PerSession as PerSession
from simulator.contracts.types.per_token import PerToken as PerToken
from simulator.parameters import told_apart

SPECS: Final[tuple[type[ContractSpec], ...]] = tuple(
    each
    for each in globals().copy().values()
    if isinstance(each, type) and issubclass(each, ContractSpec) and each is not ContractSpec
)
"""What an analyst may write, one table class a contract type: those imported above."""


def type_name(spec: type[ContractSpec]) -> str:
    """Return what an analyst writes as `type` for a table class."""
    return str(get_args(spec.model_fields["type"].annotation)[0])


TYPES: Final[Mapping[str, type[ContractSpec]]] = MappingProxyType({type_name(spec): spec for spec in SPECS})
"""Each contract type's table class by its name."""


def contract_union(specs: Sequence[type[ContractSpec]] = SPECS) -> Any:
    """Return the annotated union of contract tables, told apart by `type`, for a pydantic field."""
    return told_apart("type", {type_name(spec): spec for spec in specs})
