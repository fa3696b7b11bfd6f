"""What a million tokens cost: rates by class of token, and the public price list."""
