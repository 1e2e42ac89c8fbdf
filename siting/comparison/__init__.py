"""Differences between run folders: what they share, tables, words, page and map."""
