"""`python -m tests.audit.time_recount [rows]`: seconds and memory that a recount of 720,000 conversations takes.

The record is a ledger of a year. The list has what another definition counts in it, every hundredth line twice and
every fiftieth missing, so that tens of thousands of conversations differ: the hardest case, as each of them is looked
at by itself. The recount runs in a process of its own, so that the memory is that of `simulate recount` alone.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from simulator.definitions import Biller, resolve_definitions
from simulator.engine.export import ledger
from simulator.scenario import load_scenario
from tests.scenarios.shipped import FOLDER

ROWS = 720_000
ROWS_A_CASE = 1.05
MOST_SECONDS = 30.0
MOST_BYTES = 2_000_000_000
MONTHS = 12
CONTRACT, LISTED = "resolution_untouched", "assumed_24h"
INVOICE = "description,amount,currency,period_start,period_end\nResolutions,1.00,USD,2027-01-01T00:00:00Z,{end}\n"


def main() -> int:
    """Print rows, seconds and memory with a list of the year and without one; 1 beyond what is promised."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    scenario = FOLDER / "broad_cx.toml"
    loaded = load_scenario(scenario, [f"volume.per_month={round(rows / MONTHS / ROWS_A_CASE)}"])
    table = pa.concat_tables(ledger(loaded, trials=1, months=MONTHS))
    fits = True
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        record, listed = folder / "record.parquet", folder / "list.csv"
        parquet.write_table(table, record)
        counted = Biller({LISTED: resolve_definitions(loaded.definitions)[LISTED]}).units(table)[LISTED] > 0
        ids = [each for place, each in enumerate(table.column("conversation_id").to_numpy()[counted]) if place % 50]
        listed.write_text("conversation_id\n" + "".join(f"{each}\n" for each in [*ids, *ids[::100]]))
        (folder / "invoice.csv").write_text(INVOICE.format(end="2028-03-01T00:00:00Z"))
        words = [str(record), "--in", str(scenario), "--contract", CONTRACT]
        fits &= _timed("without a list", table.num_rows, words)
        words += ["--list", str(listed), "--invoice", str(folder / "invoice.csv"), "-o", str(folder / "out")]
        fits &= _timed("with a list", table.num_rows, words)
    return 0 if fits else 1


def _timed(what: str, rows: int, words: list[str]) -> bool:
    """Print what one recount takes, and return whether that is within what is promised."""
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "simulator", "recount", *words]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    seconds = time.perf_counter() - begun
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    most = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    worked = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    print(f"{rows:,} conversations, {what}: {seconds:.1f} s ({worked:.1f} s of cores), {most / 1e9:.2f} GB at most")
    print("  " + " ".join(done.stdout.splitlines()[-3:]))
    return seconds < MOST_SECONDS and most < MOST_BYTES and done.returncode in (0, 3)


if __name__ == "__main__":
    sys.exit(main())
