"""`simulate recount`: the units of a record by the contract's own definition, against what was billed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from simulator.cli.common.contract_names import contract_named
from simulator.cli.common.dialect_option import dialect_option
from simulator.cli.common.failures import BEYOND
from simulator.cli.common.number_types import Percent
from simulator.cli.common.options import ScenarioFile
from simulator.cli.common.output import print_text, refuse_unwritable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.audit.recount.recount_result import Recounted
    from simulator.audit.recount.watched import Watched

_PATH: Any = click.Path(path_type=Path)


@click.command("recount", context_settings={"show_default": True})
@click.argument("record", type=_PATH)
@click.option(
    "--in", "scenario", type=ScenarioFile(), required=True, metavar="SCENARIO", help="Where the contract stands."
)
@click.option("--contract", "name", required=True, metavar="NAME", help="Contract that bills, by name or title.")
@click.option("--invoice", type=_PATH, metavar="LINES", help="Lines of the invoice: CSV, or CSV in FOCUS columns.")
@click.option("--list", "billed", type=_PATH, metavar="BILLED", help="CSV of the conversations that were billed.")
@click.option("--month", metavar="MONTH", help="Period where no invoice says it, as 2026-10.")
@click.option(
    "--period",
    "basis",
    type=click.Choice(["opened", "final"]),
    default="opened",
    help="What puts a conversation into the period: its opening, or that plus the hours of silence.",
)
@click.option(
    "--time-zone", metavar="ZONE", help="Zone in which the vendor's days begin.  [default: that of the record]"
)
@click.option(
    "--tolerance", type=Percent(), metavar="PERCENT", help="Share of the invoice that may be unsettled.  [default: 0]"
)
@click.option("--tripwires", type=_PATH, metavar="FILE", help="tripwires.toml of a run, tested on the record.")
@click.option("-o", "--output", type=_PATH, metavar="FOLDER", help="New folder for workbook, JSON, claims and SQL.")
@dialect_option
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def recount(
    record: Path,
    scenario: Path,
    name: str,
    invoice: Path | None,
    billed: Path | None,
    month: str | None,
    basis: Literal["opened", "final"],
    time_zone: str | None,
    tolerance: float | None,
    tripwires: Path | None,
    output: Path | None,
    dialect: str,
    as_json: bool,
) -> int:
    """Recount what contract NAME bills in RECORD, and say why an invoice or a list differs.

    RECORD is a file of `simulate log` or `simulate ledger`. Units are counted by the definition's own text. With the
    list of what was billed every difference gets one kind, its clause and its evidence; without it each clause bounds
    the count. The exit code is 0 if all money is settled within the tolerance, 3 beyond it or at a crossed tripwire.
    """
    from simulator.audit.record_file import is_parquet, read_record
    from simulator.audit.recount.billing_period import silence_hours
    from simulator.audit.recount.recount_result import Given
    from simulator.audit.recount.recounted import definition_billed, of_units, recounted
    from simulator.scenario.stated.compiled_terms import compile_terms
    from simulator.templates.contract_files import load_contracts

    if output is not None:
        from simulator.report.files.folder import refuse_taken

        refuse_unwritable(output)
        refuse_taken(output)
    if is_parquet(scenario):
        raise click.UsageError(
            f"{scenario} is a record and no scenario: write simulate recount {scenario} --in "
            f"{record if record.suffix == '.toml' else 'SCENARIO'}"
        )
    loaded = load_contracts(scenario)
    terms = compile_terms(loaded)
    contract = terms.contracts[contract_named(name, loaded.contracts, loaded.switches)]
    definition = definition_billed(contract, terms.definitions)
    read = read_record(record)
    lines, listed = _billed(invoice, billed)
    zone = time_zone or read.facts.time_zone
    silence = 0.0 if definition is None else silence_hours(definition.spec)
    given = Given(read, lines, listed, _period(of_units(lines, contract), month, (zone, basis), silence))
    found = recounted(given, contract, terms, loaded)
    watch = _watch(tripwires, read, loaded)
    if output is not None:
        _write(output, found, watch, (tolerance or 0.0, dialect))
    return _told(found, watch, tolerance or 0.0, (output, as_json))


def _billed(invoice: Path | None, billed: Path | None) -> tuple[Any, Any]:
    """Return the lines of the invoice and the list by id, each if there is one."""
    from simulator.audit.recount.billed_list import read_billed
    from simulator.audit.recount.invoice_file import read_invoice

    return () if invoice is None else read_invoice(invoice), None if billed is None else read_billed(billed)


def _period(lines: Any, month: str | None, how: tuple[str, Literal["opened", "final"]], silence: float) -> Any:
    """Return the period of the invoice, of a month, or None for the whole record.

    Raises:
        click.UsageError: a month is given beside an invoice.
    """
    from simulator.audit.recount.billing_period import billing_period, month_span, span_of, zone_of

    zone = zone_of(how[0])
    if lines and month is not None:
        raise click.UsageError("the invoice has its period: leave --month out")
    if not lines and month is None:
        return None
    span = month_span(month) if month is not None else span_of(lines)
    return billing_period(span, zone, how[1], silence)


def _watch(tripwires: Path | None, read: Any, loaded: Any) -> tuple[Watched, ...]:
    if tripwires is None:
        return ()
    from simulator.audit.recount.watched import watched
    from simulator.definitions import resolve_definitions

    return watched(tripwires, read, resolve_definitions(loaded.definitions))


def _told(found: Recounted, watch: Sequence[Watched], tolerance: float, where: tuple[Path | None, bool]) -> int:
    """Print the page or JSON, and return the exit code."""
    from simulator.report.files.folder import to_json
    from simulator.report.recount.recount_block import recount_block
    from simulator.report.recount.recount_text import recount_text

    output, as_json = where
    if as_json:
        print_text(to_json(recount_block(found, watch, tolerance)))
    else:
        print_text(recount_text(found, watch, tolerance, output))
    settled = found.within(tolerance) and not any(each.state == "crossed" for each in watch)
    return 0 if settled else BEYOND


def _write(output: Path, found: Recounted, watch: Sequence[Watched], how: tuple[float, str]) -> None:
    """Write the workbook, JSON, rows to dispute and statements into a new folder, all or nothing."""
    from simulator.report.files.folder import new_folder, to_json
    from simulator.report.recount.claims_file import claims_csv
    from simulator.report.recount.count_file import count_sql
    from simulator.report.recount.recount_block import recount_block
    from simulator.report.recount.recount_book import write_book

    tolerance, dialect = how
    texts = {
        "reconciliation.json": to_json(recount_block(found, watch, tolerance)),
        "claims.csv": claims_csv(found),
        "count.sql": count_sql(found, dialect),
    }

    def write(folder: Path) -> None:
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
        write_book(folder / "reconciliation.xlsx", found, watch, tolerance)

    new_folder(output.parent, output.name, output, write, latest=False)
