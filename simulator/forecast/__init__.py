"""Every contract priced on the same futures, and the verdict on which one to sign.

`bills` prices the contracts of some futures where these are simulated, `priced` reads what a run kept of it, `verdict`
is the rule, `precision` says how well P90 is known, and `forecast` puts them together.
"""
