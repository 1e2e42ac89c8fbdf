"""Candidates from raster cells: study area, exclusions, blocks, representatives."""
