"""What a scenario that is right implies: exact figures at stated values, compiled contracts, what `check` says."""
