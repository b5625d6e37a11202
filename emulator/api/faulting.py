"""What a fault rule does to a request: the answer is late, is an error, gets lost, or breaks off in the middle."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Never

from emulator.api.asgi import Response
from emulator.faults.kinds import FAULTS, Break, Ends, Fault
from emulator.faults.rules import Rule, Standing

if TYPE_CHECKING:  # sessions bring the whole engine along, which starting has no need to wait for
    from emulator.session.session import Session

_LINGER_FOR_NO_TIME = struct.pack("ii", 1, 0)
"""Makes closing a socket a reset, not an orderly end."""


class Broken(Exception):
    """The connection is to be broken; in the middle of `response`, where there is one."""

    def __init__(self, how: Break, response: Response | None = None) -> None:
        super().__init__(how.name)
        self.how = how
        self.response = response


async def before(standing: Standing, session: Session | None = None) -> None:
    """Wait as long as the rule says and is in force, and fail if it strikes before anything is done."""
    await _be_late(standing)
    rule = standing.rule
    fault = FAULTS[rule.fault]
    if fault.strikes and not rule.after and fault.breaks is not Break.TRUNCATION:
        _strike(fault, session)


async def _be_late(standing: Standing) -> None:
    """A sleep that ends with its rule."""
    loop = asyncio.get_running_loop()
    over: asyncio.Future[None] = loop.create_future()

    def let_go() -> None:
        if not over.done():
            over.set_result(None)

    timer = loop.call_later(standing.rule.latency_ms / 1000, let_go)
    try:
        with standing.holding_up(let_go):
            await over
    finally:
        timer.cancel()


def after(rule: Rule, response: Response) -> None:
    """Fail where the rule strikes once all is done and answered with `response`."""
    fault = FAULTS[rule.fault]
    if fault.breaks is Break.TRUNCATION:
        raise Broken(fault.breaks, response)
    if rule.after:
        _strike(fault, None)


def _strike(fault: Fault, session: Session | None) -> Never:
    transaction_id = ""
    if session is not None:
        transaction_id = session.open_transaction_id
        _ENDS[fault.ends](session)
    if fault.breaks is not None:
        raise Broken(fault.breaks)
    assert fault.error is not None
    raise fault.error(transaction_id)


_ENDS: dict[Ends, Callable[[Session], None]] = {
    Ends.NOTHING: lambda session: None,
    Ends.TRANSACTION: lambda session: session.abandon(),
    Ends.SESSION: lambda session: session.end(),
}


def reset(transport: asyncio.Transport) -> None:
    """End a connection as one ends whose other side has crashed; one that has ended is left alone."""
    if transport.is_closing():
        return
    connection: socket.socket = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_FOR_NO_TIME)
    transport.abort()


def half(body: bytes) -> bytes:
    """As much of a body as comes before its connection breaks."""
    return body[: len(body) // 2]


def promised(body: bytes) -> int:
    """The length that such an answer's head tells: where there is no body, more than that as well."""
    return max(len(body), 1)
