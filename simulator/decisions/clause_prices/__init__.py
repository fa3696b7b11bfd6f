"""What each term of a contract is worth to its buyer: the price of a clause, alone and beside others."""

from simulator.decisions.clause_prices.clause_worths import (
    PRICES,
    ClausePrices,
    EqualBill,
    Given,
    Owed,
    Pair,
    PricedChange,
    Share,
    Together,
    Unmeasured,
)
from simulator.decisions.clause_prices.each_term import clause_prices
from simulator.decisions.clause_prices.moved_terms import Change

__all__ = [
    "PRICES",
    "Change",
    "ClausePrices",
    "EqualBill",
    "Given",
    "Owed",
    "Pair",
    "PricedChange",
    "Share",
    "Together",
    "Unmeasured",
    "clause_prices",
]
