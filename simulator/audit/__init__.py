"""The buyer's own data: totals, logs and invoices, read, counted and put beside what was billed."""
