"""Faults on demand: what a client has to survive, made to happen when a test wants it.

A rule says what goes wrong, at which command, and how often. The ways in (`api/`) ask here at every command while
there are rules, and do what the rule says; the engine behind them knows nothing of it.
"""
