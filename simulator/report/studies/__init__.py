"""Answers to the questions of a buyer who decides, each in a file of its name: sentence, tables, notes and figure."""
