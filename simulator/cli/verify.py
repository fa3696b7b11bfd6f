"""`simulate verify`: are the expected values right, and the noise of the sampled engine that of the ledger engine?"""

from __future__ import annotations

import datetime
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from simulator.cli.common.memory import memory_watched
from simulator.cli.common.number_types import Whole
from simulator.cli.common.options import overrides_option, scenario_argument, scheduler_option, workers_option
from simulator.cli.common.output import PROGRAM, print_text, refuse_unwritable
from simulator.report.terminal.progress import progress_bar

if TYPE_CHECKING:
    from simulator.engine.processes.crew import Crew
    from simulator.engine.results import Results
    from simulator.scenario.schema import Scenario
    from simulator.verify import Verification
    from simulator.verify.suite import Which

DISAGREE = 1
"""Exit code if the engines disagree."""
PROGRESS: Final[dict[Which, str]] = {
    "expected": "expected values",
    "ledger": "ledger engine",
    "sampled": "sampled engine",
    "whole": "sampled engine with every case",
}


@click.command(context_settings={"show_default": True})
@scenario_argument
@click.option(
    "--cases",
    type=Whole(10_000),
    default=120_000_000,
    help="Cases that the ledger engine may simulate at the scenario's own volume.",
)
@click.option("--trials", type=Whole(100), default=4_000, help="Futures at each volume, at most.")
@click.option("--seed", type=Whole(0), help="Seed, instead of the scenario's.")
@overrides_option
@workers_option
@scheduler_option
@click.option("--json", "as_json", is_flag=True, help="Print verify.json on stdout and nothing else.")
@click.option("-q", "--quiet", is_flag=True, help="Print only the verdict.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Folder for the results.  [default: outputs/NAME/verify/DATE-HASH]",
)  # fmt: skip
def verify(
    scenario: Path,
    cases: int,
    trials: int,
    seed: int | None,
    overrides: tuple[str, ...],
    workers: int | None,
    scheduler: str | None,
    as_json: bool,
    quiet: bool,
    output: Path | None,
) -> int:
    """Check the fast engine on SCENARIO against conversations that are simulated one by one.

    The expected values and the noise of every meter and every invoice are compared, at a small volume and at the
    scenario's own. The exit code is 1 if the engines disagree. The output says how small a difference would have been
    seen.
    """
    from simulator.engine.processes.crew import crew_of
    from simulator.engine.refusals import FAST
    from simulator.scenario import parse_scenario, read_text

    changes = [*overrides, *([] if seed is None else [f"seed={seed}"])]
    text = read_text(scenario)
    loaded = parse_scenario(text, str(scenario), changes, [FAST])

    from simulator.report.bundle import Origin
    from simulator.report.files.folder import refuse_taken, to_json
    from simulator.report.verify import folder
    from simulator.report.verify.block import block
    from simulator.verify import parts, sample_for
    from simulator.verify import verify as compare

    refuse_taken(output)
    refuse_unwritable(output or Path("outputs"))
    sample = sample_for(loaded)
    asked = parts(loaded, sample, cases=cases, trials=trials)
    with crew_of(scheduler, workers or os.cpu_count() or 1) as crew:
        found = compare(loaded, sample, asked, lambda of, which: _run(of, which, crew))
    origin = Origin(text, scenario, shlex.join([PROGRAM, *sys.argv[1:]]), tuple(changes))
    numbers = {**block(found), "made_from": folder.made_from(origin, found)}
    target = folder.write(found, numbers, scenario, out=output, today=datetime.date.today())
    print_text(to_json(numbers) if as_json else _report(found, str(scenario), target, quiet=quiet))
    return 0 if found.agrees else DISAGREE


def _run(scenario: Scenario, which: Which, workers: Crew) -> Results:
    from simulator.engine.run import simulate_all
    from simulator.verify.suite import run_of

    with memory_watched(scenario, workers), progress_bar(PROGRESS[which], scenario.trials) as progress:
        return simulate_all([run_of(scenario, which)], workers=workers, progress=progress)[0]


def _report(found: Verification, path: str, target: Path, *, quiet: bool) -> str:
    from simulator.report.verify import console
    from simulator.report.verify.verify_words import verdict

    answer = f"{verdict(found)}\n"
    if quiet:
        return answer
    blocks = (
        console.heading(found, path),
        console.tables(found),
        console.worst(found),
        console.written(target),
    )
    return "\n\n".join([*blocks, answer])
