"""How results come to a folder: whole or not at all, with a manifest, and kept beside it until they are."""
