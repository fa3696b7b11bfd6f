"""What an analyst writes about volume, incidents and the month's drivers."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from simulator.quantities.distributions import PER_MONTH, Choices, Quantity
from simulator.quantities.parameters import (
    Factor,
    Growth,
    Nonnegative,
    PerMonth,
    Persistence,
    Share,
    Spread,
    Table,
    known,
    parameter,
)

VolumeUnit = Literal["cases", "conversations", "tickets"]
MONTH_PATTERN = r"^\d{4}-(0[1-9]|1[0-2])$"


class ForecastMonth(Table):
    """One month of a forecast: low, base and high are P5, P50 and P95; one score per trial moves all months."""

    month: str = parameter("month of the forecast, as 2027-01", pattern=MONTH_PATTERN)
    low: float = parameter("volume that is undershot in 5 of 100 futures", unit="per month", gt=0, le=PER_MONTH.high)
    base: float = parameter("volume that is as likely undershot as exceeded", unit="per month", gt=0, le=PER_MONTH.high)
    high: float = parameter("volume that is exceeded in 5 of 100 futures", unit="per month", gt=0, le=PER_MONTH.high)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.base <= self.high:
            raise ValueError(
                f"low, base and high must be in this order, not {self.low:g}, {self.base:g}, {self.high:g}"
            )
        return self


def _always_positive(factor: Quantity) -> bool:
    law = factor.law
    return min(law.choices) > 0 if isinstance(law, Choices) else factor.center > 0


class Volume(Table):
    """How many cases, conversations or tickets there are."""

    unit: VolumeUnit = parameter(
        "what the figures count: cases (problems), conversations (returns and duplicates inside) or tickets (also those that go straight to people)",
        default="cases",
    )
    per_month: PerMonth | None = parameter(
        "expected number in a month of average season at the start",
        unit="per month",
        typical=(300, 6_000_000),
        default=None,
    )
    growth_per_year: Growth = parameter(
        "yearly growth of the number", unit="share per year", typical=(-0.2, 0.5), default=known(0, "growth")
    )
    season: tuple[Nonnegative, ...] | None = parameter(
        "12 factors, January to December, rescaled to mean 1; 0 in a month without cases",
        unit="factor",
        typical=(0.5, 1.8),
        default=None,
        min_length=12,
        max_length=12,
    )
    ai_share: Share = parameter(
        "share of all tickets that ever reaches the AI", unit="share", typical=(0.3, 1), default=known(1)
    )
    rollout: tuple[Share, ...] = parameter(
        "share of contacts that reach the AI in month 1, 2, ...; the last value holds on",
        unit="share",
        default=(known(1),),
        min_length=1,
    )
    forecast: tuple[ForecastMonth, ...] = parameter(
        "a monthly forecast instead of per_month, growth_per_year and season", unit="per month", default=()
    )

    @property
    def most(self) -> float:
        """The stated number of a month, or the largest of a forecast."""
        return max(self._stated)

    @property
    def stated(self) -> float:
        """The stated number of a month, or the mean of a forecast's."""
        return sum(self._stated) / len(self._stated)

    @property
    def _stated(self) -> tuple[float, ...]:
        return tuple(row.base for row in self.forecast) if self.per_month is None else (self.per_month.center,)

    @field_validator("season")
    @classmethod
    def _some_season(cls, season: tuple[Quantity, ...] | None) -> tuple[Quantity, ...] | None:
        if season is not None and not any(_always_positive(factor) for factor in season):
            raise ValueError("no month has a factor that is always above 0; give at least one")
        return season

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.per_month is None) == (not self.forecast):
            raise ValueError("give either per_month or a forecast, one of the two")
        if self.forecast and (
            self.season is not None or not self.growth_per_year.fixed or self.growth_per_year.center != 0
        ):
            raise ValueError("a forecast replaces season and growth_per_year; remove them")
        months = [row.month for row in self.forecast]
        if len(set(months)) != len(months):
            raise ValueError(f"month {next(m for m in months if months.count(m) > 1)} stands twice in the forecast")
        return self


class Incidents(Table):
    """Outages, recalls, peak sales: months in which demand is multiplied."""

    probability: Share = parameter(
        "chance that a month is an incident", unit="share of months", typical=(0, 0.2), default=known(0)
    )
    factor: Factor = parameter(
        "demand of an incident month over that of a normal month",
        unit="factor",
        typical=(1, 3),
        default=known(1, "factor"),
    )
    intents: tuple[str, ...] = parameter("intents that take the whole increase; empty: all", default=())


