"""What reports say in words: figures of numbers, sentences of the summary, texts that fit a terminal."""
