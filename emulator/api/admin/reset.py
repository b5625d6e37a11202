"""A server as it was when it began, for the next test."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query

from emulator.api.control.wire import Emulated, Sandboxed
from emulator.errors import InvalidParameterException

router = APIRouter()


@router.post("/reset")
async def reset(
    emulator: Emulated, sandbox: Sandboxed, with_sandbox: Annotated[bool, Query(alias="sandbox")] = False
) -> dict[str, Any]:
    """Delete all ledgers, and with `sandbox=true` all that the sandbox's services have; tells how much that was."""
    if with_sandbox and sandbox is None:
        raise InvalidParameterException(
            "sandbox=true is for a server with a sandbox: start it with --sandbox", "sandbox"
        )
    ledgers = emulator.reset()
    if with_sandbox and sandbox is not None:
        await asyncio.to_thread(sandbox.reset)
    return {"ledgers": ledgers, "sandbox": with_sandbox}
