"""What exports and streams have in common on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Request

from emulator.api.control.behind import behind
from emulator.api.control.wire import arn_length

if TYPE_CHECKING:
    from emulator.delivery.exports.exports import Exports
    from emulator.delivery.streams.streams import Streams

RoleArn = Annotated[str, arn_length("RoleArn")]


async def started(http: Request, jobs: Exports | Streams, candidate: Any) -> str:
    """Let what `jobs` prepared begin; its id.

    The service that it will write to is asked first, on a thread: it may be far away, or in this very process.
    """
    await behind(http).threads.run(candidate.validate)
    return jobs.start(candidate)
