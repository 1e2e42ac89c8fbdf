"""Futures and samples: files in, a plan that holds in all of them out."""
