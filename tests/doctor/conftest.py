"""Circumstances to look at: real Pythons, servers and folders, and variables that only the test sets."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from emulator.clock import Clock, SystemClock
from emulator.doctor.circumstances import Circumstances

Around = Callable[..., Circumstances]
NOWHERE = "http://127.0.0.1:9"
"""The port for discarding, where nobody listens."""


@pytest.fixture
def around(tmp_path: Path) -> Around:
    """Makes circumstances: all is well but what the test says."""

    def around(
        *,
        python: str = sys.executable,
        endpoint: str = NOWHERE,
        data_dir: Path | None = None,
        clock: Clock | None = None,
        **variables: str,
    ) -> Circumstances:
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **variables}
        return Circumstances(python, environment, endpoint, data_dir or tmp_path / "data", clock or SystemClock())

    return around
