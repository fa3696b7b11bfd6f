"""What a contract bills: invoices, what is owed on leaving, changes of vendor, ties, and units that are billed."""
