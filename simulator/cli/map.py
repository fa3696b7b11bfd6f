"""`simulate map`: the maps of logs that are shipped, and a map of your own to start from."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli.common.output import print_text
from simulator.errors import OutputError, reason


@click.group("map")
def map() -> None:
    """Show the maps of logs that are shipped, or write one of your own for `simulate log`."""


@map.command("list")
def list_maps() -> None:
    """List the systems for which a map is shipped."""
    from simulator.audit.log.shipped_maps import shipped_map, shipped_names

    width = max(len(name) for name in shipped_names())
    rows = [f"{name:<{width}}  {shipped_map(name)['as_of']}  {shipped_map(name)['title']}" for name in shipped_names()]
    print_text(
        "\n".join(
            [
                *rows,
                "",
                "The date says when the names of its columns were looked up. `simulate map show NAME` prints one.\n",
            ]
        )
    )


@map.command("show")
@click.argument("name")
def show(name: str) -> None:
    """Print the map of system NAME: each column of the record as an expression over the export's columns."""
    from simulator.audit.log.shipped_maps import shipped_text

    print_text(shipped_text(_known(name)))


@map.command("new")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--system", required=True, help="System whose map it starts from, as `simulate map list` names it.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
def new(path: Path, system: str, *, force: bool) -> None:
    """Write a map of your own to FILE: the shipped one of a system, to change where your export differs."""
    from simulator.audit.log.own_map import own_map

    text = own_map(_known(system))
    if path.exists() and not force:
        raise OutputError(f"cannot write {path}: there is a file of that name; choose another name or use --force")
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot write {path}: {reason(error)}") from error
    print_text(f"{path} written: say in it which files to read; then `simulate log {path} --check`\n")


def _known(name: str) -> str:
    from simulator.audit.log.shipped_maps import shipped_names
    from simulator.scenario.meant.near_names import suggest

    if name not in shipped_names():
        raise click.BadParameter(f"there is no map {name[:60]!r}; {suggest(name, shipped_names(), 'there are')}")
    return name
