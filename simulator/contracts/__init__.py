"""Contracts: meters -> charges -> settlement -> invoice. Nothing here sees a conversation.

The rooms stand one on another; a room knows those above it in this list, never one below:

- `wording`: how messages name things.
- `metering`: what is counted, and the months of a contract.
- `rates`: what tokens cost, and the public price list.
- `prices`: one file a price, its spelling beside its arithmetic.
- `settlement`: one file a term, its spelling beside its arithmetic; `settlement.settlement` applies them in order.
- `contract`: a compiled contract.
- `contract_terms`, `contract_types`: what an analyst may write; `compile_contract` makes a `Contract` of it.
- `invoices`: `invoice` prices meters under a contract; what is owed on leaving, changes of vendor, ties, billed units.
- `binding`: which clauses bind in which months, and what each is worth.
- `exact`: the same invoices once more in decimals, written on its own; no room above knows it.

`catalogue` holds the published offers of vendors and stands by itself.
"""

from __future__ import annotations

from simulator.contracts.contract import Contract, layers_of, meters_of, segments_of
from simulator.contracts.contract_terms import ContractSpec, compile_contract, reference_problems
from simulator.contracts.contract_types import contract_union
from simulator.contracts.invoices.invoice import Invoice
from simulator.contracts.invoices.pricing import ExitRow, exit_table, invoice, owed_if_stopped
from simulator.contracts.invoices.tie import Tie, scale_rates, tie_finder, tie_price, unit_label, unit_rate
from simulator.contracts.metering.segments import place_of_segment, segment_problems
from simulator.contracts.prices.token_charge import model_cost
from simulator.contracts.rates.price_list import LIST_CURRENCY, list_price, tool_fees
from simulator.contracts.rates.token_rates import ModelRates, TokenRates, converted

__all__ = [
    "LIST_CURRENCY",
    "Contract",
    "ContractSpec",
    "ExitRow",
    "Invoice",
    "ModelRates",
    "Tie",
    "TokenRates",
    "compile_contract",
    "contract_union",
    "converted",
    "exit_table",
    "invoice",
    "layers_of",
    "list_price",
    "meters_of",
    "model_cost",
    "owed_if_stopped",
    "place_of_segment",
    "reference_problems",
    "scale_rates",
    "segment_problems",
    "segments_of",
    "tie_finder",
    "tie_price",
    "tool_fees",
    "unit_label",
    "unit_rate",
]
