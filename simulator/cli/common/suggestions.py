"""What was probably meant: an option under the name that other programs give it, a scenario behind an option, help."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from simulator.cli.common.options import WORDS
from simulator.cli.common.output import PROGRAM

CALLED: Final[Mapping[str, tuple[str, ...]]] = {
    "--trials": (
        "runs", "run", "n", "number", "num", "n-trials", "num-trials", "n-runs", "simulations", "sims", "iterations",
        "iters", "futures", "samples", "paths", "draws", "replications", "t",
    ),
    "--output": ("out", "outdir", "out-dir", "output-dir", "output-folder", "output-path", "outputs", "dir", "folder",
                 "results", "dest", "destination", "save", "to"),
    "--workers": ("jobs", "j", "cores", "cpus", "processes", "procs", "parallel", "threads", "num-workers", "n-jobs"),
    "--seed": ("random-seed", "random-state", "rng", "rng-seed"),
    "--months": ("horizon", "periods", "duration", "term", "m"),
    "--set": ("override", "overrides", "param", "parameter", "var", "define", "with", "s", "D"),
    "--contract": ("contracts", "only", "filter", "c", "offer"),
    "--quiet": ("silent", "summary-only", "brief"),
    "--force": ("overwrite", "replace", "yes", "y", "f"),
    "--json": ("format", "as-json", "output-format"),
    "--over": ("vary", "grid", "sweep", "range"),
    "--in": ("scenario", "file", "from", "i", "config", "input"),
    "--check": ("verify", "dry-run", "compare"),
    "--png": ("charts", "images"),
    "--tickets": ("volume", "ticket", "volume-per-month", "per-month"),
    "--price": ("prices", "unit-price", "rate"),
    "--current-cost": ("cost", "cost-per-conversation", "cost-today", "today"),
    "--cost-per-hour": ("hourly-cost", "wage", "hourly-rate", "cost-of-an-hour"),
    "--version": ("v", "V"),
}  # fmt: skip
"""What people call the options that they look for, by the option's own name; names without their dashes."""
NOT_HERE: Final[Mapping[tuple[str, str], str]] = {
    ("split", "--contract"): "A split is sought among all contracts of the scenario; --contracts says how many it may "
    "have. `simulate deal SCENARIO --contract NAME` asks about one.",
    ("value", "--contract"): "All contracts of the scenario are always compared, because knowing more is worth what "
    "another choice saves. `simulate sensitivity SCENARIO --contract NAME` asks about one.",
}
"""What is said of an option that most commands of a group have and one does not need, by command and option."""
SCENARIO: Final = ("scenario", "scenarios", "file", "config", "input", "in", "i", "f", "path")
"""What people call an option that would take the scenario, where it is an argument."""
LIKE: Final = 0.7
"""Least likeness of a mistyped option: trails and trials have 0.83, number and resume 0.67."""
EXTRA: Final = "Got unexpected extra argument"
"""How click begins what it says of a word too many."""


def corrected(error: click.ClickException) -> click.ClickException:
    """Return an error of use with what was probably meant, where that can be told."""
    if not isinstance(error, click.UsageError) or error.ctx is None:
        return error
    if isinstance(error, click.NoSuchOption):
        return click.UsageError(_unknown(error.ctx, error.option_name), error.ctx)
    if isinstance(error, click.MissingParameter) and _takes_scenario(error.ctx, error.param):
        return click.UsageError(_missing(error.ctx), error.ctx)
    if error.message.startswith(EXTRA):
        return click.UsageError(_too_many(error.ctx, error.message), error.ctx)
    return error


def command_line(*words: str | Path) -> str:
    """Return a command of this program as it can be pasted into a shell, with quotes where a word needs them."""
    return shlex.join([PROGRAM, *map(str, words)])


def _unknown(ctx: click.Context, typed: str) -> str:
    """Return what is said of an option that a command does not have."""
    said = f"No such option '{typed}'."
    options = _options(ctx.command)
    single = _with_one_dash(ctx, options)
    if single is not None:
        return f"No such option '{single}'. Names of several letters have two dashes: did you mean '-{single}'?"
    reason = NOT_HERE.get((ctx.command.name or "", typed))
    if reason is not None:
        return f"{said} {reason}"
    meant = _meant(typed, options)
    if meant is not None:
        return f"{said} Did you mean '{meant}'?"
    if typed.lstrip("-") in SCENARIO and any(_takes_scenario(ctx, each) for each in ctx.command.params):
        return f"{said} The scenario stands without an option: {command_line(*_without(ctx, typed))}"
    return said


