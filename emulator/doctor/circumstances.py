"""What the checks look at: a Python, the variables, an endpoint, a data directory and the time; each is asked once."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from emulator.clock import Clock
from emulator.doctor.python import NoPython, PythonLook, look_into
from emulator.doctor.server import Meeting, meet

ENDPOINT = "AWS_ENDPOINT_URL"
ENDPOINTS = ("AWS_ENDPOINT_URL_QLDB", "AWS_ENDPOINT_URL_QLDB_SESSION")
"""The one for all services of AWS, and those of the two of QLDB, which come first."""


@dataclass(frozen=True)
class Circumstances:
    """Where somebody uses the emulator, or tries to."""

    python: str
    environment: Mapping[str, str]
    endpoint: str
    data_dir: Path
    clock: Clock
    command: str = "qldb-emulator"
    """How the user's shell runs the emulator."""

    @cached_property
    def look(self) -> PythonLook | NoPython:
        """What is in the Python environment, or why that cannot be told."""
        try:
            return look_into(self.python, self.environment)
        except NoPython as error:
            return error

    @cached_property
    def meeting(self) -> Meeting:
        """What is at the endpoint."""
        return meet(self.endpoint, self.existing_file("AWS_CA_BUNDLE"))

    def pip(self, *wanted: str) -> str:
        """A line that installs packages into the Python environment."""
        return shlex.join([self.python, "-m", "pip", "install", *wanted])

    def lead_to(self, endpoint: str) -> str:
        """A line that leads clients to another endpoint, by the variables that lead them now."""
        each = [name for name in ENDPOINTS if self.environment.get(name)]
        return "export " + " ".join(f"{name}={shlex.quote(endpoint)}" for name in each or [ENDPOINT])

    def existing_file(self, variable: str) -> str | None:
        """The file that a variable names, where there is one."""
        named = self.environment.get(variable)
        return named if named and Path(named).is_file() else None
