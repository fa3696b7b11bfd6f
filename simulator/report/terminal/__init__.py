"""What a run prints in a terminal."""
