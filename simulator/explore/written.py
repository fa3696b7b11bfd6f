"""Values of Python as a scenario's text would write them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from simulator.errors import ContractError


def plain(value: Any) -> Any:
    """Return a value as TOML has it: numbers, texts, flags, lists and tables of them.

    Raises:
        ContractError: for what TOML cannot write, as None.
    """
    if hasattr(value, "tolist"):  # numbers and arrays of NumPy, and series of pandas
        return plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | range):
        return [plain(inner) for inner in value]
    if isinstance(value, str | bool | int | float | datetime.date):
        return value
    raise ContractError(
        f"{value!r} cannot be written in a scenario: give a number, a text, true or false, a list or a table"
    )


def as_toml(value: Any) -> str:
    """Return a value as TOML writes it on one line.

    Raises:
        ContractError: for what TOML cannot write.
    """
    import tomlkit

    value = plain(value)
    if isinstance(value, dict):
        return (
            "{ "
            + ", ".join(f"{tomlkit.key(key).as_string()} = {as_toml(inner)}" for key, inner in value.items())
            + " }"
        )
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    return str(tomlkit.item(value).as_string())
