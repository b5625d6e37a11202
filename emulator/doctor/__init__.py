"""What `qldb-emulator doctor` looks at, and what it says to what it finds."""
