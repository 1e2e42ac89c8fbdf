"""One part of the survey per file; each reads its own tables and settings."""
