"""`simulate new`: a commented scenario from a template, with the numbers that everyone knows."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from simulator.cli.common.known_options import VOLUMES, known, known_options
from simulator.cli.common.number_types import Number
from simulator.cli.common.options import WORDS, template_names
from simulator.cli.common.output import refuse_existing, write_whole
from simulator.cli.common.suggestions import command_line
from simulator.errors import ScenarioError

if TYPE_CHECKING:
    from simulator.audit.totals.totals_file import Claim
    from simulator.templates.new_scenario import Known


@click.command("new")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option(
    "--template",
    default="minimal",
    show_default=True,
    shell_complete=template_names,
    help="Which example to start from; without a FILE they are listed.",
)
@known_options
@click.option(
    "--cost-per-hour",
    type=Number(above=0),
    help="Instead of --current-cost: what an hour of your people costs, all in.",
)
@click.option("--budget", type=Number(above=0), help="Budget for the whole horizon.")
@click.option("--start", help="First month, as 2027-01.")
@click.option("--title", help="What the scenario is about.  [default: the name of the file]")
@click.option(
    "--from-totals",
    type=click.Path(path_type=Path),
    metavar="TOTALS",
    help="Take volume, handoffs and returns from monthly totals, CSV or TOML.",
)
@click.option(
    "--claimed-rate", type=Number(above=0), help="With it: resolutions over conversations that a vendor claims."
)
@click.option("--claimed-definition", metavar="NAME", help="With it: the definition by which the vendor counts them.")
@click.option(
    "--persistence",
    type=Number(above=0),
    help="With it: how far a month's level goes on in the next, 0 to 1.  [default: its prior]",
)
@click.option("--contract-only", is_flag=True, help="Write a contract alone, for recount, annex and sql.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write, in another place than FILE.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
def new(
    file: Path | None,
    template: str,
    force: bool,
    title: str | None,
    from_totals: Path | None,
    claimed_rate: float | None,
    claimed_definition: str | None,
    persistence: float | None,
    output: Path | None,
    *,
    contract_only: bool,
    **given: Any,
) -> None:
    """Write a commented scenario to FILE, from a template and the numbers you know. It is right as it is, and runs.

    \b
      simulate new my.toml --tickets 8000 --cost-per-hour 38
      simulate new my.toml --conversations 12000 --current-cost 6.40 --price resolution=0.99
      simulate new my.toml --tickets 8000 --tiers resolution=2_000:0.99,0.79 --commitment resolution=15_000/year
      simulate new my.toml --template broad --cases 3000 --current-price resolution_assumed=0.99
      simulate new my.toml --from-totals totals.csv --claimed-rate 0.62 --claimed-definition verified_72h
      simulate new contract.toml --contract-only

    Ranges that you did not give are typical of other deployments; they are marked as not yours, in the file and in the
    report.
    """
    if file is not None and output is not None:
        raise click.UsageError(f"{file} and -o {output} are two files to write: give one of them")
    file = file or output
    if contract_only:
        _new_contract(file or Path("contract.toml"), force=force)
        return
    if from_totals is not None:
        asked = _Asked(claimed_rate, claimed_definition, persistence)
        _new_from_totals(from_totals, file or Path("my.toml"), template, asked, {"title": title, **given}, force=force)
        return
    if claimed_rate is not None or claimed_definition is not None or persistence is not None:
        named = "--persistence" if persistence is not None else "a claimed rate"
        raise click.UsageError(f"{named} needs totals: simulate new my.toml --from-totals totals.csv")
    if file is None:
        if title is not None or any(given.values()):
            words = click.get_current_context().meta.get(WORDS, ())[1:]
            raise click.UsageError(f"name the file to write, as in: {command_line('new', 'my.toml', *words)}")
        _list_templates()
        return
    from simulator.templates.new_scenario import new_scenario

    target = file if file.suffix else file.with_suffix(".toml")
    refuse_existing(target, force=force)
    numbers = _known(template, target, title, given)
    _refuse_wrong(template, numbers, str(target))
    text = new_scenario(template, numbers, str(target))
    _write(target, _with_schema(text, target), force=force)
    click.echo(f"{target} written from the template '{template}'. Change first what is marked <- 1, <- 2 ..., then:")
    click.echo(f"  {command_line('check', target)}\n  {command_line(target)}")


def _new_contract(file: Path, *, force: bool) -> None:
    """Write a contract alone, with what may stand in each line beside it.

    Raises:
        click.UsageError: beside another option, which is about conversations.
    """
    from simulator.templates.contract_files import CONTRACT_FILE

    context = click.get_current_context()
    set_here = context.get_parameter_source
    others = [each.opts[-1] for each in context.command.params
              if each.name not in ("file", "output", "force", "contract_only")
              and each.name is not None and set_here(each.name) is ParameterSource.COMMANDLINE]  # fmt: skip
    if others:
        raise click.UsageError(f"--contract-only writes no conversations: leave {', '.join(others)} out")
    target = file if file.suffix else file.with_suffix(".toml")
    refuse_existing(target, force=force)
    _write(target, CONTRACT_FILE, force=force)
    click.echo(f"{target} written: a contract with every clause of its unit. Make it yours, then for instance:")
    click.echo(f"  {command_line('check', target)}")
    click.echo(f"  {command_line('recount', 'record.parquet', '--in', target, '--contract', 'vendor')}")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the options say beside the totals; None where they say nothing."""

    rate: float | None
    definition: str | None
    persistence: float | None


