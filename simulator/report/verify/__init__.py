"""What `simulate verify` shows and writes: numbers, text for the terminal, charts, folder."""
