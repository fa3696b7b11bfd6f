"""Draws conversations one by one, as rows of columns."""
