"""Expected values with the noise of a sample of conversations."""
