"""Golden results: numbers of many runs in a file, so that a move that should change none is proved to change none."""
