"""The command line. Commands are loaded when they are used, so that help and check stay fast."""

from __future__ import annotations

import difflib
import importlib
import os
from pathlib import Path
from typing import Final

import click
from click.shell_completion import CompletionItem

from simulator.cli.common.failures import guarded
from simulator.cli.common.options import WORDS, scenario_files
from simulator.cli.common.output import open_streams
from simulator.runtime.garbage import look_seldom
from simulator.runtime.interrupts import Stop
from simulator.runtime.quiet import silence_libraries
from simulator.version import VERSION

COMMANDS: Final = {
    "run": ("simulator.cli.run", "Run", "Simulate a scenario, price its contracts, write the results."),
    "quick": ("simulator.cli.quick", "Run", "Compare all contracts of an example from two numbers of yours."),
    "compare": ("simulator.cli.compare", "Run", "Show what differs between two scenarios, and what that costs."),
    "sweep": ("simulator.cli.sweep", "Run", "Run every combination of some values, and put them into one table."),
    "replay": ("simulator.cli.replay", "Run", "Repeat a run from its manifest, and say what differs."),
    "value": (
        "simulator.cli.value",
        "Decide",
        "Say what is worth finding out before signing.",
    ),
    "deal": ("simulator.cli.deal", "Decide", "Say what to offer for a contract, and when to walk away."),
    "breakeven": ("simulator.cli.breakeven", "Decide", "Show where two contracts cost the same."),
    "clauses": (
        "simulator.cli.clauses",
        "Decide",
        "Say what each term of a contract is worth, and what to ask for first.",
    ),
    "definitions": ("simulator.cli.definitions", "Decide", "List definitions of a resolution, or compare their bills."),
    "sensitivity": (
        "simulator.cli.sensitivity",
        "Decide",
        "Show which assumptions a contract's cost hangs on, and what breaks it.",
    ),
    "commitment": (
        "simulator.cli.commitment",
        "Decide",
        "Find how much to commit: volume, amount or pack with the lowest expected bill.",
    ),
    "split": (
        "simulator.cli.split",
        "Decide",
        "Find which conversations to put under which contracts, with the gain on other futures.",
    ),
    "claims": (
        "simulator.cli.claims",
        "Decide",
        "Test ten claims about prices by numbers, on examples or your scenarios.",
    ),
    "new": ("simulator.cli.new", "Build", "Write a commented scenario from a template and your numbers."),
    "check": ("simulator.cli.check", "Build", "Check scenarios for mistakes, and show what they imply."),
    "explain": ("simulator.cli.explain", "Build", "Say what a key, a contract type or a definition means."),
    "catalogue": ("simulator.cli.catalogue", "Build", "Show the prices that vendors publish, with their sources."),
    "schema": ("simulator.cli.schema", "Build", "Print the JSON Schema with which editors complete scenarios."),
    "sql": ("simulator.cli.sql", "Understand", "Print the SQL that counts what a definition bills."),
    "contract": (
        "simulator.cli.contract",
        "Understand",
        "Write who counts the unit, what edge cases bill, and what a unit costs.",
    ),
    "recount": (
        "simulator.cli.recount",
        "Own data",
        "Recount what a contract bills in your own record, and say why an invoice differs.",
    ),
    "levers": (
        "simulator.cli.levers",
        "Understand",
        "Show what saving tokens does to the bill, and who keeps the saving.",
    ),
    "invoice": ("simulator.cli.invoice", "Understand", "Print one month of one future as a vendor would bill it."),
    "annex": (
        "simulator.cli.annex",
        "Own data",
        "Write a contract's annex on its unit: words, SQL, recount, disputes.",
    ),
    "answers": ("simulator.cli.answers", "Own data", "Read the worked cases that a vendor filled in, and bill them."),
    "verify": (
        "simulator.cli.verify",
        "Trust",
        "Check the fast engine against conversations that are drawn one by one.",
    ),
    "ledger": ("simulator.cli.ledger", "Trust", "Write the conversations of a scenario as a file, one row each."),
    "log": ("simulator.cli.log", "Own data", "Read the exports of your systems to a record of conversations."),
    "map": ("simulator.cli.map", "Own data", "Show or write maps of exports, for `simulate log`."),
    "completion": ("simulator.cli.completion", "Shell", "Print the completion script of bash, zsh or fish."),
}
"""Each command: module that holds it (under its own name), group in the help, and what it does."""

