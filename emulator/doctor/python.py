"""A look into a Python environment, by a script that runs in it: Python 3.7 or later, with whatever packages."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping

from emulator.frozen import frozen

_PATIENCE_SECONDS = 60

_SCRIPT = """
import json, os, sys
os.environ.pop("AWS_PROFILE", None)  # a wrong one would hide everything else

def version(name):
    try:
        from importlib.metadata import version
        return version(name)
    except Exception:
        return None

def trouble(module):
    try:
        __import__(module)
    except Exception as error:
        return type(error).__name__ + ": " + str(error)

found = {"version": sys.version.split()[0], "services": [], "driver_trouble": None, "ion_has_c": None}
found["packages"] = {name: version(name) for name in ("boto3", "botocore", "pyqldb", "amazon.ion")}
try:
    import botocore.session
    services = botocore.session.Session().get_available_services()
    found["services"] = [name for name in services if name in ("qldb", "qldb-session")]
except Exception:
    pass
if found["packages"]["pyqldb"]:
    found["driver_trouble"] = trouble("pyqldb.driver.qldb_driver")
if found["packages"]["amazon.ion"]:
    try:
        import amazon.ion.simpleion
        found["ion_has_c"] = bool(getattr(amazon.ion.simpleion, "c_ext", False))
    except Exception:
        pass
print()
print(json.dumps(found))
"""


@frozen
class PythonLook:
    """What is in a Python environment."""

    version: str
    packages: Mapping[str, str | None]
    services: list[str]
    """Those of the two services of QLDB that its botocore knows, with the variables there are."""
    driver_trouble: str | None
    """The error that importing pyqldb gives."""
    ion_has_c: bool | None

    def release(self, package: str) -> tuple[int, ...]:
        """The numbers of an installed version, to compare; () where it is not installed."""
        parts = (self.packages.get(package) or "").split(".")
        return tuple(int(part) for part in parts if part.isdigit())


class NoPython(Exception):
    """There is no Python to look into; the message says why."""


def look_into(python: str, environment: Mapping[str, str]) -> PythonLook:
    """Run the script with a Python. Raises NoPython."""
    try:
        done = subprocess.run(
            [python, "-c", _SCRIPT],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
        return PythonLook(**json.loads(done.stdout.splitlines()[-1]))
    except OSError as error:
        raise NoPython(f"{python} cannot be run: {error.strerror or error}") from error
    except subprocess.TimeoutExpired as error:
        raise NoPython(f"{python} did not answer in {_PATIENCE_SECONDS} seconds") from error
    except (IndexError, ValueError, TypeError) as error:
        said = done.stderr.strip().splitlines()[-1:] or [f"exit status {done.returncode}"]
        raise NoPython(f"{python} is no Python that could be asked: {said[0]}") from error
