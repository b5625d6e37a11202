"""Pages about the emulator itself, under `/_qldb/`: not of the service, and not signed. One module for each subject."""

PREFIX = "/_qldb"
