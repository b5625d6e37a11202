"""A client of the emulator's own: for the shell, for tests, for whatever else of this project talks to a server.

It speaks the same two protocols as the official drivers, over any transport, and needs neither boto3 nor pyqldb.
"""
