"""Which contract to sign: one verdict by one rule, from which every table, chart, file and sentence speaks.

The rule, of what the budget covers (the invoice, or invoice and human work; the invoice without a budget):

- With a budget: the lowest mean among the contracts that keep all budgets together (that of the horizon and that of
  each fiscal year, in the same future) in at least nine of ten futures. If none does, the highest chance to keep all.
- Without a budget: the lowest P90.
- Contracts that bill no unit in any future come last: such an invoice is more likely a mistake than a bargain.
- Too close to call: between the first and the next that the rule allows, the 95 % sampling interval of the paired
  difference of the figure that ranks includes 0, or the difference is below 1 % (of the larger amount; one point of a
  chance). Then the one whose unit the buyer can recount is recommended; where both or neither can be recounted, the
  first stays.

Rivals are other contracts that a reader must hear of: the lowest mean, and the one that is cheaper than the recommended
in the largest share of the futures, if that is above half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from simulator import risk
from simulator.arrays import Array, Flags

Rule = Literal["no_units", "budget_kept", "budget_missed", "lowest_p90"]
Figure = Literal["mean", "p90", "chance"]
"""What ranks: the mean, P90, or the chance to keep all budgets."""
Reason = Literal["lowest_mean", "often_cheaper"]
Closeness = Literal["equal", "interval", "small"]
"""Why two cannot be told apart: equal in every future, the interval includes 0, or the difference is below 1 %."""

NINE_OF_TEN: Final = 0.9
LEAST_DIFFERENCE: Final = 0.01
"""Relative difference of amounts, or difference of chances, below which two contracts are too close to call."""
_DIGITS: Final = 12
"""Significant digits that are compared, so that the last bits of a sum decide nothing."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the rule looks at of one contract.

    Attributes:
        cost: what is ranked, over the horizon, (trial,).
        keeps: whether all budgets are kept in a future, (trial,); None without a budget.
        bills_units: whether anything it bills by use occurs in some future.
        countable: whether the buyer can recount the unit.
    """

    name: str
    cost: Array
    keeps: Flags | None
    bills_units: bool
    countable: bool

    @property
    def mean(self) -> float:
        """Expected cost."""
        return _cut(risk.mean(self.cost))

    @property
    def p90(self) -> float:
        """P90 of the cost."""
        return _cut(risk.quantile(self.cost, NINE_OF_TEN))

    @property
    def chance(self) -> float:
        """Share of the futures in which all budgets are kept; 1 without a budget."""
        return 1.0 if self.keeps is None else float(np.mean(self.keeps))


@dataclass(frozen=True, slots=True)
class Rival:
    """A contract that a reader must hear of beside the recommended one.

    Attributes:
        share_cheaper: share of the futures in which it costs strictly less than the recommended one.
        mean_less: expected cost of the recommended one less its own; positive where it is cheaper on average.
        p90_more: its P90 less that of the recommended one.
        chance: share of the futures in which it keeps all budgets; None without a budget.
    """

    name: str
    reasons: tuple[Reason, ...]
    share_cheaper: float
    mean_less: float
    p90_more: float
    chance: float | None


@dataclass(frozen=True, slots=True)
class Premium:
    """What the recommended contract costs more on average than the one with the lowest mean, and what that buys.

    Attributes:
        mean_more: difference of the expected costs, positive.
        p90_less: the other's P90 less that of the recommended one.
    """

    over: str
    mean_more: float
    p90_less: float


@dataclass(frozen=True, slots=True)
class Close:
    """Two contracts between which the figure that ranks does not decide.

    Attributes:
        between: the two names, the better by the figure first.
        difference: the second's figure less the first's (of a chance: the first's less the second's), 0 or positive.
        interval: its 95 % sampling interval on the same futures; None of a single future.
        recount_decides: whether exactly one of the two can be recounted, which decides.
    """

    between: tuple[str, str]
    figure: Figure
    difference: float
    interval: tuple[float, float] | None
    reason: Closeness
    recount_decides: bool


@dataclass(frozen=True, slots=True)
class Question:
    """Something to settle before signing.

    Attributes:
        kind: what it is about.
        text: the question in words, a phrase without a full stop.
    """

    kind: Literal["range", "typical", "recount", "clauses", "price", "quote", "term", "unit_cost"]
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which contract to sign, by which rule, and what stands against it.

    Attributes:
        figure: what ranked the recommended one against the next.
        ranking: all names; the recommended one first, then by the rule.
        chance: share of the futures in which the recommended one keeps all budgets, with its 95 % interval; None
            without a budget.
        decided: whether that interval lies on one side of nine in ten; true without a budget.
        rivals: at most two.
        premium: None where the recommended one has the lowest mean.
        close: None where the figure decides, and where there is no second contract that the rule allows.
        questions: what is open before signing; none where it is ready to sign.
    """

    rule: Rule
    figure: Figure
    recommended: str
    ranking: tuple[str, ...]
    chance: float | None
    chance_interval: tuple[float, float] | None
    decided: bool
    rivals: tuple[Rival, ...]
    premium: Premium | None
    close: Close | None
    questions: tuple[Question, ...] = ()


