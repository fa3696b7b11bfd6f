"""The recount: units by the definition's own text, differences from a list by their clause, and their money."""
