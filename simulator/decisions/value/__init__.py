"""What it is worth to know before signing, and what learning it costs and tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.decisions.conditional_mean import polynomial, spline
from simulator.decisions.observed import SHARES, Kind, Observed, observables
from simulator.decisions.same_futures import SameFutures
from simulator.decisions.value.bill_and_choice import LEAST_FUTURES, BillAndChoice, bill_and_choice, choice_between
from simulator.decisions.value.information import Choice, Known, everything, knowing, pair
from simulator.decisions.value.learning import reading
from simulator.decisions.value.lower_prices import AtLess, at_lower_prices
from simulator.decisions.worth import Estimate
from simulator.forecast.bills import values_of
from simulator.forecast.forecast import ranked_by
from simulator.forecast.priced import Measure

READ: Final = (50, 200, 1_000)
"""Conversations that are read, where nobody says how many."""
MINUTES: Final = 3.0
"""Minutes to read a conversation and to say how it ended, where nobody says how many."""
ADDS: Final = 0.1
"""Share of what the most valuable is worth from which a second thing to ask for is worth naming."""
PILOTS: Final = (1, 3)
"""Months of a pilot: 4 weeks and 13 weeks."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """An uncertain input of the scenario, with what knowing it is worth."""

    name: str
    known: Known


@dataclass(frozen=True, slots=True)
class Countable:
    """Something that can be counted, with what knowing it over the horizon is worth; see `observed.Observed`."""

    kind: Kind
    meter: str
    known: Known


@dataclass(frozen=True, slots=True)
class Pair:
    """The recommended contract and another one, between which alone a buyer may choose.

    Attributes:
        share_cheaper: share of the futures in which the other costs less.
    """

    against: str
    known: Known
    share_cheaper: float


@dataclass(frozen=True, slots=True)
class Both:
    """The most valuable that can be counted and the one that adds most to it, with what knowing both is worth."""

    second: Countable
    known: Known


@dataclass(frozen=True, slots=True)
class Learned:
    """A way to learn, what it is worth and what it costs.

    Attributes:
        conversations: how many are read; None of a pilot.
        months: of a pilot; None of reading.
        cost: of the time to read, or the bill of the first months under the contract that is signed now.
    """

    conversations: int | None
    months: int | None
    worth: Estimate
    cost: float

    @property
    def net(self) -> float:
        """What is left of its worth after its cost."""
        return self.worth.value - self.cost

    @property
    def net_without_bill(self) -> float:
        """The same where a pilot's bill is no extra cost, because it would have been paid anyway."""
        return self.worth.value if self.conversations is None else self.net


@dataclass(frozen=True, slots=True)
class ValueOfKnowing:
    """What it is worth to know before signing, over the horizon, in the scenario's currency.

    Attributes:
        of: what is saved: of the invoice, or of invoice and human work.
        now: the contract with the lowest expected cost, that would be signed without knowing more.
        recommended: that of the verdict, which a budget or a P90 can make another one.
        expected: expected cost of `now`.
        everything: perfect information.
        at_less: what that is worth at lower prices of `now`; none without use or another contract.
        unknowns: all uncertain inputs together; the rest is what months bring, which nobody can know.
            None with too few futures, or where every number is known.
        assumptions: the most valuable first; none with too few futures. So `countable`.
        both: None where a second one adds less than ADDS of what the first is worth.
        pairs: the recommended contract against each other one, the most valuable first.
        read: what the conversations that are read are counted by; None where no share is worth anything.
        learned: ways to learn: by reading, then by pilots.
        minutes, per_hour: of reading one conversation.
        moves: which inputs move the bill of `now` and which the choice; None with one contract or too few futures.
    """

    of: Measure
    now: str
    recommended: str
    expected: float
    everything: Known
    at_less: tuple[AtLess, ...]
    unknowns: Known | None
    assumptions: tuple[Assumption, ...]
    countable: tuple[Countable, ...]
    both: Both | None
    pairs: tuple[Pair, ...]
    read: Countable | None
    learned: tuple[Learned, ...]
    minutes: float
    per_hour: float
    moves: BillAndChoice | None


