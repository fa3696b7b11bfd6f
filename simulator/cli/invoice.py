"""`simulate invoice`: one month of one future as a vendor would bill it."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli.common.contract_names import contract_named
from simulator.cli.common.memory import memory_watched
from simulator.cli.common.number_types import Whole
from simulator.cli.common.options import Engine, engine_option, overrides_option, scenario_argument
from simulator.cli.common.output import print_text


@click.command("invoice", context_settings={"show_default": True})
@scenario_argument
@click.option(
    "--contract",
    "name",
    metavar="NAME",
    help="Contract to bill, by name or title.  [default: the first of the scenario]",
)
@click.option("--month", metavar="MONTH", help="Month, as 2027-03.  [default: the first of the horizon]")
@click.option("--trial", type=Whole(0), default=0, help="Number of the future, counted from 0 as in trials.parquet.")
@click.option("--seed", type=Whole(0), help="Seed, instead of the scenario's.")
@overrides_option
@engine_option
@click.option("--json", "as_json", is_flag=True, help="Print the invoice as JSON, numbers as decimal strings.")
def invoice(
    scenario: Path,
    name: str | None,
    month: str | None,
    trial: int,
    seed: int | None,
    overrides: tuple[str, ...],
    engine: Engine,
    as_json: bool,
) -> None:
    """Print the invoice of a contract of SCENARIO for one month of one future, line by line.

    Every line is rounded once, half away from zero, to the currency's smallest unit; rates are never rounded. The
    future is that of the same number in a run of the scenario with the same engine. A contract in another currency is
    billed in its own, and the total is given in both.
    """
    from simulator.engine.refusals import refusals
    from simulator.scenario import load_scenario
    from simulator.scenario.stated.months import months_of

    chosen = [] if seed is None else [f"seed={seed}"]
    loaded = load_scenario(scenario, [*overrides, *chosen, "trials=1"], [lambda of: refusals(of, engine)])
    first = next(iter(loaded.contracts))
    name = first if name is None else contract_named(name, loaded.contracts, loaded.switches)
    months = months_of(loaded)
    month = months[0] if month is None else month
    if month not in months:
        raise click.BadParameter(
            f"{month!r} is not in the horizon, {months[0]} to {months[-1]}; write it as {months[0]}",
            param_hint="--month",
        )

    from simulator.engine.run import simulate
    from simulator.forecast.forecast import forecast
    from simulator.report.files.folder import to_json
    from simulator.report.invoice import drawn_share, exact_invoices, invoice_block, invoice_text

    with memory_watched(loaded, 1):
        results = simulate(loaded, engine=engine, first_trial=trial)
    priced = forecast(results).contracts[name]
    place = months.index(month)
    found, share = exact_invoices(priced, results)[place], drawn_share(results, place)
    if as_json:
        print_text(to_json(invoice_block(found, priced, month, trial, loaded.currency, share)))
    else:
        print_text(invoice_text(found, priced, month, trial, loaded.currency, share))
