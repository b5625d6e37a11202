"""The ledgers of an account and Region: their lives, names, keys, tags, and where they are kept."""
