"""The language: from the text of a statement to its rows. It knows no ledger and asks its host."""
