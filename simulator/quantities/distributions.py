"""Numbers a scenario can name: a fixed value or what is known of an uncertain one.

A `Quantity` lives at the trial level: it is drawn once per trial and is the same in all months. Every law is written
as a quantile function of a standard normal score z, so that z = 0 is the stated (median) value, unknowns can be
correlated through their scores, and a change of one law leaves the draws of all others as they were.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import TYPE_CHECKING, Final, Literal, Protocol

if TYPE_CHECKING:
    from simulator.arrays import Array


Z95: Final = NormalDist().inv_cdf(0.95)
"""1.6449: the standard normal score of P95."""

LEAST: Final = 1e-12
"""The smallest size of a number other than 0. What lies nearer to 0 cannot be meant: it is 0, or a slip of the
exponent; and what is divided by it would be larger than any amount that can be written.
"""

Scale = Literal["log", "log above 1", "logit", "raw"]
SOURCE_KINDS: Final = ("measured", "contract", "quoted", "published", "judgement", "typical", "default")


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
        return f"{least}{self.at_most}" if self.low > -self.high else f"from {self.low:g} to {self.high:g}"

    @property
    def at_most(self) -> str:
        """The upper end in words, as they follow the lower."""
        return f" and at most {self.high:,.0f}" if self.high >= 1_000 else f" and at most {self.high:g}"


# Bounds lie far beyond any real deployment (a price in the weakest currency, a conversation of a week), so that only
# slips of the pen meet them; no number that multiplies work or money is without one.
SHARE: Final = Domain("share", 0.0, 1.0, "logit")
POSITIVE: Final = Domain("positive", 0.0, 1e12, "log", low_open=True)
NONNEGATIVE: Final = Domain("nonnegative", 0.0, 1e12, "log")
FACTOR: Final = Domain("factor", 0.0, 1e3, "log", low_open=True)
FACTOR_OR_ZERO: Final = Domain("factor or 0", 0.0, 1e3, "log")
ODDS: Final = Domain("odds", 0.0, 1e6, "log", low_open=True)
SIGMA: Final = Domain("sigma", 0.0, 10.0, "log", low_open=True)
SHAPE: Final = Domain("shape", 0.0, 1e6, "log", low_open=True)
PER_MONTH: Final = Domain("per month", 0.0, 1e9, "log", low_open=True)
PER_CASE: Final = Domain("per case", 0.0, 100.0, "log", low_open=True)
PER_TURN: Final = Domain("per turn", 0.0, 100.0, "log", low_open=True)
PER_CALL: Final = Domain("per call", 0.0, 100.0, "log")
TURNS: Final = Domain("turns", 0.0, 1e5, "log", low_open=True)
TOKENS: Final = Domain("tokens", 0.0, 1e8, "log")
SECONDS: Final = Domain("seconds", 0.0, 1e6, "log", low_open=True)
MINUTES: Final = Domain("minutes", 0.0, 1e4, "log")
HOURS: Final = Domain("hours", 0.0, 1e4, "log", low_open=True)
MONTH_HOURS: Final = Domain("hours of a month", 0.0, 744.0, "log", low_open=True)
SEATS: Final = Domain("seats", 0.0, 1e7, "log")
PRICE: Final = Domain("price", 0.0, 1e9, "log")
REAL: Final = Domain("real", -1e6, 1e6, "raw")
LOG_ODDS: Final = Domain("log odds", -20.0, 20.0, "raw")
PERSISTENCE: Final = Domain("persistence", -0.999, 0.999, "raw")
SPREAD: Final = Domain("spread", 0.0, 10.0, "log")
TAIL: Final = Domain("tail", 1.0, 1e3, "log above 1", low_open=True)
"""The alpha of a Lomax law, whose mean exists above 1; its scale is ln(alpha - 1), so that no future falls to 1."""
GROWTH: Final = Domain("growth", -0.99, 100.0, "raw")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from, and who answers for it.

    Attributes:
        owner: the person or team who signs for the number.
    """

    kind: str = "default"
    source: str = ""
    as_of: str = ""
    owner: str = ""


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
        import numpy as np

        return np.asarray(self.mean + self.sd * z)


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
        place = np.minimum(np.searchsorted(edges, ndtr(z), side="left"), len(edges) - 1)
        return np.asarray(np.asarray(self.choices)[place], dtype=np.float64)


_FURTHEST: Final = 12.0
_POINTS: Final = 6_001
"""Normal scores up to which a mean is integrated, and at how many of them: 0.004 apart."""
_KNOWN_LOG_SD: Final = 4.0
"""Up to which standard deviation of the logarithm a lognormal mean has no part beyond these scores, 1e-15 of it."""


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

    @property
    def mean(self) -> float:
        """The mean inside the domain: the integral of the values over the normal score.

        Scores reach far beyond those of any run: of a wide range the values that are drawn once in a million futures
        carry much of the mean.
        """
        if self.fixed:
            return self.center
        if isinstance(self.law, LogNormal) and self.law.log_sd <= _KNOWN_LOG_SD and self.domain.low <= 0:
            furthest = self.law.center * math.exp(self.law.log_sd * _FURTHEST)
            if furthest <= self.domain.high:
                return self.law.mean  # nothing is cut, and `check` does without NumPy
        import numpy as np

        score = np.linspace(-_FURTHEST, _FURTHEST, _POINTS)
        weight = np.exp(-(score**2) / 2)
        return float((self.at(score) * weight).sum() / weight.sum())

    def named(self, name: str) -> Quantity:
        """Return the same quantity with its path."""
        return replace(self, name=name)


def fixed(value: float, domain: Domain) -> Quantity:
    """Return a known number, as a schema's default."""
    return Quantity(Fixed(float(value)), domain)
