"""HTTP, one of the ways in: bytes to values and back, with no thinking of its own."""