def _new_from_totals(
    source: Path, file: Path, template: str, asked: _Asked, given: dict[str, Any], *, force: bool
) -> None:
    """Write a scenario from totals, and say what they tell and what not."""
    from simulator.audit.totals.scenario_of_totals import scenario_of_totals
    from simulator.audit.totals.totals_file import read_totals
    from simulator.report.terminal.width import terminal_width
    from simulator.report.words.terminal_text import in_lines, printable

    twice = next((unit for unit in VOLUMES if given[unit] is not None), None)
    if twice is not None:
        raise click.UsageError(f"--{twice} and --from-totals both say the volume: give one of them")
    if asked.persistence is not None and asked.persistence >= 1:
        raise click.UsageError(f"--persistence is below 1, not {asked.persistence:g}")
    target = file if file.suffix else file.with_suffix(".toml")
    refuse_existing(target, force=force)
    totals, title = read_totals(source), given.pop("title")
    known = _known(template, target, title, given)
    claim = _claim(asked, totals.claim)
    written = scenario_of_totals(template, known, totals, claim, str(target), asked.persistence)
    _write(target, _with_schema(written.text, target), force=force)
    said = [*written.known, *written.told.remarks, "not told by totals, the template's: " + "; ".join(written.open)]
    for each in [*said, *([written.claim] if written.claim else [])]:
        click.echo("\n".join(in_lines(printable(f"{each[0].upper()}{each[1:]}"), terminal_width())))
    click.echo(f"{target} written from the template '{template}' and {len(totals.months)} months of totals. Then:")
    click.echo(f"  {command_line('check', target)}\n  {command_line(target)}")


def _claim(given: _Asked, stated: Claim | None) -> Claim | None:
    """Return the claim of the options, with that of the file where they say nothing.

    Raises:
        click.UsageError: for a rate of 1 or more.
    """
    from simulator.audit.totals.totals_file import Claim

    rate = given.rate if given.rate is not None else None if stated is None else stated.rate
    definition = given.definition or ("" if stated is None else stated.definition)
    if rate is None:
        return Claim(None, definition) if definition else None
    if rate >= 1:
        raise click.UsageError(f"--claimed-rate is a share below 1, not {rate:g}: write 62 % as 0.62")
    return Claim(rate, definition)


def _list_templates() -> None:
    from simulator.templates.shipped_templates import about, template_names

    click.echo("Templates:")
    width = max(map(len, template_names()))
    for name in template_names():
        click.echo(f"  {name:<{width}}  {about(name)}")
    click.echo("\nWrite a scenario from one of them, as in: simulate new my.toml --template broad --cases 3000")


def _known(template: str, target: Path, title: str | None, given: dict[str, Any]) -> Known:
    """Return what the options say.

    Raises:
        click.UsageError: if two of them contradict each other.
    """
    if given["cost_per_hour"] is not None and given["current_cost"] is not None:
        raise click.UsageError("give one of --cost-per-hour and --current-cost: an hour's cost follows from the other")
    name = title or target.stem.replace("_", " ").strip().capitalize() or "Scenario"
    return known(template, given, title=name, **{key: given[key] for key in ("cost_per_hour", "budget", "start")})


def _refuse_wrong(template: str, asked: Known, file: str) -> None:
    """Say what is wrong with a given value under the option's own name, not under a line of the template."""
    import tomlkit

    from simulator.scenario import parse_scenario
    from simulator.scenario.meant.two_readings import plainly
    from simulator.templates.shipped_templates import template_text

    given = {"title": asked.title, "currency": asked.currency, "start": asked.start}
    options = {
        f"--set {key}={tomlkit.item(value).as_string()}": f"--{key} {value}"
        for key, value in given.items()
        if value is not None
    }
    numbers = {"budget": ("--budget", asked.budget), "people.cost_per_hour": ("--cost-per-hour", asked.cost_per_hour)}
    numbers |= {"volume.per_month": (f"--{asked.unit}", asked.per_month)}
    options |= {
        f"--set {key}={plainly(repr(number))}": f"{option} {number:g}"
        for key, (option, number) in numbers.items()
        if number
    }
    try:
        parse_scenario(template_text(template), file, [option.removeprefix("--set ") for option in options])
    except ScenarioError as error:
        named = [replace(problem, text=options[problem.text]) for problem in error.problems if problem.text in options]
        if named:
            raise ScenarioError(file, named) from None


def _with_schema(text: str, target: Path) -> str:
    """Put the line in front by which editors find the schema, where it lies in the same project as the file."""
    from simulator.scenario.explained.json_schema import COMMITTED

    project = COMMITTED.parents[2]
    place = target.absolute().resolve().parent
    if not COMMITTED.is_file() or not place.is_relative_to(project):
        return text
    return f"#:schema {Path(os.path.relpath(COMMITTED, place)).as_posix()}\n{text}"


def _write(target: Path, text: str, *, force: bool) -> None:
    """Write the file whole or not at all; without `force` it is not there yet.

    Raises:
        OutputError: if it cannot be written.
    """
    write_whole(target, text, lambda: refuse_existing(target, force=force))
