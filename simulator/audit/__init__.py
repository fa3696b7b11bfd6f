"""The buyer's own data: a log read to the record."""
