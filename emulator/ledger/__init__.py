"""A ledger: transactions that are committed to its journal, and the view that is made from it."""
