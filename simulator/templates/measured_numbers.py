"""Numbers of a user's own data, put into the text of a template in the place of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


@dataclass(frozen=True, slots=True)
class Measured:
    """A number that comes from the user's own data.

    Attributes:
        path: of its key; of a row of a list the list alone, to which it is added.
        value: as TOML writes it, with its source.
        comment: what stands behind it on its line.
    """

    path: tuple[str, ...]
    value: str
    comment: str = ""


def put_measured(document: TOMLDocument, numbers: Sequence[Measured]) -> None:
    """Put numbers into a template; what it says under `[sources]` of those that were there is dropped."""
    import tomlkit

    for number in numbers:
        table: Any = document
        for part in number.path[:-1]:
            if part not in table:
                table[part] = tomlkit.table()
            table = table[part]
        key, value = number.path[-1], tomlkit.value(number.value)
        if isinstance(table.get(key), list) or key == "correlations":
            table[key] = tomlkit.value(f"[{', '.join([*_rows(table.get(key, [])), number.value])}]")
            continue
        if number.comment:
            value.comment(number.comment)
            value.trivia.comment_ws = "  "
        table[key] = value
        notes: Any = document.get("sources", {})
        notes.pop(".".join(number.path), None)


def _rows(rows: Sequence[Any]) -> list[str]:
    import tomlkit

    return [tomlkit.item(each).as_string().strip() for each in rows]
