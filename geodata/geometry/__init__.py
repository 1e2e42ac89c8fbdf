"""Distances, nearest points and shapes, sums and means around and inside."""
