"""The answer of a run as texts and tables: what the page shows first, and what the brief has on paper."""