class FactorDriver(Table):
    """A month's factor with mean 1."""

    law: Literal["lognormal", "gamma"] = parameter("law of the factor", default="lognormal")
    cv: Spread | None = parameter(
        "coefficient of variation of the factor", unit="share of the mean", typical=(0.03, 0.3), default=None
    )
    log_sd: Spread | None = parameter(
        "standard deviation of the factor's logarithm; the other spelling of cv",
        unit="log",
        typical=(0.03, 0.3),
        default=None,
    )
    persistence: Persistence = parameter(
        "correlation of one month's score with the next",
        unit="correlation",
        typical=(0, 0.95),
        default=known(0, "persistence"),
    )

    @model_validator(mode="after")
    def _one_spread(self) -> Self:
        if self.cv is not None and self.log_sd is not None:
            raise ValueError("give cv or log_sd, not both")
        if self.law == "gamma" and self.log_sd is not None:
            raise ValueError("a gamma factor takes cv, not log_sd")
        return self


class ShiftDriver(Table):
    """A month's shift on the logit scale."""

    sd: Spread = parameter(
        "standard deviation of the month's shift", unit="log odds", typical=(0, 0.5), default=known(0, "spread")
    )
    persistence: Persistence = parameter(
        "correlation of one month's score with the next",
        unit="correlation",
        typical=(0, 0.95),
        default=known(0, "persistence"),
    )


class RateDriver(Table):
    """A month's movement of a rate: a logit shift, or a Beta with mean and sd."""

    shape: Literal["logit", "beta"] = parameter(
        "logit: normal shift of the log odds; beta: the rate's monthly value is Beta", default="logit"
    )
    mean: Share | None = parameter("mean of the Beta; only for shape = beta", unit="share", default=None)
    sd: Spread = parameter(
        "standard deviation: of the log odds, or of the Beta",
        unit="log odds or share",
        typical=(0, 0.5),
        default=known(0, "spread"),
    )
    persistence: Persistence = parameter(
        "correlation of one month's score with the next",
        unit="correlation",
        typical=(0, 0.95),
        default=known(0, "persistence"),
    )

    @model_validator(mode="after")
    def _beta_has_mean(self) -> Self:
        if (self.shape == "beta") != (self.mean is not None):
            raise ValueError('shape = "beta" needs mean and sd; mean is for shape = "beta" only')
        if self.mean is not None and not (
            0 < self.mean.center < 1 and 0 < self.sd.center**2 < self.mean.center * (1 - self.mean.center)
        ):
            raise ValueError(f"no Beta has mean {self.mean.center:g} and sd {self.sd.center:g}")
        return self


DRIVER_ORDER = ("demand", "complexity", "escalation", "solving", "returning", "tokens")
"""The drivers that may be correlated, in their one fixed order. Mix has a series per intent and is not among them."""


class Drivers(Table):
    """What moves from month to month. Positive scores: more cases, more complex, more of the rate, longer."""

    demand: FactorDriver = parameter("factor on expected cases", default=FactorDriver())
    mix: ShiftDriver = parameter("log-ratios of the intents' shares, one series per intent", default=ShiftDriver())
    complexity: ShiftDriver = parameter("shift of the cumulative logits of the levels", default=ShiftDriver())
    escalation: RateDriver = parameter("movement of the escalation rates", default=RateDriver())
    solving: RateDriver = parameter("movement of the solving rates", default=RateDriver())
    returning: RateDriver = parameter("movement of the return rates", default=RateDriver())
    tokens: FactorDriver = parameter("factor on the variable token lengths", default=FactorDriver())
    correlation: dict[str, dict[str, float]] = parameter(
        "correlations of the innovations of two drivers, as demand.tokens = 0.3", unit="correlation", default={}
    )


class Correlation(Table):
    """A correlation between two unknowns of the trial level (Gaussian copula)."""

    between: tuple[str, str] = parameter("the dotted names of two numbers given as intervals")
    rho: float = Field(
        description="correlation of their normal scores", gt=-1, lt=1, json_schema_extra={"unit": "correlation"}
    )


def spread_of(driver: FactorDriver) -> Nonnegative | None:
    """Return the driver's stated spread, cv or log_sd, or None if it does not move."""
    return driver.cv if driver.cv is not None else driver.log_sd
