"""Scenarios to start from: those that ship, and one written from a few numbers that everyone knows."""
