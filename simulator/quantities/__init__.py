"""Numbers that a scenario states: laws of what is not known, how they are spelled, and what a parameter declares."""
