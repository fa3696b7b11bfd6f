"""The law told a second time: pure Python, one case at a time, from docs/model.md alone.

Nothing here may import simulator.futures or simulator.engine; a test checks it.
"""
