"""Parts of the audit: each recomputes totals or limits from tables alone, without Pyomo."""
