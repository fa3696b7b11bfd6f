"""`simulate completion`: the script by which a shell completes commands, options, scenarios and names."""

from __future__ import annotations

import click

from simulator.cli.common.output import PROGRAM, print_text

VARIABLE = f"_{PROGRAM.upper()}_COMPLETE"
PLACES = {
    "bash": "echo 'eval \"$(simulate completion bash)\"' >> ~/.bashrc",
    "zsh": "echo 'eval \"$(simulate completion zsh)\"' >> ~/.zshrc",
    "fish": "simulate completion fish > ~/.config/fish/completions/simulate.fish",
}
"""How each shell is told for good."""


@click.command("completion", epilog="\b\nFor good:\n" + "\n".join(f"  {place}" for place in PLACES.values()))
@click.argument("shell", metavar="SHELL", type=click.Choice(list(PLACES)))
def completion(shell: str) -> None:
    """Print the completion script of a SHELL: bash, zsh or fish.

    It completes commands, options, scenarios (*.toml), contracts and keys of the scenario given, and templates.
    """
    from click.shell_completion import get_completion_class

    from simulator.cli import cli

    kind = get_completion_class(shell)
    assert kind is not None  # click has the three that the choice offers
    print_text(f"{kind(cli, {}, PROGRAM, VARIABLE).source()}\n")
