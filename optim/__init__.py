"""Optimises the plan: survey tables and settings in, build, flows, costs and prices out."""
