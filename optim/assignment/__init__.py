"""Assigning demand to sites at large sizes: arcs are priced in, rows x <= y added lazily."""
