"""Real days that stand for the year, and the hours of each place on them."""
