"""What the figure `suites` runs: a test suite as somebody might have it, and a plugin that says how long it took."""
