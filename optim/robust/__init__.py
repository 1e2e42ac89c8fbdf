"""What of a plan holds across the errors of its data."""
