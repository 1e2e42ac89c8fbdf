"""Parts of the model: each declares its own variables and constraints and returns its labelled terms."""
