"""Ion: its values, as text, binary and JSON, and their hashes. Everything stored or sent is made of them."""
