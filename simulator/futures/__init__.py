"""Draws the futures of a scenario, what is not known and what the months do, and hands its numbers to the law."""
