"""How a scenario spells a number: a figure, or what is known of one, with where it comes from beside it."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from simulator.quantities.distributions import (
    NONNEGATIVE,
    POSITIVE,
    SHARE,
    SOURCE_KINDS,
    Beta,
    Choices,
    Domain,
    Fixed,
    Law,
    LogNormal,
    Normal,
    Quantity,
    Source,
)
from simulator.quantities.percentiles import MedianInterval, TwoPercentiles, mode_between

SPELLINGS: Final[Mapping[frozenset[str], str]] = MappingProxyType(
    {
        frozenset({"value"}): "value",
        frozenset({"low", "mode", "high"}): "pert",
        frozenset({"mean", "sd"}): "mean_sd",
        frozenset({"choices"}): "choices",
        frozenset({"choices", "weights"}): "choices",
        frozenset({"successes", "trials"}): "evidence",
    }
)
"""Keys that spell a number together, and how they are read; percentiles are told by their form."""
PERCENTILE: Final = r"p(?!0*(?:\.0*)?$)\d{1,2}(?:\.\d{1,3})?"
"""How the key of a percentile is written: p5, p10, p50, or "p2.5" in quotes, which TOML needs around a point."""
_PERCENTILE: Final = re.compile(PERCENTILE, re.ASCII)
_MEDIAN: Final = 50.0
_SOURCE_KEYS: Final = frozenset({"kind", "source", "as_of", "owner"})
_AS_OF: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
QUANTITY_KEYS: Final = frozenset().union(*SPELLINGS) | _SOURCE_KEYS | {"p5", "p10", "p50", "p90", "p95"}
"""Keys that may stand in the table of a number, of percentiles those that are common."""
KEY_MEANINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "value": "the number itself, with its source beside it",
        "p5": "undershot in 5 of 100 futures; any two percentiles may be given, as p10 and p90",
        "p10": "undershot in 10 of 100 futures",
        "p50": "as likely undershot as exceeded; may stand between two percentiles",
        "p90": "exceeded in 10 of 100 futures",
        "p95": "exceeded in 5 of 100 futures",
        "low": "least it can be",
        "mode": "most likely value, between low and high or between two percentiles",
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
        "owner": "the person or team who answers for the number and signs for it",
    }
)
"""What each key of the table of a number means."""


def meaning_of(key: str) -> str:
    """Return what a key of the table of a number means; nothing for another key."""
    percent = percent_of(key)
    return KEY_MEANINGS.get(key) or (f"undershot in {percent:g} of 100 futures" if percent else "")


SPELLINGS_HELP: Final = (
    "write a number, or { p5, p95 } or two other percentiles such as { p10, p90 }, with mode or p50 between them if it "
    "is known, { low, mode, high }, { mean, sd }, { choices, weights } or { successes, trials }; value, kind, source, "
    "as_of and owner may stand beside it"
)


def is_quantity_key(key: Any) -> bool:
    """Return whether a key may stand in the table of a number."""
    return key in QUANTITY_KEYS or percent_of(key) is not None


def percent_of(key: Any) -> float | None:
    """Return which percentile a key names, above 0 and below 100, or None."""
    return float(key[1:]) if isinstance(key, str) and _PERCENTILE.fullmatch(key) else None


def parse_quantity(raw: Any, domain: Domain) -> Quantity:
    """Turn what a scenario wrote into a quantity.

    Raises:
        ValueError: naming the value, what is allowed, and how to write it.
    """
    if isinstance(raw, Quantity):
        return raw
    if isinstance(raw, dict):
        rest = {key: raw[key] for key in raw if key not in _SOURCE_KEYS}
        spelling = "percentiles" if any(map(percent_of, rest)) else SPELLINGS.get(frozenset(rest))
        if spelling is None:
            raise ValueError(_unreadable(rest))
        source = _parse_source({key: raw[key] for key in raw if key in _SOURCE_KEYS}, spelling == "evidence")
        return Quantity(_PARSERS[spelling](rest, domain), domain, source)
    return Quantity(Fixed(_number(raw, "", domain)), domain)


def _listed(keys: Iterable[Any]) -> str:
    return ", ".join(map(str, keys))


_MEANT: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("min", "minimum", "least", "lowest", "optimistic"), "low"),
        **dict.fromkeys(("max", "maximum", "most", "highest", "pessimistic"), "high"),
        **dict.fromkeys(("mode_value", "likely", "most_likely", "ml", "best_guess"), "mode"),
        **dict.fromkeys(("average", "avg", "expected", "mu"), "mean"),
        **dict.fromkeys(("std", "stdev", "stddev", "std_dev", "sigma"), "sd"),
        **dict.fromkeys(("median", "mid"), "p50"),
    }
)
"""What people call the keys of the table of a number."""


def _unreadable(keys: Iterable[Any]) -> str:
    """Return that keys spell no number together, and what was probably meant: other words, or capitals."""
    written = list(map(str, keys))
    meant = [_meant(key) for key in written]
    percents = [key for key in meant if percent_of(key)]
    if any(re.fullmatch(r"p0+|p100", key.lower()) for key in written):
        help_text = "no percentile is 0 or 100; the least and the most stand in { low, mode, high }"
    elif set(meant) < {"low", "mode", "high"} and meant:
        help_text = "did you mean { low, mode, high }, or { p5, p95 }?"
    elif meant != written and (
        frozenset(meant) in SPELLINGS or (len(percents) > 1 and {*meant} <= {*percents, "mode"})
    ):
        help_text = f"did you mean {{ {_listed(meant)} }}?"
    else:
        help_text = SPELLINGS_HELP
    return f"cannot read {{ {_listed(written)} }} as a number; {help_text}"


def _meant(key: str) -> str:
    low = key.lower().replace("-", "_").replace(" ", "_")
    return low if is_quantity_key(low) else _MEANT.get(low, key)


def _parse_source(raw: dict[str, Any], counted: bool) -> Source:
    """Return the source beside a number; without a kind, counted evidence is measured, anything else judged."""
    kind = raw.get("kind", "measured" if counted else "judgement" if raw else "default")
    if kind not in SOURCE_KINDS:
        raise ValueError(f"kind must be one of {', '.join(SOURCE_KINDS)}, not {shown(kind)}")
    source, as_of, owner = raw.get("source", ""), raw.get("as_of", ""), raw.get("owner", "")
    for key, text in (("source", source), ("owner", owner)):
        if not isinstance(text, str):
            raise ValueError(f"{key} must be text in quotes, not {shown(text)}")
    return Source(kind=kind, source=source, as_of=check_as_of(as_of, "as_of "), owner=owner)


def check_as_of(as_of: Any, label: str = "") -> str:
    """Return the date of a source: a year, a month or a day, or nothing.

    Raises:
        ValueError: if it is anything else.
    """
    if as_of == "" or (isinstance(as_of, str) and _AS_OF.fullmatch(as_of)):
        return str(as_of)
    said = shown(as_of) if isinstance(as_of, str) else str(as_of)[:60]
    raise ValueError(f'{label}must be written as "2026", "2026-09" or "2026-09-30", not {said}')


def _number(raw: Any, name: str, domain: Domain | None = None) -> float:
    """Return a finite float, inside the domain where one is given."""
    label = f"{name} " if name else ""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise ValueError(f"{label}must be a number, not {shown(raw)}")
    try:
        value = float(raw)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise ValueError(f"{label}must be a finite number, not {shown(raw)}")
    problem = domain.problem(value) if domain else None
    if problem:
        raise ValueError(f"{label}{problem}")
    return value


def shown(raw: Any) -> str:
    """Return a value that was written as messages quote it, cut to a readable length."""
    text = repr(raw)
    return text if len(text) <= 60 else text[:57] + "..."


def _parse_percentiles(raw: dict[str, Any], domain: Domain) -> Law:
    """Return the law of two percentiles, or of two with the median or the mode between them."""
    named = sorted((percent, key) for key in raw if (percent := percent_of(key)) is not None)
    others = [key for key in raw if percent_of(key) is None]
    _check_percentiles(raw, named, others)
    values = [_number(raw[key], key, domain) for _, key in named]
    _check_order(list(zip((key for _, key in named), values, strict=True)), domain)
    (first, _), (last, _) = named[0], named[-1]
    if others:
        return _with_mode(_number(raw["mode"], "mode", domain), values, named, domain)
    if len(values) == 3:
        return MedianInterval(values[0], values[1], values[2], domain.scale, first, last)
    return TwoPercentiles(values[0], values[1], domain.scale, first, last)


def _check_percentiles(raw: dict[str, Any], named: list[tuple[float, str]], others: list[str]) -> None:
    """Raise ValueError unless there are two percentiles, or two with the median or the mode between them."""
    keys, percents = [key for _, key in named], [percent for percent, _ in named]
    inner = next((key for key in keys if isinstance(raw[key], dict)), None)
    if inner is not None:
        raise ValueError(f"{inner} must be a number, not a table; a percentile with a point stands in quotes, as "
                         '"p2.5"')  # fmt: skip
    if len(set(percents)) < len(percents):
        raise ValueError(f"{_listed(keys)}: one percentile stands twice")
    if others not in ([], ["mode"]) or len(keys) + len(others) > 3:
        raise ValueError(_unreadable(raw))
    if len(keys) < 2:
        one, mirrored = keys[0], f"p{100 - percents[0]:g}"
        pair = (
            f"{one}, {mirrored}"
            if percents[0] < _MEDIAN
            else f"{mirrored}, {one}"
            if percents[0] > _MEDIAN
            else "p10, p90"
        )
        raise ValueError(f"{one} needs a second percentile beside it, as in {{ {pair} }}, or another")
    if len(keys) == 3 and percents[1] != _MEDIAN:
        raise ValueError(f"of three percentiles the middle one must be p50, not {keys[1]}; give two, or p50 between "
                         f"{keys[0]} and {keys[2]}")  # fmt: skip


def _check_order(named: list[tuple[str, float]], domain: Domain) -> None:
    """Raise ValueError unless the values of percentiles rise, and lie where the scale of the domain is finite."""
    for (key, value), (next_key, next_value) in itertools.pairwise(named):
        if not value < next_value:
            raise ValueError(f"{key} ({value:g}) must be below {next_key} ({next_value:g}); swap them, or write one "
                             "number if it is known")  # fmt: skip
    (low, least), (high, most) = named[0], named[-1]
    if domain.scale == "log" and least <= 0:
        raise ValueError(f"{low} must be above 0 for an interval on the log scale, not {least:g}; use "
                         "{ low, mode, high }")  # fmt: skip
    if domain.scale == "logit" and (least <= 0 or most >= 1):
        raise ValueError(f"{low} and {high} of a share must lie strictly between 0 and 1, not {least:g} and {most:g}")


def _with_mode(mode: float, values: list[float], named: list[tuple[float, str]], domain: Domain) -> Law:
    (first, low), (last, high) = named
    if not values[0] < mode < values[1]:
        raise ValueError(f"mode ({mode:g}) must lie between {low} ({values[0]:g}) and {high} ({values[1]:g})")
    law = mode_between(values[0], mode, values[1], (first, last), domain.scale)
    if min(law.exponents) < 1:
        far, value = (low, values[0]) if law.exponents[0] < 1 else (high, values[1])
        end = f"{max(domain.low, 0):g}" if far == low else "1"
        raise ValueError(f"{far} ({value:g}) lies so near {end} that values there would be more likely than the mode "
                         f"({mode:g}); leave out the mode, or give p50 in its place")  # fmt: skip
    return law


def _parse_pert(raw: dict[str, Any], domain: Domain) -> Law:
    low, mode, high = (_number(raw[key], key, domain) for key in ("low", "mode", "high"))
    if not low <= mode <= high or low == high:
        raise ValueError(f"low, mode and high must be in this order and differ, not {low:g}, {mode:g}, {high:g}")
    return Beta(1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low), low, high)


def _parse_mean_sd(raw: dict[str, Any], domain: Domain) -> Law:
    mean, sd = _number(raw["mean"], "mean", domain), _number(raw["sd"], "sd", NONNEGATIVE)
    if sd == 0:
        return Fixed(mean)
    if domain.scale == "log above 1":
        raise ValueError("{ mean, sd } may fall to 1; write { p5, p95 } or { low, mode, high }, which stay above it")
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
    "percentiles": _parse_percentiles,
    "pert": _parse_pert,
    "mean_sd": _parse_mean_sd,
    "choices": _parse_choices,
    "evidence": _parse_evidence,
}
