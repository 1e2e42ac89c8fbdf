"""Runs it: scenario, plan, run folder, command line."""

__version__ = "0.1.0"
