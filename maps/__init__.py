"""Draws tables: a Folium map in one offline file, and the figures of the report."""
