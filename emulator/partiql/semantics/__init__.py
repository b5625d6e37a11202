"""What operators, casts and paths do to values; nothing here knows the tree of a statement."""
