"""Which assumptions a cost hangs on: shares of its variance, stresses by name, and how far inputs must move."""
