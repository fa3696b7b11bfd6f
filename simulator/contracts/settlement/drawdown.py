"""Drawdown of prepaid credits: packs granted, used in order, rolled over, topped up, lost, month by month.

Draw order: priority (low first), earliest end, free before paid, creation. At every month's end granted = used +
expired + left, and no balance is below 0.

Example: 100 granted in month 1 (priority 1) and 100 (priority 2); 120 used: the first is empty, the second has 80.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from simulator.contracts.metering.rounding import rounded
from simulator.contracts.settlement.prepaid import Prepaid
from simulator.contracts.settlement.prepaid_packs import Pack, TopUp

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Values


@dataclass(frozen=True, slots=True)
class Drawdown:
    """What became of prepaid credits, all (trial, month) in the currency of the invoice that it is of.

    Attributes:
        bought: price of the packs granted in the month.
        granted: credits granted in the month, top-ups included.
        used: credits drawn.
        expired: credits void at the end of the month, not rolled over.
        left: credits left after the month.
        lost: what was paid for the expired ones.
        left_paid: what was paid for those left.
        relief: what credits and overdraft take off the invoice, 0 or negative; positive where an overdraft is billed.
        surcharge: what use beyond the credits costs above its plain price.
    """

    bought: Array
    granted: Array
    used: Array
    expired: Array
    left: Array
    lost: Array
    left_paid: Array
    relief: Array
    surcharge: Array

    def times(self, rates: Array) -> Drawdown:
        """Return the same in another currency, at exchange rates (trial, 1)."""
        return Drawdown(*(getattr(self, each.name) * rates for each in fields(self)))


@dataclass(slots=True)
class _Block:
    """Credits granted together: what is left of them (trial,), and what one credit cost."""

    left: Array
    cost: Array
    priority: int
    last_month: float
    paid: bool
    created: int
    pack: Pack | None = None
    rolled: int = 0

    @property
    def order(self) -> tuple[int, float, bool, int]:
        return self.priority, self.last_month, self.paid, self.created

    @property
    def may_roll(self) -> bool:
        """Whether what is left rolls over at its end."""
        return self.pack is not None and self.pack.rollover is not None and self.rolled < self.pack.rollover.periods

    def roll(self, left: Array, month: int) -> None:
        """Live on with what is left after a month, for as many months again."""
        assert self.pack is not None and self.pack.valid_months is not None
        self.left, self.rolled, self.last_month = left, self.rolled + 1, month + self.pack.valid_months


@dataclass(slots=True)
class _Ledger:
    """Blocks alive, in the order of their creation."""

    terms: Prepaid
    values: Values
    blocks: list[_Block] = field(default_factory=list)
    created: int = 0

    def add(self, left: Array, price: Array, paid: bool, terms: Pack | TopUp, month: int) -> None:
        """Add a block granted in a month; `price` is that of all its credits (trial,)."""
        import numpy as np

        cost = np.divide(price, left, out=np.zeros(left.shape), where=left > 0)
        pack = terms if isinstance(terms, Pack) else None
        end = terms.last_valid(month)
        self.blocks.append(_Block(left, cost, terms.priority, end, paid, self.created, pack))
        self.created += 1

    def grant(self, month: int, trials: int) -> tuple[Array, Array]:
        """Add the packs of a month; return credits and price (trial,)."""
        import numpy as np

        granted, price = np.zeros(trials), np.zeros(trials)
        for pack in self.terms.packs:
            if pack.granted_in(month):
                amount, cost = self.values(pack.amount), self.values(pack.price)
                self.add(amount, cost, pack.price.center > 0, pack, month)
                granted, price = granted + amount, price + cost
        return granted, price

    def top_up(self, month: int, due: Array) -> tuple[Array, Array]:
        """Add the packs that leave the threshold after a month's use; return credits and price (trial,)."""
        import numpy as np

        terms = self.terms.top_up
        if terms is None or (terms.last_month is not None and month > terms.last_month):
            return np.zeros(due.shape), np.zeros(due.shape)
        size = self.values(terms.amount)
        missing = self.values(terms.below) + due - self.left()
        packs = rounded(np.maximum(missing, 0.0) / size, "up")
        price = packs * self.values(terms.price)
        self.add(packs * size, price, terms.price.center > 0, terms, month)
        return packs * size, price

    def draw(self, due: Array) -> Array:
        """Use credits for what is due, in draw order; return what was used (trial,)."""
        import numpy as np

        open_ = due
        for block in sorted(self.blocks, key=lambda each: each.order):
            used = np.minimum(block.left, open_)
            block.left, open_ = block.left - used, open_ - used
        return due - open_

    def end(self, month: int) -> tuple[Array, Array]:
        """End blocks whose last month it is; return credits expired and what they had cost (trial,)."""
        import numpy as np

        ending = [block for block in self.blocks if block.last_month == month]
        self.blocks = [block for block in self.blocks if block.last_month > month]
        expired, lost = np.zeros(self.trials), np.zeros(self.trials)
        for block in reversed(ending):
            rolled = self._rolled(block)
            gone = block.left - rolled
            expired, lost = expired + gone, lost + gone * block.cost
            if block.may_roll:
                block.roll(rolled, month)
                self.blocks.append(block)
        self.blocks.sort(key=lambda each: each.created)
        return expired, lost

    def _rolled(self, block: _Block) -> Array:
        """Return what of an ending block rolls over; blocks rolled already take of the cap first."""
        import numpy as np

        if not block.may_roll:
            return np.zeros(self.trials)
        assert block.pack is not None and block.pack.rollover is not None
        terms = block.pack.rollover
        kept = block.left * self.values(terms.share)
        before = [each.left for each in self.blocks if each.pack is block.pack and each.rolled > 0]
        taken = np.sum(before, axis=0) if before else 0.0
        for cap in (
            None if terms.cap is None else self.values(terms.cap),
            None if terms.cap_share is None else self.values(terms.cap_share) * self.values(block.pack.amount),
        ):
            if cap is not None:
                kept = np.minimum(kept, np.maximum(cap - taken, 0.0))
        return kept

    def left(self) -> Array:
        """Return all credits left (trial,)."""
        import numpy as np

        return np.asarray(np.sum([np.zeros(self.trials), *(block.left for block in self.blocks)], axis=0))

    def left_paid(self) -> Array:
        """Return what was paid for the credits left (trial,)."""
        import numpy as np

        paid = [block.left * block.cost for block in self.blocks]
        return np.asarray(np.sum([np.zeros(self.trials), *paid], axis=0))

    @property
    def trials(self) -> int:
        """Number of trials."""
        return int(self.values(self.terms.overage_factor).shape[0])


