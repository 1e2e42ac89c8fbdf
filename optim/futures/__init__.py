"""Plans for several futures: build now, adapt later."""
