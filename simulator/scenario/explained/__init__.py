"""What each key of a scenario means, what a scenario says there, and what differs between two."""
