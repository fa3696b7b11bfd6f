"""`simulate schema`: the JSON Schema with which an editor completes and checks a scenario."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli.common.output import write_whole


@click.command("schema")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File to write, replaced if it exists.  [default: stdout]"
)
def schema(output: Path | None) -> None:
    """Print the JSON Schema of a scenario, for editors that know TOML (Even Better TOML, Taplo).

    \b
      simulate schema -o scenario.schema.json
    and as the first line of a scenario beside it:
      #:schema ./scenario.schema.json
    """
    from simulator.scenario.explained.json_schema import schema_text

    if output is None:
        click.echo(schema_text(), nl=False)
        return
    write_whole(output, schema_text())
    click.echo(f"{output} written; the first line of a scenario names it: #:schema ./{output.name}")
