"""What a ledger may begin with: files of statements or documents, and the sample ledgers that are built in."""
