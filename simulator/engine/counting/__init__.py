"""Bills and counts the conversations that were drawn."""
