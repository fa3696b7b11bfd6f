"""What a sweep found: a row for each combination of values, on the terminal and in files."""

from simulator.report.sweep.found import Found, Sweep

__all__ = ["Found", "Sweep"]
