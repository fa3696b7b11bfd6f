"""What each term of a contract is worth to its buyer: the price of a clause, alone and beside others."""

from simulator.decisions.clause_prices.clause_worths import ClausePrices, EqualBill, Pair, PricedChange, Share, Together
from simulator.decisions.clause_prices.each_term import clause_prices
from simulator.decisions.clause_prices.moved_terms import Change

__all__ = ["Change", "ClausePrices", "EqualBill", "Pair", "PricedChange", "Share", "Together", "clause_prices"]
