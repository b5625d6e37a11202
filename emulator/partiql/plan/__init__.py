"""From the tree of a statement to what can be run."""
