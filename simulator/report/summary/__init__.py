"""The typed summary of a run: frozen classes, a file for each block, of which `summary.json` is the dump.

`Summary` in `summary` is the whole; `plain.as_json` dumps it and `read` reads a file back. Amounts are in the
scenario's currency and over the whole horizon unless an attribute says otherwise; shares lie in [0, 1]; what is not
known is None.
"""
