"""Published location problems, solved with the blocks of the planning model."""
