"""`simulate annex`: the contract's annex on the billable unit, for both parties to read, fill in and sign."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.cli.common.contract_names import contract_named
from simulator.cli.common.dialect_option import dialect_option
from simulator.cli.common.number_types import Whole
from simulator.cli.common.options import ScenarioFile, overrides_option
from simulator.cli.common.output import print_text, refuse_existing, write_whole

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


@click.command("annex")
@click.argument("scenario", type=ScenarioFile())
@click.option("--contract", metavar="NAME", required=True, help="Contract of the scenario, by its key or its title.")
@click.option("--time-zone", metavar="ZONE", help="Zone in which the vendor's months begin, as Europe/Berlin.")
@click.option("--dispute-days", type=Whole(1, 3_650), help="Days within which an invoice may be disputed.")
@dialect_option
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write FILE.md or FILE.pdf.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@overrides_option
def annex(
    scenario: Path,
    contract: str,
    time_zone: str | None,
    dispute_days: int | None,
    dialect: str,
    output: Path | None,
    overrides: tuple[str, ...],
    *,
    force: bool,
) -> None:
    """Write the annex of a contract of SCENARIO on its billable unit, as Markdown or PDF.

    What a unit is, in words and as SQL; worked cases with units and money; what is no unit; price and terms; billing
    periods; the recount step by step; unknown values; disputes; what is locked for the term. What only the parties know
    is a numbered blank, and all blanks are listed at the end.
    """
    if output is not None:
        if output.suffix.lower() not in (".md", ".pdf"):
            raise click.BadParameter(f"{output.name!r} ends in neither .md nor .pdf; name such a file", param_hint="-o")
        refuse_existing(output, force=force)
    zone = None if time_zone is None else _zone(time_zone)

    from simulator.report.annex import Said
    from simulator.report.annex import annex as written
    from simulator.report.annex.markdown import markdown
    from simulator.report.annex.pages import pages
    from simulator.templates.contract_files import load_contracts

    loaded = load_contracts(scenario, overrides)
    name = contract_named(contract, loaded.contracts, loaded.switches)
    document = written(loaded, name, Said(zone, dispute_days, dialect))
    if output is None:
        print_text(markdown(document))
        return
    text = pages(document) if output.suffix.lower() == ".pdf" else markdown(document)
    write_whole(output, text, lambda: refuse_existing(output, force=force))
    click.echo(f"{output} written; {len(document.blanks)} blanks to fill in before signature are listed at its end")


def _zone(written: str) -> ZoneInfo:
    """Return the time zone of a name in the IANA list.

    Raises:
        click.BadParameter: for what names none, with the nearest.
    """
    from zoneinfo import ZoneInfo, available_timezones

    from simulator.scenario.meant.near_names import suggest

    known = available_timezones()
    if written not in known:
        cities = {name.rpartition("/")[2].casefold().replace("_", " "): name for name in sorted(known)}
        city = cities.get(written.casefold().replace("_", " "))
        hint = f"did you mean {city!r}?" if city else suggest(written, sorted(known), "zones are, among others", most=4)
        raise click.BadParameter(f"there is no time zone {written[:60]!r}; {hint}", param_hint="--time-zone")
    return ZoneInfo(written)
