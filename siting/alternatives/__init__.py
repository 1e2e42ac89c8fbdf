"""`siting alternatives`: plans that cost little more than a run's and look different."""
