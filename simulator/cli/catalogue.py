"""`simulate catalogue`: what vendors publish of their prices, with the source of every number."""

from __future__ import annotations

import json

import click

from simulator.cli.common.output import print_text


class Entries(click.Group):
    """A first argument that is no command is an entry to show."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `show` before anything that is neither a command nor an option; without a word entries are listed."""
        if args[:1] == ["list"]:
            args = args[1:]
        elif args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group("catalogue", cls=Entries, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print the entries as JSON.")
@click.pass_context
def catalogue(context: click.Context, as_json: bool) -> None:
    """List the prices that vendors publish, from which a contract of a scenario can start.

    Every number has its source, its date and how sure it is. What was not published is listed, and not filled in.

    \b
      simulate catalogue
      simulate catalogue intercom-fin
    """
    if context.invoked_subcommand is not None:
        return
    from simulator.contracts.catalogue import offers
    from simulator.report.catalogue import as_data, listing

    if as_json:
        print_text(json.dumps([as_data(each) for each in offers().values()], indent=2, ensure_ascii=False) + "\n")
    else:
        print_text(listing())


@catalogue.command("show")
@click.argument("name", metavar="ENTRY")
@click.option("--json", "as_json", is_flag=True, help="Print the entry as JSON.")
def show(name: str, as_json: bool) -> None:
    """Show one entry: terms, definition in words and SQL, who can count it, sources, what to ask."""
    from simulator.contracts.catalogue import PREFIX, offer
    from simulator.report.catalogue import as_data, entry

    found = offer(name.removeprefix(PREFIX))
    print_text(json.dumps(as_data(found), indent=2, ensure_ascii=False) + "\n" if as_json else entry(found))
