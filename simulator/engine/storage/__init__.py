"""What leaves the groups of futures of a run, in memory or in files."""