def value_of_knowing(
    futures: SameFutures, conversations: Sequence[int] = READ, minutes: float = MINUTES
) -> ValueOfKnowing:
    """Return what it is worth to know before signing.

    Contracts that bill nothing in any future are left out, as the verdict puts them last.

    Args:
        conversations: how many are read, one answer for each.
        minutes: of reading one.
    """
    forecast, choice = futures.forecast, choice_between(futures)
    now, verdict = choice.names[choice.first], futures.forecast.verdict
    enough = len(choice.costs) >= LEAST_FUTURES and len(choice.names) > 1
    varying = {name: each for name, each in futures.results.unknowns.items() if np.ptp(each) > 0} if enough else {}
    assumptions = [Assumption(name, knowing(choice, spline(each))) for name, each in varying.items()]
    assumptions.sort(key=lambda each: (-each.known.worth.value, each.name))
    seen = {each.key: each for each in observables(forecast) if np.ptp(each.over()) > 0} if enough else {}
    known = {key: knowing(choice, spline(each.over())) for key, each in seen.items()}
    ranked = [seen[key] for key in sorted(seen, key=lambda key: (-known[key].worth.value, key))]
    per_hour = risk.mean(values_of(futures.results)(futures.scenario.people.cost_per_hour))
    read = _read(ranked, known)
    learned = [] if read is None else [
        Learned(number, None, reading(choice, np.minimum(read.over(), 1.0), number), number * minutes / 60 * per_hour)
        for number in sorted(set(conversations))
    ]  # fmt: skip
    return ValueOfKnowing(
        of=ranked_by(futures.scenario),
        now=now,
        recommended=verdict.recommended,
        expected=risk.mean(choice.costs[:, choice.first]),
        everything=everything(choice),
        at_less=at_lower_prices(futures, choice),
        unknowns=knowing(choice, polynomial([varying[each.name] for each in assumptions])) if varying else None,
        assumptions=tuple(assumptions),
        countable=tuple(Countable(each.kind, each.meter, known[each.key]) for each in ranked),
        both=_both(choice, ranked, known),
        pairs=_pairs(choice, verdict.recommended),
        read=None if read is None else Countable(read.kind, read.meter, known[read.key]),
        learned=(*learned, *(_pilots(futures, choice, ranked) if choice.at_best.any() else [])),
        minutes=minutes,
        per_hour=per_hour,
        moves=bill_and_choice(futures, now),
    )


def _both(choice: Choice, ranked: Sequence[Observed], known: dict[str, Known]) -> Both | None:
    """Return what adds most to the most valuable that can be counted, if it adds enough."""
    told = [each for each in ranked if known[each.key].worth.told]
    if len(told) < 2:
        return None
    first, *others = told
    found = {each.key: knowing(choice, polynomial([first.over(), each.over()])) for each in others}
    second = max(others, key=lambda each: found[each.key].worth.value)
    if found[second.key].worth.value < (1 + ADDS) * known[first.key].worth.value:
        return None
    return Both(Countable(second.kind, second.meter, known[second.key]), found[second.key])


def _pairs(choice: Choice, recommended: str) -> tuple[Pair, ...]:
    own = choice.costs[:, choice.names.index(recommended)]
    found = [
        Pair(name, pair(choice, recommended, name), risk.paired(own, choice.costs[:, place]).share_dearer)
        for place, name in enumerate(choice.names)
        if name != recommended
    ]
    return tuple(sorted(found, key=lambda each: (-each.known.worth.value, each.against)))


def _read(ranked: Sequence[Observed], known: dict[str, Known]) -> Observed | None:
    """Return the share that is worth most, of those whose worth chance does not explain."""
    shares = (each for each in ranked if each.kind in SHARES and known[each.key].worth.told)
    return next(shares, None)


def _pilots(futures: SameFutures, choice: Choice, ranked: Sequence[Observed]) -> list[Learned]:
    """Return what the first months tell, in which all that can be counted is counted, and their bill."""
    invoice: Array = futures.forecast.contracts[choice.names[choice.first]].invoice
    found = []
    for months in PILOTS:
        seen = [each.over(months) for each in ranked]
        seen = [each for each in seen if np.ptp(each) > 0]
        if seen and 2 * months <= invoice.shape[1]:
            worth = knowing(choice, polynomial(seen)).worth
            found.append(Learned(None, months, worth, risk.mean(invoice[:, :months].sum(axis=1))))
    return found
