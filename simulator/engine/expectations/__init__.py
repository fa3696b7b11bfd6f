"""What every meter comes to on average, without any draw."""
