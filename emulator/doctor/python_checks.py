"""Checks of the Python environment that the user's program runs in."""

from __future__ import annotations

from emulator.doctor.circumstances import Circumstances
from emulator.doctor.finding import Finding, note, ok, problem, skipped
from emulator.doctor.python import NoPython

_LAST_WITH_QLDB = (1, 40, 60)
_HEEDS_ENDPOINT_URL = (1, 28)
_SAME_NUMBERS_SINCE = (1, 33)
_ION_WITH_C = (0, 10)
_NO_PYTHON = "there is no Python to look into"


def python(around: Circumstances) -> Finding:
    """The Python that was named runs."""
    look = around.look
    if isinstance(look, NoPython):
        return problem(str(look), f'{around.command} doctor --python "$(command -v python3)"')
    return ok(f"{look.version}, {around.python}")


def boto3(around: Circumstances) -> Finding:
    """boto3 is there, and heeds AWS_ENDPOINT_URL."""
    look = around.look
    if isinstance(look, NoPython):
        return skipped(_NO_PYTHON)
    version = look.packages["boto3"]
    if version is None:
        return problem("not installed", around.pip("boto3"))
    if look.release("boto3") < _HEEDS_ENDPOINT_URL:
        return problem(
            f"{version} does not heed AWS_ENDPOINT_URL, and would call AWS", around.pip("--upgrade", "boto3")
        )
    return ok(f"{version} with botocore {look.packages['botocore']}")


def descriptions(around: Circumstances) -> Finding:
    """Its botocore knows both services of QLDB, of its own or by the kit."""
    look = around.look
    if isinstance(look, NoPython) or look.packages["botocore"] is None:
        return skipped("there is no botocore")
    if len(look.services) == 2:
        return ok("boto3 knows qldb and qldb-session")
    version = look.packages["boto3"]
    if _SAME_NUMBERS_SINCE <= look.release("boto3") <= _LAST_WITH_QLDB < look.release("botocore"):
        return problem(
            f"boto3 {version} had QLDB, but botocore is {look.packages['botocore']}, which has it no more: "
            "the two have to be pinned together",
            around.pip(f"boto3=={version}", f"botocore=={version}"),
        )
    return problem(
        f"boto3 {version} has no QLDB: boto3.client('qldb') raises UnknownServiceError",
        f'eval "$({around.command} env)"',
    )


def driver(around: Circumstances) -> Finding:
    """pyqldb, where it is installed, can be imported."""
    look = around.look
    if isinstance(look, NoPython):
        return skipped(_NO_PYTHON)
    version = look.packages["pyqldb"]
    if version is None:
        return note("not installed: boto3 alone runs no transactions conveniently", around.pip("pyqldb"))
    if look.driver_trouble is not None:
        return problem(f"{version} cannot be imported: {look.driver_trouble}", around.pip(f"pyqldb=={version}"))
    return ok(version)


def ion(around: Circumstances) -> Finding:
    """The Ion library has its part in C, where there is one."""
    look = around.look
    if isinstance(look, NoPython) or look.packages["amazon.ion"] is None:
        return skipped("not installed")
    version = look.packages["amazon.ion"]
    if look.ion_has_c:
        return ok(f"{version} with its part in C")
    if look.packages["pyqldb"] is not None:
        return note(f"{version} without a part in C is slow, but the newest that pyqldb takes")
    if look.release("amazon.ion") < _ION_WITH_C:
        return problem(f"{version} has no part in C and is slow", around.pip("--upgrade", "amazon.ion"))
    return problem(
        f"{version} lacks its part in C and is slow", around.pip("--force-reinstall", "--no-cache-dir", "amazon.ion")
    )
