"""Exact prepaid credits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from simulator.contracts.exact.decimals import ONE, ZERO, Money, Values, exact, whole
from simulator.contracts.settlement.prepaid import Prepaid
from simulator.contracts.settlement.prepaid_packs import Pack, TopUp


@dataclass(slots=True)
class Block:
    """Credits granted together."""

    left: Decimal
    priority: int
    end: int | None
    paid: bool
    created: int
    pack: Pack | None
    rolled: int = 0


@dataclass(frozen=True, slots=True)
class Month:
    """What credits do to the invoice of a month.

    Attributes:
        bought: price of packs.
        paid: what credits and an overdraft take off, 0 or more; negative where an overdraft is billed.
        open: what is billed of the use that credits do not cover.
        left: credits left at the end of the month.
    """

    bought: Decimal
    paid: Decimal
    open: Decimal
    left: Decimal
    granted: Decimal
    used: Decimal
    expired: Decimal


@dataclass(slots=True)
class Wallet:
    """The credits of one contract, month by month."""

    terms: Prepaid
    values: Values
    money: Money
    blocks: list[Block] = field(default_factory=list)
    created: int = 0

    def run(self, due: Sequence[Decimal]) -> list[Month]:
        """Return what credits do in each month to what is due."""
        months, debt = [], ZERO
        for month, each in enumerate(due, start=1):
            bought, granted = self._grant(month)
            owed = each + debt
            more, added = self._top_up(month, owed)
            used = self._use(owed)
            beyond = owed - used
            carries = self.terms.when_gone == "overdraft" and month < len(due)
            debt = beyond if carries else ZERO
            opened = ZERO if carries else beyond
            expired = self._end(month)
            left = sum((block.left for block in self.blocks), ZERO)
            months.append(Month(bought + more, each - opened, opened, left, granted + added, used, expired))
        return months

    def covered(self, due: Sequence[Decimal], at_share: float) -> list[Decimal]:
        """Return the share of each month's use that is served where service stops at a share of the credits."""
        shares = []
        for month, each in enumerate(due, start=1):
            self._grant(month)
            self._top_up(month, each)
            most = sum((block.left for block in self.blocks), ZERO) * exact(at_share)
            shares.append(most / each if each > most else ONE)
            self._use(each * shares[-1])
            self._end(month)
        return shares

    def _add(self, size: Decimal, month: int, terms: Pack | TopUp) -> None:
        end = None if terms.valid_months is None else month + terms.valid_months - 1
        if isinstance(terms, TopUp) and terms.cycle_months is not None:
            end = month + (-month) % terms.cycle_months
        pack = terms if isinstance(terms, Pack) else None
        self.blocks.append(Block(size, terms.priority, end, terms.price.center > 0, self.created, pack))
        self.created += 1

    def _grant(self, month: int) -> tuple[Decimal, Decimal]:
        bought, granted = ZERO, ZERO
        for pack in self.terms.packs:
            after = month - pack.first_month
            turn = after if pack.every_months is None else after % pack.every_months
            past = pack.times is not None and pack.every_months is not None and after // pack.every_months >= pack.times
            if after >= 0 and turn == 0 and not past:
                size = self.values(pack.amount)
                self._add(size, month, pack)
                bought, granted = bought + self.money.of(self.values(pack.price)), granted + size
        return bought, granted

    def _top_up(self, month: int, due: Decimal) -> tuple[Decimal, Decimal]:
        terms = self.terms.top_up
        if terms is None or (terms.last_month is not None and month > terms.last_month):
            return ZERO, ZERO
        missing = self.values(terms.below) + due - sum((block.left for block in self.blocks), ZERO)
        size = self.values(terms.amount)
        packs = whole(max(missing, ZERO) / size, "up")
        self._add(packs * size, month, terms)
        return self.money.of(packs * self.values(terms.price)), packs * size

    def _use(self, due: Decimal) -> Decimal:
        def order(block: Block) -> tuple[int, bool, int, bool, int]:
            return block.priority, block.end is None, block.end or 0, block.paid, block.created

        left = due
        for block in sorted(self.blocks, key=order):
            used = min(block.left, left)
            block.left, left = block.left - used, left - used
        return due - left

    def _end(self, month: int) -> Decimal:
        expired = ZERO
        ending = sorted((block for block in self.blocks if block.end == month), key=lambda block: -block.created)
        self.blocks = [block for block in self.blocks if block.end != month]
        for block in ending:
            kept = self._kept(block) if self._may_roll(block) else ZERO
            expired += block.left - kept
            if self._may_roll(block):
                assert block.pack is not None and block.pack.valid_months is not None
                block.left, block.rolled, block.end = kept, block.rolled + 1, month + block.pack.valid_months
                self.blocks.append(block)
        return expired

    @staticmethod
    def _may_roll(block: Block) -> bool:
        terms = None if block.pack is None else block.pack.rollover
        return terms is not None and block.rolled < terms.periods

    def _kept(self, block: Block) -> Decimal:
        """Return what of an ending block rolls over."""
        assert block.pack is not None and block.pack.rollover is not None
        terms = block.pack.rollover
        rolled = sum((each.left for each in self.blocks if each.pack is block.pack and each.rolled > 0), ZERO)
        kept = block.left * self.values(terms.share)
        if terms.cap is not None:
            kept = min(kept, max(self.values(terms.cap) - rolled, ZERO))
        if terms.cap_share is not None:
            kept = min(kept, max(self.values(terms.cap_share) * self.values(block.pack.amount) - rolled, ZERO))
        return kept