GROUPS: Final = ("Run", "Decide", "Build", "Understand", "Own data", "Trust", "Shell")
"""Groups of commands in the order of the help; one without a command is not shown."""

OWN: Final = ("--help", "-h", "--version")
"""Options of the group itself; one that is nearly one of them is not an option of `run`."""

NEAR: Final = 0.7
"""Least likeness of a mistyped command."""

EXAMPLES: Final = """\b
Examples:
  simulate new my.toml --tickets 8000 --cost-per-hour 38
  simulate my.toml
  simulate scenarios/broad_cx.toml --trials 500 --set people.cost_per_hour=40
  simulate explain contracts.NAME.price --in my.toml
"""


class Commands(click.Group):
    """Loads a command on use; a first argument that is no command is a scenario to run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, imported now; None if there is none of the name."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(COMMANDS[cmd_name][0]), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `run` before anything that is neither a command nor an option of the group.

        `help`, `help COMMAND`, `COMMAND help` and `version` are what people type for the options of these names.
        """
        args = _as_options(ctx, args)
        ctx.meta[WORDS] = tuple(args)
        if args and args[0] not in COMMANDS and not difflib.get_close_matches(args[0], OWN, n=1, cutoff=0.8):
            if not ctx.resilient_parsing:
                _refuse_mistyped_command(ctx, args[0])
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return commands, and scenarios, for `run` may be left out."""
        files = [] if incomplete.startswith("-") else scenario_files(incomplete)
        named = [
            CompletionItem(name, help=text) for name, (_, _, text) in COMMANDS.items() if name.startswith(incomplete)
        ]
        return [*(super().shell_complete(ctx, incomplete) if incomplete.startswith("-") else named), *files]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        for group in GROUPS:
            rows = [(name, text) for name, (_, where, text) in COMMANDS.items() if where == group]
            if rows:
                with formatter.section(group):
                    formatter.write_dl(rows)


def _as_options(ctx: click.Context, args: list[str]) -> list[str]:
    """Return the words with help and version as options, where they are typed as commands.

    Raises:
        click.UsageError: for help on a command that there is not.
    """
    first, rest = args[:1], args[1:]
    if args in (["version"], ["-V"], ["-v"]):
        return ["--version"]
    if first == ["help"]:
        name = next((word for word in rest if not word.startswith("-")), None)
        if name is not None and name not in COMMANDS and not ctx.resilient_parsing:
            near = difflib.get_close_matches(name, COMMANDS, n=1, cutoff=NEAR)
            hint = f"Did you mean 'simulate help {near[0]}'?" if near else "`simulate help` lists the commands."
            raise click.UsageError(f"No such command {name!r}. {hint}", ctx)
        return ["--help"] if name is None else [name, "--help"]
    if rest == ["help"] and first[0] in COMMANDS and not Path("help").exists():
        return [*first, "--help"]
    return args


def _refuse_mistyped_command(ctx: click.Context, first: str) -> None:
    """Refuse a word that is nearly a command, unless a file has that name."""
    near = difflib.get_close_matches(first, COMMANDS, n=1, cutoff=NEAR)
    if near and not Path(first).exists():
        raise click.UsageError(f"No such command or scenario {first!r}. Did you mean {near[0]!r}?", ctx)


@click.group(
    cls=Commands,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        "auto_envvar_prefix": "SIMULATE",
    },
    epilog=EXAMPLES,
    no_args_is_help=True,
)
@click.version_option(VERSION, prog_name="simulate")
def cli() -> None:
    """Forecast what contracts for customer-service AI will cost, and how sure that is.

    `simulate SCENARIO` runs a scenario: it simulates many possible futures of your conversations month by month, prices
    each under every contract, and writes a table, a report and files.
    """


def run_cli(stop: Stop) -> int:
    """Run the command line and return its exit code."""
    look_seldom()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for installed ones is a tenth of `check`
    open_streams()
    silence_libraries()
    return guarded(cli, stop)
