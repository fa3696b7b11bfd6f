"""`python -m tests.audit.log.time_log [rows]`: seconds and memory that a log of 720,000 conversations takes to read.

The log is written here in the columns of Zendesk tickets, with calls of a gateway beside it, as CSV, and read in a
process of its own, so that the memory is that of `simulate log` alone.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

ROWS = 720_000
MOST_SECONDS = 30.0
MOST_BYTES = 2_000_000_000
MAP = f"""[log]
system = "zendesk_tickets"
extracted_at = 2027-01-03T00:00:00Z
partial_months = [{", ".join(f'"2026-{month:02d}"' for month in range(1, 13))}]
[log.tokens]
system = "litellm"
"""


def main() -> int:
    """Print rows, seconds and memory; 1 where one of them is beyond what is promised."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write_exports(folder, rows)
        (folder / "map.toml").write_text(MAP, encoding="utf-8")
        begun = time.perf_counter()
        command = [sys.executable, "-m", "simulator", "log", str(folder / "map.toml"), "-o", str(folder / "r.parquet")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - begun
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        most = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    worked = used.ru_utime + used.ru_stime
    print(f"{rows:,} tickets and as many calls: {seconds:.1f} s, {worked:.1f} s of cores, {most / 1e9:.2f} GB at most")
    print(f"load of the machine in the last minute: {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores")
    return 0 if seconds < MOST_SECONDS and most < MOST_BYTES else 1


def write_exports(folder: Path, rows: int) -> None:
    """Write tickets over 2026 of a third as many customers, and one call for each."""
    tickets = folder / "zendesk_tickets.csv"
    calls = folder / "litellm_spend_logs.csv"
    duckdb.execute(
        f"""COPY (SELECT 200000 + i AS id,
  STRFTIME(TIMESTAMP '2026-01-01' + i * INTERVAL 43 SECOND, '%Y-%m-%dT%H:%M:%SZ') AS created_at,
  STRFTIME(TIMESTAMP '2026-01-02' + i * INTERVAL 43 SECOND, '%Y-%m-%dT%H:%M:%SZ') AS updated_at,
  'closed' AS status, ['email', 'native_messaging'][i % 2 + 1] AS via_channel,
  380000000000 + HASH(i) % {max(rows // 3, 1)} AS requester_id, 'Re: "my order"' || CHR(10) || 'second line' AS subject,
  'bot_handled' AS tags, '[]' AS merged_ticket_ids, i % 5 // 4 AS replies, i % 5 // 4 AS assignee_stations,
  CASE WHEN i % 40 = 39 THEN CAST(200000 + i - 30 AS VARCHAR) ELSE '' END AS via_followup_source_id,
  updated_at AS solved_at, 'Topic ' || HASH(i + 1) % 8 AS "custom_fields.Topic"
FROM RANGE({rows}) AS r(i)) TO '{tickets}' (HEADER)"""
    )
    duckdb.execute(
        f"""COPY (SELECT 'acompletion' AS call_type, 200000 + i AS session_id, 'gpt-5-mini' AS model,
  3000 + i % 100 AS prompt_tokens, 100 AS completion_tokens, 3100 + i % 100 AS total_tokens, 'False' AS cache_hit,
  'success' AS status, '{{"usage_object": {{"prompt_tokens_details": {{"cached_tokens": 2000}}, '
  || '"cache_creation_input_tokens": 0}}}}' AS metadata FROM RANGE({rows}) AS r(i)) TO '{calls}' (HEADER)"""
    )


if __name__ == "__main__":
    sys.exit(main())
