"""--dialect: the database that a statement is written for, with the right name where another one is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import click

from simulator.definitions.dialects import DIALECTS, DUCKDB, dialect_meant

if TYPE_CHECKING:
    Choice: TypeAlias = click.Choice[str]
else:
    Choice = click.Choice


class Database(Choice):
    """A key of DIALECTS; a name that people have for such a database is answered with its key."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the key.

        Raises:
            click.BadParameter: with what was typed and what to write.
        """
        from simulator.scenario.meant.near_names import suggest

        if value not in DIALECTS:
            meant = dialect_meant(str(value))
            help_text = f"did you mean '{meant}'?" if meant else suggest(str(value), DIALECTS, "there are")
            self.fail(f"there is no dialect {str(value)[:60]!r}; {help_text}", param, ctx)
        return str(value)


dialect_option: Final = click.option(
    "--dialect", type=Database(DIALECTS), default=DUCKDB, show_default=True, help="Database to write statements for."
)
