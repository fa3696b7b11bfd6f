"""Reading a file is one path, which `load` walks; each file beside it is a step, and takes nothing of a later one.

1. `file_text` takes the text from the file, and `syntax` its values, mistakes in TOML mended; `positions` finds keys.
2. `added_tables`, `catalogue_entries`, `currency_codes`, `overrides`: what else a scenario has takes its place.
3. `counts` and `calendar_months` ask numbers of two readings back, and count months from the start.
4. `validation` makes a scenario of the values, with `messages` for what a table does not take.
5. The rules of `simulator/scenario/checks` look at what holds between the tables.
6. `problems` places what was found at the lines of the text, `many_problems` says where to stop.
"""
