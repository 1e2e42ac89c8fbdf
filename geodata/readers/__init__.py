"""Readers of what users bring: rasters, vectors, databases, own sites; every fault in a sentence."""
