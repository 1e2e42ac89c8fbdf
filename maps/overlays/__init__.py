"""What lies on the map, one kind per file; the pages call them in order."""
