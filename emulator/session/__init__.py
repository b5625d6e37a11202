"""QLDB sessions: commands in order, one transaction at a time, results by the page."""
