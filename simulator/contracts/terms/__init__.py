"""What an analyst writes of settlement: commitments, discounts, prepaid credits, guarantees, limits."""
