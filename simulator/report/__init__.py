"""What a run tells: `summary.json` first, and everything else as a reading of it.

`blocks` makes the summary, block by block; `words` says numbers and sentences; `charts`, `page`, `workbook`, `brief`,
`terminal` and the files beside them show it; `files` writes a folder whole or not at all, and `bundle` puts all
together. `sweep` and `verify` do the same for a grid of values and for the comparison of the engines.
"""