def _meant(typed: str, options: Sequence[str]) -> str | None:
    """Return the option that was meant, or None."""
    name = typed.lstrip("-").replace("_", "-")
    for option, names in CALLED.items():
        if option in options and (name in names or name.lower() in names):
            return option
    if len(name) < 2:
        return None
    longer = [option for option in options if option.startswith(f"--{name}")]
    near = difflib.get_close_matches(f"--{name.lower()}", options, n=1, cutoff=LIKE)
    return longer[0] if len(longer) == 1 else near[0] if near else None


def _options(command: click.Command) -> list[str]:
    """Return the options of a command under their long names."""
    named = [option for each in command.params if isinstance(each, click.Option) for option in each.opts]
    return [option for option in ("--help", *named) if option.startswith("--")]


def _with_one_dash(ctx: click.Context, options: Sequence[str]) -> str | None:
    """Return the first word that is an option but for its second dash: click reads -trials as -t, -r ..."""
    words = (word.partition("=")[0] for word in _words(ctx))
    return next((word for word in words if word[:1] == "-" and word[1:2] != "-" and f"-{word}" in options), None)


def _takes_scenario(ctx: click.Context, parameter: click.Parameter | None) -> bool:
    """Return whether a parameter of the command is the path of a scenario."""
    return isinstance(parameter, click.Argument) and parameter.name in ("scenario", "scenarios", "before")


def _words(ctx: click.Context) -> tuple[str, ...]:
    return tuple(ctx.meta.get(WORDS, ()))


def _without(ctx: click.Context, option: str) -> list[str]:
    """Return the words of the command line without an option, whose value stays."""
    kept = []
    for word in _words(ctx):
        name, equals, value = word.partition("=")
        if name != option:
            kept.append(word)
        elif equals:
            kept.append(value)
    return kept


def _missing(ctx: click.Context) -> str:
    words = [word for word in (ctx.info_name or "run").split() if word != PROGRAM]
    return (
        f"The scenario is missing. Give the path of its file, as in: {command_line(*words, 'my.toml')}\n"
        f"If you have none yet, this writes one to start from: {command_line('new', 'my.toml')}"
    )


def _too_many(ctx: click.Context, message: str) -> str:
    """Return what is said of words too many: a path with spaces, two scenarios, or simply too many."""
    words = message.removesuffix(")").partition("(")[2]
    told = f"it is not clear what {words!r} is to do here"
    path = _path_in_pieces(ctx)
    if path is not None:
        return f"A path with spaces stands in quotes: did you mean {shlex.quote(path)}?"
    single = _with_one_dash(ctx, _options(ctx.command))
    if single is not None:
        return f"No such option '{single}'. Names of several letters have two dashes: did you mean '-{single}'?"
    setting = _setting_in_pieces(ctx)
    if setting is not None:
        return f"A setting is one word with = in it and no blanks around: did you mean {setting}?"
    if ctx.info_name == "quick":
        example = command_line("quick", "--cases", "60000", "--current-cost", "1.20")
        return f"Each number needs its option, as in {example}; {told}."
    if ctx.info_name == "run":
        return (
            f"A run has one scenario, and {told}. `simulate compare A.toml B.toml` sets two scenarios side by "
            "side, and `simulate sweep A.toml B.toml` puts several into one table."
        )
    return f"There are too many words: {told}."


def _setting_in_pieces(ctx: click.Context) -> str | None:
    """Return the option that was meant by --set KEY VALUE or --set KEY = VALUE, or None."""
    words = _words(ctx)
    for place, word in enumerate(words[:-2]):
        if word == "--set":
            key, *rest = [part for part in words[place + 1 : place + 4] if part != "="]
            if rest and "=" not in key.strip("=") and not rest[0].startswith("-"):
                name, value = key.strip("="), rest[0].lstrip("=")
                return f"--set {shlex.quote(f'{name}={value}')}"
    return None


def _path_in_pieces(ctx: click.Context) -> str | None:
    """Return the file that neighbouring words name together, if there is one."""
    words = _words(ctx)
    for start in range(len(words)):
        for end in range(start + 2, min(start + 8, len(words)) + 1):
            path = " ".join(words[start:end])
            if len(path) < 1_000 and Path(path).is_file():
                return path
    return None
