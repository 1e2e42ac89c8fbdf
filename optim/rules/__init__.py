"""Policy rule kinds: one function each, acting on rows of the policy table."""
