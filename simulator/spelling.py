"""How a scenario spells a number: a figure, or what is known of one, with where it comes from beside it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from simulator.distributions import (
    NONNEGATIVE,
    POSITIVE,
    SHARE,
    SOURCE_KINDS,
    Beta,
    Choices,
    Domain,
    Fixed,
    Interval,
    Law,
    LogNormal,
    Normal,
    Quantity,
    Source,
)

SPELLINGS: Final[Mapping[frozenset[str], str]] = MappingProxyType(
    {
        frozenset({"value"}): "value",
        frozenset({"p5", "p95"}): "interval",
        frozenset({"low", "mode", "high"}): "pert",
        frozenset({"mean", "sd"}): "mean_sd",
        frozenset({"choices"}): "choices",
        frozenset({"choices", "weights"}): "choices",
        frozenset({"successes", "trials"}): "evidence",
    }
)
"""Keys that spell a number together, and how they are read."""
_SOURCE_KEYS: Final = frozenset({"kind", "source", "as_of"})
_AS_OF: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
QUANTITY_KEYS: Final = frozenset().union(*SPELLINGS) | _SOURCE_KEYS
"""Keys that may stand in the table of a number."""
KEY_MEANINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "value": "the number itself, with its source beside it",
        "p5": "undershot in 5 of 100 futures",
        "p95": "exceeded in 5 of 100 futures",
        "low": "least it can be",
        "mode": "most likely value",
        "high": "most it can be",
        "mean": "mean of what it may be",
        "sd": "standard deviation of what it may be",
        "choices": "values it may have",
        "weights": "weights of the choices; equal without them",
        "successes": "how many of the trials were counted as such",
        "trials": "how many were looked at",
        "kind": f"what stands behind the number: {', '.join(SOURCE_KINDS)}",
        "source": "who measured, quoted or published it",
        "as_of": "date of the source, as 2026-09",
    }
)
"""What each key of the table of a number means."""
SPELLINGS_HELP: Final = (
    "write a number, or { p5, p95 }, { low, mode, high }, { mean, sd }, { choices, weights } or "
    "{ successes, trials }; value, kind, source and as_of may stand beside it"
)


def parse_quantity(raw: Any, domain: Domain) -> Quantity:
    """Turn what a scenario wrote into a quantity.

    Raises:
        ValueError: naming the value, what is allowed, and how to write it.
    """
    if isinstance(raw, Quantity):
        return raw
    if isinstance(raw, dict):
        rest = {key: raw[key] for key in raw if key not in _SOURCE_KEYS}
        spelling = SPELLINGS.get(frozenset(rest))
        if spelling is None:
            raise ValueError(f"cannot read {{ {', '.join(map(str, rest))} }} as a number; {SPELLINGS_HELP}")
        source = _parse_source({key: raw[key] for key in raw if key in _SOURCE_KEYS}, spelling == "evidence")
        return Quantity(_PARSERS[spelling](rest, domain), domain, source)
    return Quantity(Fixed(_number(raw, "", domain)), domain)


def _parse_source(raw: dict[str, Any], counted: bool) -> Source:
    """Return the source beside a number; without a kind, counted evidence is measured, anything else judged."""
    kind = raw.get("kind", "measured" if counted else "judgement" if raw else "default")
    if kind not in SOURCE_KINDS:
        raise ValueError(f"kind must be one of {', '.join(SOURCE_KINDS)}, not {_shown(kind)}")
    source, as_of = raw.get("source", ""), raw.get("as_of", "")
    if not isinstance(source, str):
        raise ValueError(f"source must be text in quotes, not {_shown(source)}")
    return Source(kind=kind, source=source, as_of=check_as_of(as_of, "as_of "))


def check_as_of(as_of: Any, label: str = "") -> str:
    """Return the date of a source: a year, a month or a day, or nothing.

    Raises:
        ValueError: if it is anything else.
    """
    if as_of == "" or (isinstance(as_of, str) and _AS_OF.fullmatch(as_of)):
        return str(as_of)
    shown = _shown(as_of) if isinstance(as_of, str) else str(as_of)[:60]
    raise ValueError(f'{label}must be written as "2026", "2026-09" or "2026-09-30", not {shown}')


def _number(raw: Any, name: str, domain: Domain | None = None) -> float:
    """Return a finite float, inside the domain where one is given."""
    label = f"{name} " if name else ""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise ValueError(f"{label}must be a number, not {_shown(raw)}")
    try:
        value = float(raw)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise ValueError(f"{label}must be a finite number, not {_shown(raw)}")
    problem = domain.problem(value) if domain else None
    if problem:
        raise ValueError(f"{label}{problem}")
    return value


def _shown(raw: Any) -> str:
    text = repr(raw)
    return text if len(text) <= 60 else text[:57] + "..."


def _parse_interval(raw: dict[str, Any], domain: Domain) -> Law:
    p5, p95 = _number(raw["p5"], "p5", domain), _number(raw["p95"], "p95", domain)
    if not p5 < p95:
        raise ValueError(f"p5 ({p5:g}) must be below p95 ({p95:g}); swap them, or write one number if it is known")
    if domain.scale == "log" and p5 <= 0:
        raise ValueError(f"p5 must be above 0 for an interval on the log scale, not {p5:g}; use {{ low, mode, high }}")
    if domain.scale == "logit" and (p5 <= 0 or p95 >= 1):
        raise ValueError(f"p5 and p95 of a share must lie strictly between 0 and 1, not {p5:g} and {p95:g}")
    return Interval(p5, p95, domain.scale)


def _parse_pert(raw: dict[str, Any], domain: Domain) -> Law:
    low, mode, high = (_number(raw[key], key, domain) for key in ("low", "mode", "high"))
    if not low <= mode <= high or low == high:
        raise ValueError(f"low, mode and high must be in this order and differ, not {low:g}, {mode:g}, {high:g}")
    return Beta(1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low), low, high)


def _parse_mean_sd(raw: dict[str, Any], domain: Domain) -> Law:
    mean, sd = _number(raw["mean"], "mean", domain), _number(raw["sd"], "sd", NONNEGATIVE)
    if sd == 0:
        return Fixed(mean)
    if domain.scale == "logit":
        if not 0 < mean < 1 or sd**2 >= mean * (1 - mean):
            most = math.sqrt(max(mean * (1 - mean), 0))
            raise ValueError(f"no share has mean {mean:g} and sd {sd:g}: the sd must be below {most:.3g}")
        size = mean * (1 - mean) / sd**2 - 1
        return Beta(mean * size, (1 - mean) * size)
    if domain.scale == "log":
        if mean <= 0:
            raise ValueError(f"mean must be above 0, not {mean:g}")
        return LogNormal(mean, sd)
    return Normal(mean, sd)


def _parse_choices(raw: dict[str, Any], domain: Domain) -> Law:
    choices = raw["choices"]
    weights = raw.get("weights", [1] * len(choices) if isinstance(choices, list) else [])
    if not isinstance(choices, list) or not isinstance(weights, list) or not choices or len(choices) != len(weights):
        raise ValueError("choices and weights must be lists of the same length, with at least one value")
    values = tuple(_number(value, "choices", domain) for value in choices)
    shares = tuple(_number(weight, "weights", NONNEGATIVE) for weight in weights)
    if sum(shares) <= 0:
        raise ValueError("weights must not all be 0")
    return Choices(values, shares)


def _parse_evidence(raw: dict[str, Any], domain: Domain) -> Law:
    successes, trials = (
        _number(raw["successes"], "successes", NONNEGATIVE),
        _number(raw["trials"], "trials", POSITIVE),
    )
    if domain is not SHARE:
        raise ValueError("{ successes, trials } is evidence for a share; this number is not a share")
    if successes > trials:
        raise ValueError(f"successes ({successes:g}) cannot exceed trials ({trials:g})")
    return Beta(successes + 0.5, trials - successes + 0.5)


_PARSERS: Final[dict[str, Callable[[dict[str, Any], Domain], Law]]] = {
    "value": lambda raw, domain: Fixed(_number(raw["value"], "value", domain)),
    "interval": _parse_interval,
    "pert": _parse_pert,
    "mean_sd": _parse_mean_sd,
    "choices": _parse_choices,
    "evidence": _parse_evidence,
}