def verdict(offers: Sequence[Offer], net: risk.Net = None) -> Verdict:
    """Return the verdict on contracts whose costs are of the same futures.

    Args:
        net: of each future; None where they are random.

    Raises:
        ValueError: if there is no offer.
    """
    if not offers:
        raise ValueError("a verdict needs at least one offer")
    rule, figure = _rule(offers)
    ordered = sorted(offers, key=lambda offer: _place(offer, rule))
    close = _close(ordered, rule, figure, net)
    if close is not None and close.recount_decides and not ordered[0].countable:
        ordered[0], ordered[1] = ordered[1], ordered[0]
    best = ordered[0]
    rivals = _rivals(best, [offer for offer in ordered[1:] if offer.bills_units])
    interval = _chance_interval(best, net)
    return Verdict(
        rule=rule,
        figure=figure,
        recommended=best.name,
        ranking=tuple(offer.name for offer in ordered),
        chance=None if best.keeps is None else best.chance,
        chance_interval=interval,
        decided=interval is None or interval[0] >= NINE_OF_TEN or interval[1] < NINE_OF_TEN,
        rivals=rivals,
        premium=next((_premium(rival) for rival in rivals if rival.mean_less > 0 and "lowest_mean" in rival.reasons),
                     None),
        close=close,
    )  # fmt: skip


def _rule(offers: Sequence[Offer]) -> tuple[Rule, Figure]:
    billing = [offer for offer in offers if offer.bills_units]
    if not billing:
        return "no_units", "p90"
    if billing[0].keeps is None:
        return "lowest_p90", "p90"
    return ("budget_kept", "mean") if any(map(_allowed, billing)) else ("budget_missed", "chance")


def _allowed(offer: Offer) -> bool:
    """Whether all budgets are kept in at least nine of ten futures."""
    return offer.chance >= NINE_OF_TEN - 1e-12


def _place(offer: Offer, rule: Rule) -> tuple[bool, bool, float, float, float, str]:
    """Return what orders contracts: the rule's figure, then mean, P90 and name."""
    last = not offer.bills_units
    if rule == "budget_kept" and _allowed(offer):
        return last, False, offer.mean, offer.p90, 0.0, offer.name
    if rule in ("budget_kept", "budget_missed"):
        return last, True, -offer.chance, offer.mean, offer.p90, offer.name
    return last, False, offer.p90, offer.mean, 0.0, offer.name


def _close(ordered: Sequence[Offer], rule: Rule, figure: Figure, net: risk.Net) -> Close | None:
    """Return that the first two are too close to call; None where they are not, or the rule allows no second."""
    if len(ordered) < 2 or not ordered[1].bills_units:
        return None
    if rule == "budget_kept" and not _allowed(ordered[1]):
        return None
    first, second = ordered[:2]
    if figure == "chance" and _keep_alike(first, second):
        figure = "mean"
    difference, interval = _difference(first, second, figure, net)
    reason = _closeness(first, second, figure, difference, interval)
    if reason is None:
        return None
    pair = (first.name, second.name)
    return Close(pair, figure, max(difference, 0.0), interval, reason, first.countable != second.countable)


def _keep_alike(first: Offer, second: Offer) -> bool:
    """Whether two keep their budgets in the same futures, for instance in none: then the lower mean is better."""
    return first.keeps is not None and second.keeps is not None and bool(np.array_equal(first.keeps, second.keeps))


def _closeness(
    first: Offer, second: Offer, figure: Figure, difference: float, interval: tuple[float, float] | None
) -> Closeness | None:
    pair = risk.paired(first.cost, second.cost)
    if pair.share_dearer == pair.share_cheaper == 0:
        return "equal"
    if interval is None or interval[0] <= 0 <= interval[1]:
        return "interval"
    size = 1.0 if figure == "chance" else max(abs(getattr(first, figure)), abs(getattr(second, figure)))
    return "small" if difference < LEAST_DIFFERENCE * size else None


def _difference(first: Offer, second: Offer, figure: Figure, net: risk.Net) -> tuple[float, tuple[float, float] | None]:
    """Return by how much the second is worse than the first on the same futures, with its 95 % sampling interval."""
    if figure == "p90":
        found = risk.quantile_difference_interval(second.cost, first.cost, NINE_OF_TEN, net=net)
        return second.p90 - first.p90, None if found is None else (found.low, found.high)
    worse = second.cost - first.cost
    if figure == "chance":
        assert first.keeps is not None and second.keeps is not None  # ranked by the chance to keep budgets
        worse = first.keeps.astype(float) - second.keeps.astype(float)
    found = risk.mean_interval(worse, net=net)
    return risk.mean(worse), None if found is None else (found.low, found.high)


def _chance_interval(best: Offer, net: risk.Net) -> tuple[float, float] | None:
    if best.keeps is None:
        return None
    found = risk.share_interval(best.keeps, net=net)
    return found.low, found.high


def _rivals(best: Offer, others: Sequence[Offer]) -> tuple[Rival, ...]:
    """Return the lowest mean, and the one that is cheaper most often, where they are other contracts."""
    if not others or not best.bills_units:
        return ()
    reasons: dict[str, tuple[Reason, ...]] = {}
    least = min(others, key=lambda offer: (offer.mean, offer.p90, offer.name))
    if least.mean < best.mean:
        reasons[least.name] = ("lowest_mean",)
    shares = {offer.name: risk.paired(best.cost, offer.cost).share_dearer for offer in others}
    often = max(others, key=lambda offer: (shares[offer.name], -offer.mean, offer.name))
    if shares[often.name] > 0.5:
        reasons[often.name] = (*reasons.get(often.name, ()), "often_cheaper")
    by_name = {offer.name: offer for offer in others}
    return tuple(_rival(best, by_name[name], why, shares[name]) for name, why in reasons.items())


def _rival(best: Offer, other: Offer, reasons: tuple[Reason, ...], share_cheaper: float) -> Rival:
    return Rival(
        name=other.name,
        reasons=reasons,
        share_cheaper=share_cheaper,
        mean_less=best.mean - other.mean,
        p90_more=other.p90 - best.p90,
        chance=None if other.keeps is None else other.chance,
    )


def _premium(rival: Rival) -> Premium:
    return Premium(rival.name, rival.mean_less, rival.p90_more)


def _cut(amount: float) -> float:
    return float(f"{amount:.{_DIGITS}g}")
