"""A server as it was when it began, for the next test."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from emulator.api.admin import PREFIX
from emulator.api.control.behind import Emulated, behind
from emulator.errors import InvalidParameterException

router = APIRouter(prefix=PREFIX)


@router.post("/reset")
async def reset(
    http: Request, emulator: Emulated, with_sandbox: Annotated[bool, Query(alias="sandbox")] = False
) -> dict[str, Any]:
    """Delete all ledgers, and with `sandbox=true` all that the sandbox's services have; tells how much that was."""
    sandbox = behind(http).sandbox
    if with_sandbox and sandbox is None:
        raise InvalidParameterException(
            "sandbox=true is for a server with a sandbox: start it with --sandbox", "sandbox"
        )
    ledgers = emulator.reset()
    if with_sandbox and sandbox is not None:
        await asyncio.to_thread(sandbox.reset)
    return {"ledgers": ledgers, "sandbox": with_sandbox}
