"""From charges to what is owed: one file a term, its spelling beside its arithmetic.

`settlement_terms` is the list of terms that an analyst may write, `settlement` applies them in order.
"""
