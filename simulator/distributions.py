"""Numbers a scenario can name: a fixed value or what is known of one that is not known today.

A `Quantity` lives at the trial level: it is drawn once per trial and is the same in all months. Every law is written
as a quantile function of a standard normal score z, so that z = 0 is the stated (median) value, unknowns can be
correlated through their scores, and a change of one law leaves the draws of all others as they were.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Z95: Final = NormalDist().inv_cdf(0.95)
"""1.6449: the standard normal score of P95."""

Scale = Literal["log", "logit", "raw"]
SOURCE_KINDS: Final = ("measured", "contract", "quoted", "published", "judgement", "default")


@dataclass(frozen=True, slots=True)
class Domain:
    """Values a parameter may take, both ends included unless open.

    Attributes:
        scale: the scale on which an interval given by P5 and P95 is normal.
    """

    name: str
    low: float
    high: float
    scale: Scale
    low_open: bool = False

    def problem(self, value: float) -> str | None:
        """Return what is wrong with a value, or None."""
        if math.isnan(value):
            return "must be a number, not nan"
        below = value <= self.low if self.low_open else value < self.low
        if below or value > self.high:
            return f"must be {self.allowed}, not {value:g}"
        return None

    @property
    def allowed(self) -> str:
        """The allowed values in words."""
        if self.name == "share":
            return "a share from 0 to 1"
        least = f"above {self.low:g}" if self.low_open else f"{self.low:g} or more"
        return f"{least} and at most {self.high:g}" if self.low > -self.high else f"from {self.low:g} to {self.high:g}"


SHARE: Final = Domain("share", 0.0, 1.0, "logit")
POSITIVE: Final = Domain("positive", 0.0, 1e12, "log", low_open=True)
NONNEGATIVE: Final = Domain("nonnegative", 0.0, 1e12, "log")
REAL: Final = Domain("real", -1e6, 1e6, "raw")
LOG_ODDS: Final = Domain("log odds", -20.0, 20.0, "raw")
PERSISTENCE: Final = Domain("persistence", -0.999, 0.999, "raw")
SPREAD: Final = Domain("spread", 0.0, 10.0, "log")
GROWTH: Final = Domain("growth", -0.99, 100.0, "raw")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from."""

    kind: str = "default"
    source: str = ""
    as_of: str = ""


class Law(Protocol):
    """What is known of a number, as a quantile function of a standard normal score."""

    @property
    def center(self) -> float:
        """The value at z = 0."""
        ...

    @property
    def fixed(self) -> bool:
        """Whether the number is known."""
        ...

    def at(self, z: Array) -> Array:
        """Return the quantile at Phi(z), same shape as z."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """A number that is known."""

    value: float
    fixed = True

    @property
    def center(self) -> float:
        return self.value

    def at(self, z: Array) -> Array:
        import numpy as np

        return np.full(np.shape(z), self.value)


@dataclass(frozen=True, slots=True)
class Interval:
    """A 90 % interval: normal on the log, logit or raw scale, centred there, sd = half-width / 1.6449."""

    p5: float
    p95: float
    scale: Scale
    fixed = False

    @property
    def center(self) -> float:
        return _from_scale(self.scale, self._middle)

    @property
    def _middle(self) -> float:
        return (_to_scale(self.scale, self.p5) + _to_scale(self.scale, self.p95)) / 2

    @property
    def sd(self) -> float:
        """Standard deviation on the law's scale."""
        return (_to_scale(self.scale, self.p95) - _to_scale(self.scale, self.p5)) / (2 * Z95)

    def at(self, z: Array) -> Array:
        import numpy as np
        from scipy.special import expit

        score = self._middle + self.sd * z
        if self.scale == "log":
            return np.exp(score)
        return np.asarray(expit(score)) if self.scale == "logit" else score


@dataclass(frozen=True, slots=True)
class LogNormal:
    """Lognormal of given arithmetic mean and standard deviation."""

    mean: float
    sd: float
    fixed = False

    @property
    def log_sd(self) -> float:
        """Standard deviation of the logarithm: s^2 = ln(1 + (sd / mean)^2)."""
        return math.sqrt(math.log1p((self.sd / self.mean) ** 2))

    @property
    def center(self) -> float:
        return self.mean * math.exp(-(self.log_sd**2) / 2)

    def at(self, z: Array) -> Array:
        import numpy as np

        return np.asarray(self.center * np.exp(self.log_sd * z))


