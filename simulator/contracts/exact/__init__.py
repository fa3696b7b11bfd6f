"""The exact twin: invoices of one trial in decimals, line by line, as a vendor would bill them.

Written from docs/contracts.md and docs/settlement.md on its own: it shares the terms of a contract with the pricing of
arrays, and no arithmetic. `invoice.invoices` is the way in.
"""
