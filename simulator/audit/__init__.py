"""The buyer's own data: records that were read from a log, and what they say of invoices."""
