"""From monthly totals, which a buyer has before any log of an AI, to a scenario with ranges."""
