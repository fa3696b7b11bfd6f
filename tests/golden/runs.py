"""Which runs are kept, and what of each: sums of every meter, and every number of the summary.

Volumes are cut and the futures are few, so that all runs take about a minute: what is compared is arithmetic, not
sampling. The engine `sampled` draws fewer cases than a month has, as with as many it is the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from simulator.engine.results import Results
from simulator.engine.run import Run, simulate_all
from simulator.engine.sampling.sampled import sample_of
from simulator.errors import DefinitionError
from simulator.forecast.forecast import forecast
from simulator.report.blocks.summary import summary
from simulator.report.summary.plain import as_json
from simulator.scenario import parse_scenario

ROOT: Final = Path(__file__).parents[2]
TRIALS: Final = 4
SEEDS: Final = {1: "sobol", 20_270_101: "random"}
"""Seeds, and how the futures of each are drawn."""
ENGINES: Final = ("ledger", "expected", "sampled")
SAMPLE: Final = 16
"""Cases of a month that the engine `sampled` draws."""
CURVE_STEP: Final = 100
"""Of the thousand points of the curve every so many are kept."""

METERS: Final = "tests/golden/meters.toml"
UNLIKE: Final = "tests/golden/unlike.toml"
EVERYTHING: Final = ("volume.per_month.mean=60", "volume.per_month.sd=8")
FILES: Final[Mapping[str, tuple[str, ...]]] = {
    "scenarios/broad_cx.toml": ("volume.per_month=40",),
    "scenarios/minimal.toml": ("volume.per_month=40",),
    "scenarios/narrow_actions.toml": ("volume.per_month=40",),
    "scenarios/regulated_bank.toml": ("volume.per_month=40",),
    "scenarios/seasonal_retail.toml": ("volume.per_month=40",),
    "scenarios/three_year_term.toml": ("volume.per_month=25",),
    "scenarios/vendor_shortlist.toml": ("volume.per_month=40",),
    "tests/scenario/every_contract.toml": (),
    "tests/scenario/everything.toml": EVERYTHING,
    "tests/scenario/everything_direct.toml": EVERYTHING,
    "tests/scenario/everything_forecast.toml": (),
    "tests/scenario/everything_settlement.toml": EVERYTHING,
    METERS: ("volume.per_month=40",),
    "tests/oracles/layer_allowance_cap.toml": ("volume.per_month=40",),
}
"""Each scenario, with what makes its run small."""

Numbers = dict[str, float]
"""Numbers by their dotted path."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A run of which the numbers are kept."""

    file: str
    engine: Literal["ledger", "expected", "sampled"]
    seed: int

    @property
    def name(self) -> str:
        """How the run is called in the file."""
        return f"{self.file} {self.engine} {self.seed}"


def runs() -> list[Kept]:
    """Return all runs, in the order of the file."""
    return [Kept(file, engine, seed) for file in FILES for engine in ENGINES for seed in SEEDS]  # type: ignore[arg-type]


def numbers(run: Kept) -> Numbers | None:
    """Return the numbers of a run; None where the engine does not count what the scenario asks."""
    changes = (*FILES[run.file], f"trials={TRIALS}", f"seed={run.seed}", f'sampling="{SEEDS[run.seed]}"')
    scenario = parse_scenario(_text(run.file), run.file, changes)
    try:
        (results,) = simulate_all([Run(scenario, run.engine, sample=SAMPLE)])
    except DefinitionError:
        return None
    sample = {"sample": float(sample_of(scenario))} if run.engine == "sampled" else {}
    return {**sample, **_meters(results), **dict(_leaves("summary", _thinned(as_json(summary(forecast(results))))))}


def _text(file: str) -> str:
    """Return the text of a scenario; that of every meter stands behind intents that are as unlike as can be."""
    own = (ROOT / file).read_text(encoding="utf-8")
    return (ROOT / UNLIKE).read_text(encoding="utf-8") + own if file == METERS else own


def _meters(results: Results) -> Numbers:
    """Return the sum of each meter, and of its squares, which see where amounts change places."""
    found = {}
    for name, meter in sorted(results.meters.items()):
        found[f"meter {name} sum"] = float(meter.sum())
        found[f"meter {name} squares"] = float((meter**2).sum())
    return found


def _thinned(block: dict[str, Any]) -> dict[str, Any]:
    """Return a summary with every so many points of its curve."""
    curve = block["curve"]
    return {**block, "curve": {**curve, "amounts": curve["amounts"][::CURVE_STEP]}}


def _leaves(path: str, value: Any) -> Iterator[tuple[str, float]]:
    """Yield every number of a value with its dotted path."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}", inner)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _leaves(f"{path}.{place}", inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, value
