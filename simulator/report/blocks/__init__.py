"""What reports print as numbers: `summary` makes `summary.json`, a file for each of its blocks."""
