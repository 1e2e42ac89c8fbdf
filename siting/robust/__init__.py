"""`siting robust`: what of a run holds across the errors of its data."""
