"""What to watch after signing, in words, as a table of the page, and as a file that programs read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from simulator.decisions.observed import SHARES
from simulator.decisions.tripwires import Tripwire, tripwires
from simulator.forecast.forecast import Forecast
from simulator.report.blocks.contract import titles
from simulator.report.charts.base import ChartTable
from simulator.report.words.figures import count, percents
from simulator.report.words.natural_words import amounts
from simulator.report.words.observed_words import how_counted, observed_name
from simulator.report.words.sentences import as_subject, capital, in_sentence
from simulator.scenario.stated.compiled_terms import compile_terms

SHOWN: Final = 15
VERSION: Final = 1
_DIGITS: Final = 12
_HEAD: Final = (
    "# What to watch after signing: counts at which another contract would have cost as much on average.",
    '# The contract stays cheaper while the count is on the side that "comparison" says: above or below the threshold.',
    "# low and high are the 95 % interval of the threshold, from the number of futures alone; left out where unknown.",
)


@dataclass(frozen=True, slots=True)
class Watched:
    """The tripwires of a run, with what contracts and definitions are called."""

    wires: tuple[Tripwire, ...]
    scenario: str
    seed: int
    futures: int
    contracts: Mapping[str, str]
    definitions: Mapping[str, str]

    def what(self, wire: Tripwire) -> str:
        """Return what is counted."""
        return observed_name(wire.kind, wire.meter, self.definitions)


def watched(forecast: Forecast) -> Watched:
    """Return what to watch after signing the recommended contract."""
    definitions = {name: each.title for name, each in compile_terms(forecast.scenario).definitions.items()}
    return Watched(
        tripwires(forecast),
        forecast.scenario.title,
        forecast.scenario.seed,
        forecast.results.trials,
        titles(forecast),
        definitions,
    )


def sentence(wire: Tripwire, of: Watched) -> str:
    """Return a tripwire as a sentence."""
    threshold, expected = _figures(wire, [wire.threshold, wire.expected])
    subject = f"the {of.what(wire)} is" if wire.kind in SHARES else f"{of.what(wire)} are"
    return (
        f"{capital(as_subject(of.contracts[wire.contract]))} stays cheaper than "
        f"{in_sentence(of.contracts[wire.against])} while {subject} {_side(wire)} {threshold} "
        f"({expected} expected)."
    )


def what_to_do(wire: Tripwire, of: Watched) -> str:
    """Return what to do once a count has crossed its threshold."""
    return (
        f"Ask for a lower price, or for {in_sentence(of.contracts[wire.against])} at the next date on which you may "
        "change, because it would have cost less on average."
    )


def table_of(of: Watched) -> ChartTable | None:
    """Return the tripwires as a table; None where there are none."""
    if not of.wires:
        return None
    return ChartTable(
        ("stays cheaper than", "while", "is", "95 % interval", "expected", "futures beyond it"),
        tuple(_row(wire, of) for wire in of.wires[:SHOWN]),
    )


def _row(wire: Tripwire, of: Watched) -> tuple[str, ...]:
    known = wire.low is not None and wire.high is not None
    ends = [wire.low, wire.high] if known else []
    threshold, expected, *interval = _figures(wire, [wire.threshold, wire.expected, *(each or 0.0 for each in ends)])
    return (
        of.contracts[wire.against],
        of.what(wire),
        f"{_side(wire)} {threshold}",
        " to ".join(interval) or "not told: some of the futures alone cross elsewhere or not at all",
        expected,
        percents([wire.beyond], against=[0, 1])[0],
    )


def _side(wire: Tripwire) -> str:
    return "above" if wire.above else "below"


def _figures(wire: Tripwire, values: Sequence[float]) -> list[str]:
    """Return counts as text, shares with a digit after the point."""
    if wire.kind in SHARES:
        return [f"{100 * value:.1f} %" for value in values]
    return [count(value) if abs(value) >= 1e6 else text for value, text in zip(values, amounts(values), strict=True)]


def as_toml(of: Watched) -> str:
    """Return the tripwires as a file: the same run gives the same text, and nothing that a user wrote ends a string."""
    lines = [*_HEAD, f"version = {VERSION}", f"scenario = {_string(of.scenario)}"]
    lines += [f"seed = {of.seed}", f"futures = {of.futures}"]
    for wire in of.wires:
        lines += ["", "[[tripwires]]", *(f"{key} = {value}" for key, value in _entry(wire, of).items())]
    if not of.wires:
        lines.append("tripwires = []")
    return "\n".join(lines) + "\n"


def _entry(wire: Tripwire, of: Watched) -> dict[str, str]:
    texts = {
        "quantity": f"{wire.kind}:{wire.meter}",
        "what": of.what(wire),
        "counted": how_counted(wire.kind, wire.meter, of.definitions),
        "comparison": _side(wire),
    }
    numbers = {"threshold": wire.threshold, "low": wire.low, "high": wire.high, "expected": wire.expected,
               "futures_beyond": wire.beyond}  # fmt: skip
    names = {
        "contract": wire.contract,
        "contract_title": of.contracts[wire.contract],
        "against": wire.against,
        "against_title": of.contracts[wire.against],
        "sentence": sentence(wire, of),
        "what_to_do": what_to_do(wire, of),
    }
    return {
        **{key: _string(text) for key, text in texts.items()},
        **{key: repr(float(f"{value:.{_DIGITS}g}")) for key, value in numbers.items() if value is not None},
        **{key: _string(text) for key, text in names.items()},
    }


def _string(text: str) -> str:
    """Return a basic string of TOML: JSON's escapes are among TOML's, and DEL is a control character there."""
    return json.dumps(text.encode("utf-8", "backslashreplace").decode(), ensure_ascii=False).replace("\x7f", "\\u007f")
