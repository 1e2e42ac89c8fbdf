"""Why a site is in a plan or not: what it would cost to force it in or out, and what would change that."""
