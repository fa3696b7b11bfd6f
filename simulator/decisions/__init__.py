"""What to do about a forecast: which assumption to nail down, which clause to negotiate, when the money runs out."""
