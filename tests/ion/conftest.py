"""These tests also run where nothing of the server is installed, and then this is the only configuration."""

import tests.laws  # noqa: F401
