"""Columns of the tables, by subject; `geodata.tables` hands them out."""
