"""Why no plan exists: the few rules and limits that conflict, and by how much they must give way."""
