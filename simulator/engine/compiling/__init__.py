"""Makes machine code of the law and of the loops, and keeps it."""
