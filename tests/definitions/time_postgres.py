"""`python -m tests.definitions.time_postgres`: seconds that a year's count takes on PostgreSQL and on DuckDB."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import duckdb
import pyarrow as pa
from adbc_driver_postgresql import dbapi

from simulator.definitions import NAMED, DefinitionSpec, compile_definition
from simulator.definitions.dialects import in_dialect, in_duckdb
from simulator.definitions.statement import counting
from simulator.engine.export import ledger
from simulator.scenario import load_scenario
from tests.definitions.postgres_server import server
from tests.scenarios.shipped import FOLDER

ROUNDS = 3
OTHERS = {
    "merge_72h": DefinitionSpec(returns="merge", return_window_hours=72, duplicates="merged"),
    "sessions": DefinitionSpec(predicate="hours_since_session_start = 0", duplicates="merged", at_most="case"),
}


def main() -> None:
    """Print a table: the definition, units, median seconds on each and their ratio."""
    rows = pa.concat_tables(ledger(load_scenario(FOLDER / "broad_cx.toml"), trials=1, months=12))
    here = duckdb.connect(":memory:")
    here.register("read", rows)
    here.execute("CREATE TABLE conversations AS SELECT * FROM read")
    print(f"{rows.num_rows:,} conversations, medians of {ROUNDS}")
    print(f"{'definition':<28}{'units':>10}{'PostgreSQL':>12}{'DuckDB':>10}{'ratio':>8}")
    with server() as address, dbapi.connect(address) as there, there.cursor() as cursor:
        cursor.adbc_ingest("conversations", rows, mode="replace")
        cursor.execute("ANALYZE conversations")
        for name, spec in {**NAMED, **OTHERS}.items():
            text = counting(compile_definition(name, spec), "conversations")

            def on_postgres(text: str = text) -> int:
                cursor.execute(in_dialect(text, "postgres"))
                return int(cursor.fetchone()[0])

            def on_duckdb(text: str = text) -> int:
                return int((here.execute(in_duckdb(text)).fetchone() or (0,))[0])

            (units, slow), (same, fast) = timed(on_postgres), timed(on_duckdb)
            assert units == same, name
            print(f"{name:<28}{units:>10,}{slow:>10.2f} s{fast:>8.2f} s{slow / fast:>8.1f}")


def timed(count: Callable[[], int]) -> tuple[int, float]:
    """Return what is counted, and the median of the seconds it takes."""
    seconds, found = [], 0
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        found = count()
        seconds.append(time.perf_counter() - begun)
    return found, statistics.median(seconds)


if __name__ == "__main__":
    main()