def draw_down(due: Array, terms: Prepaid, values: Values) -> Drawdown:
    """Draw credits down in month order.

    Args:
        due: what credits may pay (trial, month), 0 or more.
    """
    import numpy as np

    ledger = _Ledger(terms, values)
    trials, months = due.shape
    columns: list[tuple[Array, ...]] = []
    debt = np.zeros(trials)
    factor = values(terms.overage_factor)
    for month in range(1, months + 1):
        granted, bought = ledger.grant(month, trials)
        owed = due[:, month - 1] + debt
        added, paid = ledger.top_up(month, owed)
        used = ledger.draw(owed)
        open_ = owed - used
        carried = open_ if terms.when_gone == "overdraft" and month < months else np.zeros(trials)
        billed, debt = open_ - carried, carried
        expired, lost = ledger.end(month)
        surcharge = (factor - 1.0) * billed
        relief = billed - due[:, month - 1]
        columns.append(
            (bought + paid, granted + added, used, expired, ledger.left(), lost, ledger.left_paid(), relief, surcharge)
        )
    return Drawdown(*(np.stack(column, axis=1) for column in zip(*columns, strict=True)))


def covered_share(due: Array, terms: Prepaid, values: Values, at_share: float) -> Array:
    """Return the share of each month's use that is served where service stops at a share of the credits (trial, month).

    A month is served up to `at_share` times the credits at hand; what lies above them is billed as use beyond credits.
    """
    import numpy as np

    ledger = _Ledger(terms, values)
    served = np.ones(due.shape)
    for month in range(1, due.shape[1] + 1):
        ledger.grant(month, due.shape[0])
        owed = due[:, month - 1]
        ledger.top_up(month, owed)
        most = ledger.left() * at_share
        served[:, month - 1] = np.divide(most, owed, out=np.ones(owed.shape), where=owed > most)
        ledger.draw(owed * served[:, month - 1])
        ledger.end(month)
    return served
