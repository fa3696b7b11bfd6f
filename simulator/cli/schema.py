"""`simulate schema`: the JSON Schema with which an editor checks a scenario, and that of `summary.json`."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli.common.output import write_whole


@click.command("schema")
@click.option(
    "--of",
    type=click.Choice(["scenario", "summary"]),
    default="scenario",
    show_default=True,
    help="Whose schema: of the scenario that you write, or of the summary.json that a run writes.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File to write, replaced if it exists.  [default: stdout]"
)
def schema(of: str, output: Path | None) -> None:
    """Print the JSON Schema with which editors complete and check a scenario (Even Better TOML, Taplo).

    \b
      simulate schema -o scenario.schema.json
    The first line of a scenario beside it then is:
      #:schema ./scenario.schema.json

    With --of summary it is the schema of summary.json, for programs that read results.
    """
    text = _text_of_summary() if of == "summary" else _text_of_scenario()
    if output is None:
        click.echo(text, nl=False)
        return
    write_whole(output, text)
    told = "" if of == "summary" else f"; the first line of a scenario names it: #:schema ./{output.name}"
    click.echo(f"{output} written{told}")


def _text_of_scenario() -> str:
    from simulator.scenario.explained.json_schema import schema_text

    return schema_text()


def _text_of_summary() -> str:
    from simulator.report.summary.summary_schema import summary_schema_text

    return summary_schema_text()
