"""Seeds into ledgers, by the way that every client goes.

A server that begins with seeds loads them once: a ledger that has tables is left alone. Nothing half-done is kept. When
something goes wrong, a ledger that was made for the seeds goes again, and one that was there is what it was; a start
that was cut off in the middle leaves its mark, by which a later one takes back what was loaded.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from emulator import limits
from emulator.client.session import Session
from emulator.client.transport import ServerError, Transport, ask
from emulator.ion.binary import encode
from emulator.ion.values import Annotated, Sexp, Struct, Value
from emulator.seeding.complaints import told
from emulator.seeding.marks import Mark
from emulator.seeding.seed import Documents, Reference, Seed, SeedError, Statement, quoted

_PARAMETER_BYTES = limits.PARAMETER_BYTES - 1_024
"""Of documents in a statement: they come as one list, which has a few bytes of its own."""
_TABLES = "SELECT VALUE name FROM information_schema.user_tables"
_log = logging.getLogger(__name__)

Ids = dict[str, list[str]]
"""Of the documents that were inserted, by table, in their order."""


def load(transport: Transport, ledger: str, seeds: Iterable[Seed], region: str | None = None) -> None:
    """Put seeds into a ledger that is there. SeedError, with the place, for what the ledger refuses.

    What came before that stays.
    """
    _load(Session(transport, ledger, region), seeds)


def in_ledgers(seeds: Iterable[Seed], default: str | None) -> list[Seed]:
    """The same, each with a ledger: its own, or else the default. SeedError for one that has neither."""
    placed = [replace(seed, ledger=seed.ledger or default) for seed in seeds]
    for seed in placed:
        if not seed.ledger:
            raise SeedError(f"{seed.source} names no ledger: give it a member `ledger`, or name one by --seed-ledger")
    return placed


def load_once(transport: Transport, seeds: Iterable[Seed]) -> None:
    """Load each seed into the ledger that it names; those that are missing are made."""
    by_ledger: dict[str, list[Seed]] = {}
    for seed in seeds:
        by_ledger.setdefault(seed.ledger or "", []).append(seed)
    for name, its_seeds in by_ledger.items():
        try:
            _load_once(transport, name, its_seeds)
        except ServerError as error:
            raise SeedError(f"the ledger {name} cannot be seeded: {error}") from error


def _load_once(transport: Transport, name: str, seeds: Sequence[Seed]) -> None:
    sources = ", ".join(seed.source for seed in seeds)
    is_new = _is_made(transport, name)
    mark = Mark(transport, name)
    if not is_new:
        mark.take_back()
        if _has_tables(transport, name):
            _log.info("ledger %s has tables already: it is left as it is, without %s", name, sources)
            return
    try:
        _load(mark.session(), seeds)
    except BaseException as error:
        with suppress(ServerError, OSError):  # the first error is the one to tell
            if is_new:
                ask(transport, "DELETE", f"/ledgers/{name}")
            else:
                mark.take_back()
        if isinstance(error.__cause__, KeyboardInterrupt):  # in the middle of a commit
            raise KeyboardInterrupt from error
        raise
    mark.remove()
    _log.info("ledger %s is seeded from %s", name, sources)


def _is_made(transport: Transport, name: str) -> bool:
    """Make a ledger. False where it is there already."""
    body = {"Name": name, "PermissionsMode": "STANDARD", "DeletionProtection": False}
    try:
        ask(transport, "POST", "/ledgers", body)
    except ServerError as error:
        if error.code == "ResourceAlreadyExistsException":
            return False
        raise
    return True


def _has_tables(transport: Transport, name: str) -> bool:
    with Session(transport, name) as session:
        session.start()
        return bool(list(session.execute(_TABLES)))  # without a commit, which would be another block of the journal


def _load(session: Session, seeds: Iterable[Seed]) -> None:
    with session:
        for seed in seeds:
            ids: Ids = {}
            for step in seed.steps:
                _do(session, step, ids)


def _do(session: Session, step: Statement | Documents, ids: Ids) -> None:
    try:
        if isinstance(step, Statement):
            session.transact([step.text])
            return
        into = ids.setdefault(step.table, [])
        for batch in _batches(step.documents, ids):
            parameter = batch if len(batch) > 1 else batch[0]
            rows = session.transact([f"INSERT INTO {quoted(step.table)} ?"], [[parameter]])
            into += [str(row["documentId"]) for row in rows if isinstance(row, Struct)]
    except ServerError as error:
        begins = step.begins if isinstance(step, Statement) else None
        raise SeedError(told(step.place, error.message, begins)) from error


def _batches(documents: Sequence[Value], ids: Ids) -> Iterator[list[Value]]:
    """As many as a transaction, and the one parameter of its statement, have room for."""
    batch: list[Value] = []
    size = 0
    for document in documents:
        whole = _with_ids(document, ids)
        added = len(encode(whole))
        if batch and (len(batch) == limits.DOCUMENTS_PER_TRANSACTION or size + added > _PARAMETER_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(whole)
        size += added
    if batch:
        yield batch


def _with_ids(value: Any, ids: Ids) -> Any:
    match value:
        case Reference():
            return ids[value.table][value.number]
        case Annotated():
            return Annotated(value.annotations, _with_ids(value.value, ids))
        case Struct():
            return Struct([(name, _with_ids(field, ids)) for name, field in value.fields()])
        case Sexp():
            return Sexp([_with_ids(element, ids) for element in value])
        case list():
            return [_with_ids(element, ids) for element in value]
        case _:
            return value
