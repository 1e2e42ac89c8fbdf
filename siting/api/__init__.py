"""What notebooks and programs call; `siting` hands on its names."""
