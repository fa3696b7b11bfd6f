"""What the process needs of Python and the system: signals, garbage collection, libraries' warnings."""
