"""What lies on the map, one kind per file; `maps.page` calls them in order."""
