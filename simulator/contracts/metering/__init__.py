"""What is counted: meters, segments of conversations, the months of a contract, and rounding; nothing of money."""
