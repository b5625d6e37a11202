"""A local Amazon QLDB: real journal, real hashes, unmodified clients."""

__version__ = "0.1.0"
