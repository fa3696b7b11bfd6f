"""Reading a file is one path, which `load` walks; each file beside it is a step, and takes nothing of a later one.

1. `file_text` takes the text from the file, `toml_values` its values; `positions` finds keys, `toml_mistakes` mends.
2. `added_tables`, `catalogue_entries`, `currency_codes`, `overrides`: what else a scenario has takes its place.
3. `counts` asks numbers of two readings back, `calendar_months` counts months from the start.
4. `validation` makes a scenario of the values: pass by pass it finds `issues`, tells them (`messages`), mends them.
5. The rules of `simulator/scenario/checks` look at what holds between the tables.
6. `problems` places what was found at the lines of the text; `many_problems` says where telling stops.
"""
