"""QLDB sessions over HTTP: the service `qldb-session`, JSON 1.0, one operation, seven commands.

Plain ASGI, as every statement of every client comes through here. Commands of one session run one after the other, in
the order they came: with read-ahead a driver has two of them in flight.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from time import perf_counter
from typing import Any
from weakref import WeakKeyDictionary

from emulator.api.asgi import Receive, Response, Scope, Send, respond
from emulator.api.asides import Asides
from emulator.api.bodies import ClientGone, read_body
from emulator.api.errors import session_error
from emulator.api.faulting import Broken, after, before
from emulator.api.session_calls import session_call
from emulator.api.session_requests import Request, read_request
from emulator.api.session_responses import write_response
from emulator.api.signature import region_of
from emulator.api.turns import drive
from emulator.api.writer import Writer
from emulator.errors import (
    AwsError,
    BadRequestException,
    InternalFailure,
    ResourceNotFoundException,
    ResourcePreconditionNotMetException,
    UnknownOperationException,
)
from emulator.ledger.committing import Commit
from emulator.ledger.ledger import Ledger
from emulator.metrics.meters import Meter
from emulator.runtime import Emulator
from emulator.session import messages
from emulator.session.aside import Aside
from emulator.session.commands import Command, ExecuteStatement, Result, StartSession
from emulator.session.session import Session

logger = logging.getLogger(__name__)

Turn = AbstractAsyncContextManager[Any]
"""What a session's commands have one after the other."""

_TARGET = b"QLDBSession.SendCommand"
_CONTENT_TYPE = (b"content-type", b"application/x-amz-json-1.0")


def session_app(emulator: Emulator) -> SessionApplication:
    """The application of an emulator's sessions."""
    return SessionApplication(emulator)


class _Talk:
    """What goes with a session here: its turn, and the meter of its ledger."""

    __slots__ = ("lock", "meter")

    def __init__(self, meter: Meter) -> None:
        self.lock = asyncio.Lock()
        self.meter = meter


class SessionApplication:
    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._sessions = emulator.sessions
        self._writer = Writer()
        emulator.attend(self._writer.attend)
        self._asides = Asides()
        self._new_id = emulator.request_ids.new_id
        self._tick = emulator.clock.tick
        self._faults = emulator.faults
        self._meters = emulator.meters
        self._talks: WeakKeyDictionary[Session, _Talk] = WeakKeyDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = self._new_id()
        headers = dict(scope["headers"])
        try:
            body = await read_body(headers, receive)
        except AwsError as error:
            await respond(send, *session_error(error, request_id))
        except ClientGone:
            logger.debug("request %s: the client left before it was complete", request_id)
        else:
            await respond(send, *await self.answer(headers, body, request_id))

    async def answer(self, headers: Mapping[bytes, bytes], body: bytes, request_id: str) -> Response:
        """The response to a whole request. Nothing is raised but a cancellation, and Broken by a fault rule."""
        try:
            _refuse_other_operations(headers)
            self._tick()
            request = read_request(body)
            do = self._do_with_faults if self._faults else self._do
            answer = await do(request, headers, request_id)
        except AwsError as error:
            return session_error(error, request_id)
        except Broken:
            raise
        except Exception:
            logger.exception("request %s failed", request_id)
            return session_error(InternalFailure(), request_id)
        return _response(answer, request_id)

    async def close(self) -> None:
        """Wait for the commits at work."""
        await self._writer.close()

    async def _do_with_faults(self, request: Request, headers: Mapping[bytes, bytes], request_id: str) -> bytes:
        command = request.command
        session = None if isinstance(command, StartSession) else self._sessions.find(request.session_token)
        standing = self._faults.draw(session_call(command, session))
        if standing is None:
            return await self._do(request, headers, request_id)
        talk = None if session is None else self._talks[session]
        async with talk.lock if talk else nullcontext():  # to its end, or who comes later would be before it
            try:
                await before(standing, session)
            except AwsError as error:
                if talk:
                    talk.meter.refused(error)
                raise
            answer = await self._do(request, headers, request_id, nullcontext())
        after(standing.rule, _response(answer, request_id))
        return answer

    async def _do(
        self, request: Request, headers: Mapping[bytes, bytes], request_id: str, turn: Turn | None = None
    ) -> bytes:
        """The answer to a request; a command of a session waits for its turn, unless it has it already."""
        started = perf_counter()
        if isinstance(request.command, StartSession):
            # Drivers know a session by the id of the request that started it, so that is its id.
            session = self._start(request.command.ledger_name, region_of(headers), request_id)
            self._talks[session].meter.answered("StartSession", _milliseconds_since(started))
            return write_response(request.command, session, int(_milliseconds_since(started)))
        session = self._sessions.find(request.session_token)
        talk = self._talks[session]
        try:
            result = await self._run(session, turn or talk.lock, request.command)
        except Exception as error:
            talk.meter.refused(error if isinstance(error, AwsError) else InternalFailure())
            raise
        if isinstance(request.command, ExecuteStatement):
            asyncio.get_running_loop().call_soon(session.work_ahead)
        milliseconds = _milliseconds_since(started)
        talk.meter.answered(type(request.command).__name__, milliseconds, getattr(result, "consumed_ios", None))
        return write_response(request.command, result, int(milliseconds))

    def _start(self, ledger_name: str, region: str | None, session_id: str) -> Session:
        ledger = self._connect(ledger_name, region)
        meter = self._meters.of(region or self._emulator.settings.region, ledger_name)
        try:
            session = self._sessions.start(ledger, ledger_name, session_id)
        except AwsError as error:
            meter.refused(error)
            raise
        self._talks[session] = _Talk(meter)
        if meter.is_level_due:
            self._emulator.measure(ledger, meter)
        logger.debug("session %s of ledger %s starts", session_id, ledger_name)
        return session

    def _connect(self, ledger_name: str, region: str | None) -> Ledger:
        try:
            return self._emulator.account(region).ledgers.connect(ledger_name)
        except (ResourceNotFoundException, ResourcePreconditionNotMetException) as error:
            # The session service has neither error, and its own words are not known: these are the control plane's.
            raise BadRequestException(messages.LEDGER_NOT_FOUND.format(ledger_name=ledger_name)) from error

    async def _run(self, session: Session, turn: Turn, command: Command) -> Result:
        async with turn:
            try:
                return await drive(session.run(command), partial(self._wait, session))
            except AwsError:
                raise
            except BaseException:
                # Cut off somewhere in the middle, so what the transaction did is not known.
                session.abandon()
                raise

    async def _wait(self, session: Session, step: Commit | Aside[Any]) -> None:
        if isinstance(step, Aside):
            await self._asides.done(step)
        else:
            await self._writer.settled(session.ledger, step)


def _refuse_other_operations(headers: Mapping[bytes, bytes]) -> None:
    target = headers.get(b"x-amz-target", b"")
    if target != _TARGET:
        came = target[:100].decode("ascii", "backslashreplace") or "nothing"
        raise UnknownOperationException(f"The one operation is {_TARGET.decode()}, got {came}")


def _response(answer: bytes, request_id: str) -> Response:
    return 200, (_CONTENT_TYPE, (b"x-amzn-requestid", request_id.encode("ascii"))), answer


def _milliseconds_since(started: float) -> float:
    return (perf_counter() - started) * 1000
