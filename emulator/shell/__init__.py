"""Statements for people and for scripts: `qldb-emulator shell` and `qldb-emulator exec`, on our own client."""
