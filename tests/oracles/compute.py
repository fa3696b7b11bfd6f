"""Write exact.json and the table of docs/oracles.md anew: `python -m tests.oracles.compute`. About 30 seconds.

Figures that were given from elsewhere (`origin = "given"`) are kept as they are, and are compared with ours in
`test_exact_laws.py`; what was not given of them (capped moments, spread of the tails, further quantiles) is added.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from tests.oracles.checks import FIGURES, Exact, exact_figures
from tests.oracles.exact_laws import LAWS
from tests.oracles.running import FOLDER
from tests.statistics import LIMIT

PAGE: Final = Path(__file__).parents[2] / "docs" / "oracles.md"
START, END = "<!-- table -->\n", "<!-- end -->"
HEAD: Final = ("scenario", "law", "mean", "sd", "P90", "P99", "dearest 5 %", "error seen", "how computed")
NINE_IN_TEN: Final = 1.2816
"""Score of the standard normal law that 9 of 10 draws stay under."""


def computed(name: str) -> dict[str, Any]:
    """Return the figures of one oracle's law, as they stand in the file."""
    return LAWS[name]().figures()


def merged(old: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with new figures; given ones stay."""
    if old["origin"] != "given":
        return {**old, **found}
    tails = {level: {**tail, "mean": old["tails"].get(level, tail)["mean"]} for level, tail in found["tails"].items()}
    return {**old, "quantiles": {**found["quantiles"], **old["quantiles"]}, "tails": tails, "capped": found["capped"]}


def table() -> str:
    """Return the table of the page."""
    entries = json.loads(FIGURES.read_text())["cases"]
    rows = [HEAD, ("---",) * len(HEAD), *(_row(exact_figures()[each["name"]], each["how"]) for each in entries)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def law_in_words(name: str) -> str:
    """Return the first line of a scenario file."""
    return (FOLDER / f"{name}.toml").read_text().split("\n", 1)[0].removeprefix("# ")


def _row(exact: Exact, how: str) -> tuple[str, ...]:
    seen = (LIMIT + NINE_IN_TEN) * exact.sd / exact.mean / 1_000
    amounts = [exact.mean, exact.sd]
    known = [exact.quantiles[0.9][0], exact.quantiles[0.99][0], exact.tails[0.95][0]] if exact.quantiles else []
    figures = [f"{amount:,.2f}" for amount in [*amounts, *known]] + [""] * (3 - len(known))
    return f"`{exact.name}`", law_in_words(exact.name), *figures, f"{seen:.2%}", how


def main() -> None:
    """Compute every law again and write the file and the page."""
    content = json.loads(FIGURES.read_text())
    content["cases"] = [
        merged(each, computed(each["name"])) if each["name"] in LAWS else each for each in content["cases"]
    ]
    FIGURES.write_text(json.dumps(content, indent=1) + "\n")
    before, rest = PAGE.read_text().split(START)
    PAGE.write_text(before + START + table() + END + rest.split(END)[1])


if __name__ == "__main__":
    main()
