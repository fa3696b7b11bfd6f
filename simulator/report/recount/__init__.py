"""The recount for people and programs: one screen, JSON, rows to dispute, and a workbook."""
