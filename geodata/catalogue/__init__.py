"""The catalogue of sources: what each is, fetched and verified."""
