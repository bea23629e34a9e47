"""Who we are: units, accounts, observed posts, coverage, and the findings of the account standard."""
