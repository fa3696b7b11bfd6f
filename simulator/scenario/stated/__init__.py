"""What a scenario states, by what others ask of it: sources, months, weights, prices, tails, and the numbers the law takes."""
