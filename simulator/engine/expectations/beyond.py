"""Placeholder."""

Beyond = object


def make_beyond(asked, numbers):
    return None
