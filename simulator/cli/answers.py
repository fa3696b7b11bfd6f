"""`simulate answers`: the sheet of worked cases as a vendor filled it in, and what it leaves of a contract's bill."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from simulator.cli.common.failures import BEYOND
from simulator.cli.common.number_types import Whole
from simulator.cli.common.options import ScenarioFile, overrides_option, workers_option
from simulator.cli.common.output import print_text
from simulator.cli.common.study import all_option, asked, contract_asked, contract_option, same_futures


@click.command("answers")
@click.argument("sheet", type=click.Path(path_type=Path))
@click.option(
    "--in", "scenario", type=ScenarioFile(), metavar="SCENARIO", required=True, help="Scenario that bills it."
)
@contract_option
@click.option("--trials", type=Whole(1), help="Futures to bill.  [default: 512 at most]")
@overrides_option
@all_option
@click.option("--json", "as_json", is_flag=True, help="Print all numbers as JSON and nothing else.")
@workers_option
def answers(
    sheet: Path,
    scenario: Path,
    contract: str | None,
    trials: int | None,
    overrides: tuple[str, ...],
    everything: bool,
    as_json: bool,
    workers: int | None,
) -> int:
    """Say which clauses agree with SHEET, as the vendor filled it in, and what a contract bills by them.

    SHEET is what `simulate contract SCENARIO --blank` prints, as Markdown or CSV, with yes, no, a number of units or an
    amount beside the cases. All sets of clauses that agree with it bill the same futures, and the case is named whose
    answer would narrow the bill most. Answers that no set satisfies together are named first; the exit code is then 3.
    """
    from simulator.decisions.answers.answered_bills import FUTURES, answered_bills
    from simulator.decisions.answers.sheet import read_sheet
    from simulator.report.files.folder import to_json
    from simulator.report.studies.sheet_answers import sheet_answers_told
    from simulator.report.studies.told import as_block, as_text
    from simulator.report.terminal.width import terminal_width
    from simulator.report.words.terminal_text import in_lines, printable

    read = read_sheet(sheet)
    loaded = asked(scenario, trials, overrides)
    name = contract_asked(contract, loaded)
    if trials is None:
        loaded = loaded.model_copy(update={"trials": min(loaded.trials, FUTURES)})
    futures = same_futures(loaded, workers)
    try:
        found = answered_bills(futures, read, name)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    told, width = sheet_answers_told(found, futures.forecast), terminal_width()
    if as_json:
        print_text(to_json(as_block(told, found, loaded)))
    elif found.contradiction is None:
        print_text(f"{as_text(told, loaded, width, short=not everything)}\n")
    else:
        rest = as_text(replace(told, answer=""), loaded, width, short=not everything).rstrip()
        print_text("\n".join([*in_lines(printable(told.answer), width), "", rest, ""]))
    return 0 if found.contradiction is None else BEYOND
