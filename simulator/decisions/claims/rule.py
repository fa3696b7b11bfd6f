"""How a claim is judged: one rule for all of its parts, and one for the claim from its parts.

A part is a number with a threshold and a side of it on which the claim says that it lies. It holds if the whole 95 %
interval of the number lies on that side, and fails if all of it lies on the other side or at the threshold; where the
interval has the threshold inside, or there is no interval or no number, it cannot be told. A claim holds if all of its
parts hold, fails if none does and at least one fails, and holds in part where some hold; a claim of which none holds or
fails cannot be told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from simulator.decisions.worth import Estimate

Verdict = Literal["holds", "holds in part", "fails", "cannot be told"]
VERDICTS: Final[tuple[Verdict, ...]] = ("holds", "holds in part", "fails", "cannot be told")
Side = Literal["above", "below"]
Form = Literal["factor", "share", "change", "number", "yes"]


@dataclass(frozen=True, slots=True)
class Part:
    """One number that a claim stands on.

    Attributes:
        key: what is measured; report.studies.claim_words has its words.
        form: a factor, a share, a relative change, a plain number, or 1 for yes and 0 for no.
        measure: None where `missing` says why.
        side: of the threshold on which the claim says that it lies.
        flips: where the verdict changes, by what would have to move; amounts in the scenario's currency.
        beside: further numbers that explain it, by name.
        names: titles of what it holds for.
    """

    key: str
    form: Form
    measure: Estimate | None
    threshold: float
    side: Side
    verdict: Verdict
    flips: Mapping[str, float]
    beside: Mapping[str, float]
    names: tuple[str, ...]
    missing: str

    def naming(self, names: Collection[str]) -> Part:
        """Return the part with the titles of what it holds for."""
        return replace(self, names=tuple(names))


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of the argument about prices, judged on one scenario.

    Attributes:
        number: from 1 to 10.
        text: the claim in our own words.
        parts: the main one first.
    """

    number: int
    text: str
    verdict: Verdict
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold, and the side of it on which a claim says that a number lies."""

    threshold: float
    side: Side


def above(threshold: float) -> Limit:
    """Return the limit of a number that should lie above a threshold."""
    return Limit(threshold, "above")


def below(threshold: float) -> Limit:
    """Return the limit of a number that should lie below a threshold."""
    return Limit(threshold, "below")


def part(
    key: str,
    form: Form,
    measure: Estimate,
    limit: Limit,
    *,
    flips: Mapping[str, float | None] | None = None,
    beside: Mapping[str, float | None] | None = None,
) -> Part:
    """Return a judged part; numbers that do not exist are left out of `flips` and `beside`."""
    verdict = judged(measure, limit.threshold, limit.side)
    return Part(key, form, measure, limit.threshold, limit.side, verdict, _there(flips), _there(beside), (), "")


def untold(key: str, form: Form, limit: Limit, missing: str) -> Part:
    """Return a part that cannot be measured, with the reason."""
    return Part(key, form, None, limit.threshold, limit.side, "cannot be told", {}, {}, (), missing)


def judged(measure: Estimate | None, threshold: float, side: Side) -> Verdict:
    """Return the verdict on a number by the rule of the module."""
    if measure is None or measure.low is None or measure.high is None:
        return "cannot be told"
    low, high = measure.low, measure.high
    holds, fails = (low > threshold, high <= threshold) if side == "above" else (high < threshold, low >= threshold)
    return "holds" if holds else "fails" if fails else "cannot be told"


def claim(number: int, text: str, parts: Sequence[Part]) -> Claim:
    """Return a claim, judged from its parts."""
    return Claim(number, text, together([each.verdict for each in parts]), tuple(parts))


def together(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the verdict on a claim from those on its parts by the rule of the module."""
    if all(each == "holds" for each in verdicts):
        return "holds"
    if any(each == "holds" for each in verdicts):
        return "holds in part"
    return "fails" if "fails" in verdicts else "cannot be told"


def exactly(value: float) -> Estimate:
    """Return a number that does not depend on the futures."""
    return Estimate(value, value, value)


def yes(answer: bool) -> Estimate:
    """Return a yes as 1 and a no as 0, neither with a sampling error."""
    return exactly(float(answer))


def _there(numbers: Mapping[str, float | None] | None) -> dict[str, float]:
    return {name: value for name, value in (numbers or {}).items() if value is not None}