@dataclass(frozen=True, slots=True)
class Normal:
    """Normal of given mean and standard deviation."""

    mean: float
    sd: float
    fixed = False

    @property
    def center(self) -> float:
        return self.mean

    def at(self, z: Array) -> Array:
        return self.mean + self.sd * z


@dataclass(frozen=True, slots=True)
class Beta:
    """Beta(a, b), stretched to [low, high]: shares, counted evidence, and PERT."""

    a: float
    b: float
    low: float = 0.0
    high: float = 1.0
    fixed = False

    @property
    def center(self) -> float:
        import numpy as np

        return float(self.at(np.zeros(1))[0])

    def at(self, z: Array) -> Array:
        import numpy as np
        from scipy.special import betaincinv, ndtr

        return np.asarray(self.low + (self.high - self.low) * betaincinv(self.a, self.b, ndtr(z)))


@dataclass(frozen=True, slots=True)
class Choices:
    """One of several values with given weights, in the order given: Phi(z) falls in the cumulated weights."""

    choices: tuple[float, ...]
    weights: tuple[float, ...]
    fixed = False

    @property
    def center(self) -> float:
        import numpy as np

        return float(self.at(np.zeros(1))[0])

    def at(self, z: Array) -> Array:
        import numpy as np
        from scipy.special import ndtr

        edges = np.cumsum(self.weights) / sum(self.weights)
        return np.asarray(self.choices)[np.minimum(np.searchsorted(edges, ndtr(z), side="left"), len(edges) - 1)]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a scenario: its law at the trial level, its domain, where it comes from, and its dotted path.

    Attributes:
        name: the path of the number in the scenario, for example "returns.probability.abandoned"; names its stream.
    """

    law: Law
    domain: Domain
    source: Source = field(default_factory=Source)
    name: str = ""

    @property
    def fixed(self) -> bool:
        """Whether the number is known today."""
        return self.law.fixed

    @property
    def center(self) -> float:
        """The value at z = 0, inside the domain."""
        return min(max(self.law.center, self.domain.low), self.domain.high)

    def at(self, z: Array) -> Array:
        """Return the values at standard normal scores z, same shape, clipped to the domain."""
        import numpy as np

        return np.clip(self.law.at(z), self.domain.low, self.domain.high)

    def named(self, name: str) -> Quantity:
        """Return the same quantity with its path."""
        return replace(self, name=name)


def fixed(value: float, domain: Domain) -> Quantity:
    """Return a known number, as a schema's default."""
    return Quantity(Fixed(float(value)), domain)


_SPELLINGS: Final[dict[frozenset[str], str]] = {
    frozenset({"value"}): "value",
    frozenset({"p5", "p95"}): "interval",
    frozenset({"low", "mode", "high"}): "pert",
    frozenset({"mean", "sd"}): "mean_sd",
    frozenset({"choices"}): "choices",
    frozenset({"choices", "weights"}): "choices",
    frozenset({"successes", "trials"}): "evidence",
}
_SOURCE_KEYS: Final = frozenset({"kind", "source", "as_of"})
QUANTITY_KEYS: Final = frozenset().union(*_SPELLINGS) | _SOURCE_KEYS
"""Keys that may stand in the table of a number."""
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
        source = _parse_source({key: raw[key] for key in raw if key in _SOURCE_KEYS})
        rest = {key: raw[key] for key in raw if key not in _SOURCE_KEYS}
        spelling = _SPELLINGS.get(frozenset(rest))
        if spelling is None:
            raise ValueError(f"cannot read {{ {', '.join(map(str, rest))} }} as a number; {SPELLINGS_HELP}")
        return Quantity(_PARSERS[spelling](rest, domain), domain, source)
    return Quantity(Fixed(_number(raw, "", domain)), domain)


def _parse_source(raw: dict[str, Any]) -> Source:
    kind = raw.get("kind", "judgement" if raw else "default")
    if kind not in SOURCE_KINDS:
        raise ValueError(f"kind must be one of {', '.join(SOURCE_KINDS)}, not {kind!r}")
    return Source(kind=kind, source=str(raw.get("source", "")), as_of=str(raw.get("as_of", "")))


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


def _to_scale(scale: Scale, value: float) -> float:
    if scale == "log":
        return math.log(value)
    return math.log(value / (1 - value)) if scale == "logit" else value


def _from_scale(scale: Scale, score: float) -> float:
    if scale == "log":
        return math.exp(score)
    return 1 / (1 + math.exp(-score)) if scale == "logit" else score
