"""A table of PostgreSQL loaded as texts, by the driver of the extra [postgres]."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.audit.log.export_files import ReadFile, Unknown, environment, make_table
from simulator.audit.log.log_map import Source
from simulator.errors import DataError


def load_postgres(
    connection: Any, table: str, source: Source, columns: Iterable[str], before: int
) -> tuple[list[ReadFile], list[Unknown]]:
    """Load the wanted columns of a server's table, which the session reads only.

    Args:
        before: files that were read before.

    Raises:
        DataError: the driver is not installed, the address is not set, or the server refuses.
    """
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError:
        raise DataError(
            "PostgreSQL is read by the extra [postgres]: pip install 'cx-contract-simulator[postgres]', "
            "or write the table to a file with COPY"
        ) from None
    address, wanted = environment(source.place), make_table(connection, table, columns)
    name = f"postgres:{source.place}#{source.table}"
    try:
        with dbapi.connect(address) as server, server.cursor() as cursor:
            cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
            cursor.execute("SET timezone = 'UTC'")
            quoted = ".".join(f'"{part}"' for part in source.table.split("."))
            cursor.execute(f"SELECT * FROM {quoted} LIMIT 0")
            known = tuple(str(each[0]) for each in cursor.description)
            unknown = [Unknown(name, each, known) for each in wanted if each not in known]
            if unknown:
                return [], unknown
            rows = _copied(connection, cursor, table, before + 1, (quoted, wanted))
    except dbapi.Error as error:
        said = str(error).replace(address, source.place).splitlines()[0][:300]
        raise DataError(f"{name} cannot be read: {said}") from None
    return [ReadFile(name, "", rows)], []


def _copied(connection: Any, cursor: Any, table: str, number: int, given: tuple[str, list[str]]) -> int:
    quoted, wanted = given
    listed = ", ".join('CAST("{}" AS TEXT)'.format(each.replace('"', '""')) for each in wanted)
    cursor.execute(f"SELECT {listed} FROM {quoted}")
    incoming = cursor.fetch_record_batch()
    connection.register("incoming", incoming)
    texts = "".join(", NULLIF(\"{}\", '')".format(f"c{place}") for place in range(len(wanted)))
    names = ", ".join(f"c{place}" for place in range(len(wanted)))
    connection.execute(
        f'INSERT INTO "{table}" SELECT {number}, ROW_NUMBER() OVER (){texts} FROM (FROM incoming) AS given({names})'
    )
    connection.unregister("incoming")
    return int(connection.execute(f'SELECT COUNT(*) FROM "{table}"').fetchall()[0][0])
