"""How single conversations were sampled."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FewUnitsBilled:
    """A contract whose bill hangs on few units a month.

    Attributes:
        contract: its name.
        meter: what is counted.
        units: expected in a month.
        whole_months: whether all cases of a month are drawn.
        mean_off: share by which the sample puts the mean bill too high (negative: too low).
        p95_off: likewise P95 of a year.
    """

    contract: str
    meter: str
    units: float
    whole_months: bool
    mean_off: float
    p95_off: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How conversations were sampled.

    Attributes:
        sample: cases of a month that are drawn.
        cases_drawn: over all futures.
        cases: that they stand for.
        months_drawn_whole: share of the months in which every case was drawn.
        share_of_noise: share of the variance of the recommended contract's invoice that single conversations make;
            None where it was not worked out.
    """

    sample: int
    cases_drawn: int
    cases: int
    months_drawn_whole: float
    share_of_noise: float | None
    few_units: tuple[FewUnitsBilled, ...]
