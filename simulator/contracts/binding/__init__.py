"""Which clauses of a contract bind: how each is found, in which months it is reached, and the contract without it.

- `clause`: what a clause is, and what its state is read from.
- `settlement_clauses`: those of settlement, one entry for each of its fields.
- `price_clauses`: those of prices, one entry for each class of charge.
- `all_clauses`: all clauses of a contract.
- `sided_clauses`: what each is worth: the invoice with it less the invoice without it, on the same futures.

A new price or term of settlement declares its clauses here, or says that it has none; a test names one that does not.
"""
