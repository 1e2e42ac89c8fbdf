"""Plans that cost little more than the best and look different."""
