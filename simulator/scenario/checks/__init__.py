"""The rules that hold between the tables of a scenario, whose single tables are right."""
