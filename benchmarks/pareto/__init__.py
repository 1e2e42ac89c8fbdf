"""Published multi-objective problems, solved by the driver of `siting pareto`."""
