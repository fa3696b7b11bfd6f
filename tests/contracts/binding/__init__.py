"""Clauses of contracts."""
