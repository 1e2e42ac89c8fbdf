"""Surveys places: candidates, zones, links, headroom and costs as checked tables."""
