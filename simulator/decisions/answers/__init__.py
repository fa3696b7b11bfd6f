"""The sheet of worked cases as a vendor filled it in: which clauses it is consistent with, and what they bill."""
