"""Arguments and options that commands share, and what a shell offers for them."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar

import click
from click.shell_completion import CompletionItem

from simulator.cli.common.number_types import Whole

if TYPE_CHECKING:
    Text: TypeAlias = click.ParamType[str]
else:
    Text = click.ParamType

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
Engine = Literal["sampled", "ledger"]

WORDS: Final = "simulate.words"
"""Under which the words of the command line are kept, for completions."""
MOST_BYTES: Final = 1_000_000
"""A file larger than this is no scenario, and is not read while a user waits for a completion."""


class Option(click.Option):
    """An option whose environment variable has its own name, as SIMULATE_RUN_SET; several values stand on lines.

    Click would name it after the Python argument and split values at blanks, which conditions have inside.
    """

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """Return what the variable says; None where it is not set or empty."""
        name = max(self.opts, key=len).lstrip("-").replace("-", "_").upper()
        return os.environ.get(f"{ctx.auto_envvar_prefix}_{name}") or None

    def value_from_envvar(self, ctx: click.Context) -> Any:
        """Return the value, or the values of an option that may be repeated."""
        found = self.resolve_envvar_value(ctx)
        return tuple(found.splitlines()) if found is not None and self.multiple else found


class ScenarioFile(click.Path):
    """The path of a scenario; a shell offers folders and files that end in .toml."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the folders and scenarios that begin with what was typed."""
        return scenario_files(incomplete)


def scenario_files(incomplete: str) -> list[CompletionItem]:
    """Return the folders and scenarios that begin with what was typed."""
    typed = Path(incomplete)
    folder, start = (typed, "") if incomplete.endswith("/") or not incomplete else (typed.parent, typed.name)
    try:
        found = sorted(folder.iterdir())
    except OSError:
        return []
    hidden = start.startswith(".")
    named = [each for each in found if each.name.startswith(start) and (hidden or not each.name.startswith("."))]
    folders = [CompletionItem(f"{each}/") for each in named if each.is_dir()]
    return [*(CompletionItem(str(each)) for each in named if each.suffix == ".toml"), *folders]


def scenario_argument(command: Decorated) -> Decorated:
    """Add the SCENARIO argument."""
    return click.argument("scenario", type=ScenarioFile())(command)


def overrides_option(command: Decorated) -> Decorated:
    """Add `--set`."""
    return click.option(
        "--set",
        "overrides",
        multiple=True,
        cls=Option,
        metavar="KEY=VALUE",
        help="Change one value of the scenario, as people.cost_per_hour=40; text stands in quotes: "
        "--set 'start=\"2027-06\"'.",
        shell_complete=keys_of_scenario,
    )(command)


def contracts_option(command: Decorated) -> Decorated:
    """Add `--contract`."""
    return click.option(
        "--contract",
        "contracts",
        multiple=True,
        cls=Option,
        metavar="NAME",
        help="Only this contract, by its name in the scenario or its title; repeat it for several.",
        shell_complete=contracts_of_scenario,
    )(command)


def engine_option(command: Decorated) -> Decorated:
    """Add `--engine`."""
    return click.option(
        "--engine",
        type=click.Choice(["sampled", "ledger"]),
        default="sampled",
        show_default=True,
        help="sampled computes exact means, and takes the noise around them from a sample of conversations. ledger "
        "simulates every conversation by itself, which is slow at large volumes and works for any definition.",
    )(command)


def workers_option(command: Decorated) -> Decorated:
    """Add `--workers`."""
    return click.option(
        "--workers",
        type=Whole(1, 256),
        help="Processes to use; the results do not depend on their number.  [default: cores]",
    )(command)


SCHEDULER_HELP: Final = (
    "Let a cluster of Dask simulate: the address of its scheduler, as tcp://10.0.0.5:8786, to whose workers the "
    "scenario is sent; or local, for --workers processes of this machine, from which nothing leaves it. The results "
    "are the same. Needs the extra [dask]."
)


class Scheduler(Text):
    """`local`, or the address of a scheduler with its port."""

    name = "ADDRESS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the address.

        Raises:
            click.BadParameter: with what was typed, and how it is written.
        """
        text = str(value).strip()
        if text == "local":
            return text
        found = re.fullmatch(r"(?:(?P<kind>[a-z]+)://)?(?P<host>[\w.\-]+|\[[0-9a-fA-F:.]+\]):(?P<port>\d{1,5})/?", text)
        if found is None or not 0 < int(found["port"]) < 1 << 16:
            self.fail(f"{text!r} is no address of a scheduler; write tcp://HOST:PORT, or local", param, ctx)
        where = f"{found['host']}:{found['port']}"
        if found["kind"] not in ("tcp", "tls"):
            self.fail(f"{text!r} must begin with tcp:// or tls://; write tcp://{where}", param, ctx)
        return f"{found['kind']}://{where}"


def scheduler_option(command: Decorated) -> Decorated:
    """Add `--scheduler`."""
    return click.option("--scheduler", type=Scheduler(), cls=Option, metavar="ADDRESS", help=SCHEDULER_HELP)(command)


def contracts_of_scenario(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the contracts of the scenario on the command line that begin with what was typed."""
    contracts = _values(ctx).get("contracts")
    return _beginning(contracts if isinstance(contracts, dict) else (), incomplete)


def keys_of_scenario(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the keys written in the scenario on the command line that begin with what was typed, each with `=`."""
    from simulator.scenario.key_paths import dotted
    from simulator.scenario.reading.positions import scan

    return _beginning((f"{dotted(path)}=" for path in scan(_text(ctx)).places), incomplete)


def keys_of_the_schema(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the keys of any scenario, the contract types and the definitions that begin with what was typed."""
    from simulator.contracts.contract_types import TYPES
    from simulator.definitions import NAMED
    from simulator.scenario.explained.reference import every

    keys = dict.fromkeys(".".join(entry.key) for entry in every())
    return _beginning((*keys, *TYPES, *NAMED), incomplete)


def template_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the templates that begin with what was typed."""
    from simulator.templates.shipped_templates import template_names as names

    return _beginning(names(), incomplete)


def _beginning(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def _text(ctx: click.Context) -> str:
    """Return the text of the scenario on the command line; nothing if none can be read.

    Behind an option that waits for its value click has read no argument yet: the words themselves are looked at.
    """
    words = [str(ctx.params.get("scenario") or ""), *ctx.meta.get(WORDS, ())]
    path = next((Path(word) for word in words if word.endswith(".toml")), None)
    try:
        if path is None or path.stat().st_size > MOST_BYTES:
            return ""
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""


def _values(ctx: click.Context) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(ctx))
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}
