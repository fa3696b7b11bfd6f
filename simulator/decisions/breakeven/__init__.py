"""Where two contracts cost the same: over a price, the volume or any number of a scenario, and on a map of two."""
