"""The checks, in the order of the report: each a name and a small function from the circumstances to a finding."""

from __future__ import annotations

from collections.abc import Callable

from emulator.doctor import folder_checks, python_checks, server_checks, variable_checks
from emulator.doctor.circumstances import Circumstances
from emulator.doctor.finding import Finding

Check = Callable[[Circumstances], Finding]

CHECKS: dict[str, Check] = {
    "python": python_checks.python,
    "boto3": python_checks.boto3,
    "descriptions": python_checks.descriptions,
    "pyqldb": python_checks.driver,
    "amazon.ion": python_checks.ion,
    "endpoint": variable_checks.endpoints,
    "credentials": variable_checks.credentials,
    "region": variable_checks.region,
    "profile": variable_checks.profile,
    "proxy": variable_checks.proxy,
    "certificates": variable_checks.ca_bundles,
    "data path": variable_checks.data_path,
    "server": server_checks.server,
    "version": server_checks.version,
    "clock": server_checks.time,
    "directory": folder_checks.directory,
    "lock": folder_checks.lock,
    "disk space": folder_checks.disk_space,
    "file system": folder_checks.file_system,
}


def examine(around: Circumstances) -> dict[str, Finding]:
    """What every check finds."""
    return {name: check(around) for name, check in CHECKS.items()}
