"""The tests, as packages: tests/statistics.py must not hide the standard library's module of that name."""
