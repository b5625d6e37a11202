"""What a test holds in its hand: the clock, the faults and the journal of an emulator, wherever it runs."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from emulator.client.plain import plain
from emulator.client.session import Session
from emulator.client.transport import ServerError, Transport, ask
from emulator.ion.binary import decode
from emulator.ion.values import Struct
from emulator.testing.controls import Clock, FaultRules
from emulator.testing.history import Difference, Documents, State, difference, revisions_in, state_of
from emulator.testing.verifying import as_struct, verify

_NOT_TO_BE_REMOVED = ("ResourceNotFoundException", "ResourcePreconditionNotMetException")


class Qldb:
    """What a test may do with an emulator, wherever that runs."""

    def __init__(self, transport: Transport, ledger: str | None = None, region: str | None = None) -> None:
        self._transport = transport
        self.region = region
        self.clock = Clock(transport)
        self.faults = FaultRules(transport, ledger)
        self._made: list[str] = []
        self._snapshots: list[str] = []

    @property
    def ledger(self) -> str | None:
        """The ledger that methods and fault rules are about when none is named: that of the test, where it has one."""
        return self.faults.ledger

    @ledger.setter
    def ledger(self, name: str | None) -> None:
        self.faults.ledger = name

    def take_back(self) -> None:
        """Remove the ledgers, snapshots and fault rules that this handle made, as far as they are still there.

        A ledger that is protected from deletion stays: somebody meant it to.
        """
        self.faults.take_back()
        for remove, made in ((self.delete_ledger, self._made), (self.remove_snapshot, self._snapshots)):
            while made:
                try:
                    remove(made.pop())
                except ServerError as error:
                    if error.code not in _NOT_TO_BE_REMOVED:
                        raise

    def in_region(self, region: str) -> Qldb:
        """A handle on the ledgers of another Region there; what it makes, it has to take back itself."""
        return Qldb(self._transport, self.ledger, region)

    def create_ledger(self, name: str, permissions_mode: str = "ALLOW_ALL") -> None:
        """Make a ledger that may be deleted."""
        body = {"Name": name, "PermissionsMode": permissions_mode, "DeletionProtection": False}
        ask(self._transport, "POST", "/ledgers", body, self.region)
        self._made.append(name)

    def ledgers(self) -> list[str]:
        """The names of all ledgers."""
        names: list[str] = []
        token: str | None = ""
        while token is not None:
            page = ask(
                self._transport,
                "GET",
                f"/ledgers?next_token={quote(token)}" if token else "/ledgers",
                None,
                self.region,
            )
            names += [ledger["Name"] for ledger in page["Ledgers"]]
            token = page.get("NextToken")
        return names

    def delete_ledger(self, name: str) -> None:
        ask(self._transport, "DELETE", f"/ledgers/{quote(name, safe='')}", None, self.region)

    def info(self) -> dict[str, Any]:
        """What runs there: `version`, `region`, `ledgers` of all Regions, and more. No fault rule is about it."""
        info: dict[str, Any] = ask(self._transport, "GET", "/_qldb/info")
        return info

    def run(self, *statements: str, ledger: str | None = None) -> list[Any]:
        """Run statements in one transaction; the rows of the last, as plain Python values."""
        with Session(self._transport, self._named(ledger), self.region) as session:
            return list(map(plain, session.transact(statements)))

    def load(self, *files: str | Path, samples: str | Iterable[str] = (), ledger: str | None = None) -> None:
        """Put into the ledger what seed files have, and a sample that is built in, or several.

        SeedError for one that is wrong.
        """
        if not files and not samples:
            return
        from emulator.seeding.files import read_seed, sample  # noqa: PLC0415 - the parser, which most tests do not need
        from emulator.seeding.loading import load  # noqa: PLC0415

        named = [samples] if isinstance(samples, str) else samples
        seeds = [*map(sample, named), *(read_seed(Path(file)) for file in files)]
        load(self._transport, self._named(ledger), seeds, self.region)

    # What happened

    def blocks(self, ledger: str | None = None, start: int = 0, last: int | None = None) -> Iterator[Struct]:
        """The blocks of the journal, from a sequence number to the tip or the `last` so many, as Ion values."""
        # In binary, for the Ion library that pyqldb pins takes twenty times as long for the text.
        path = f"/_qldb/ledgers/{self._path(ledger)}/journal?format=ION_BINARY"
        path += f"&region={self.region}" if self.region else ""
        where = f"start={start}" + (f"&last={last}" if last is not None else "")
        while where:
            page = ask(self._transport, "GET", f"{path}&{where}")
            yield from (as_struct(decode(b64decode(block))) for block in page["blocks"])
            where = "" if page["next"] is None else f"start={page['next']}"

    def journal(self, ledger: str | None = None, last: int | None = None) -> list[dict[str, Any]]:
        """The journal, or its `last` so many blocks, as plain Python values: dicts with the fields of GetBlock."""
        return list(map(plain, self.blocks(ledger, last=last)))

    def revisions(self, table: str, ledger: str | None = None) -> list[dict[str, Any]]:
        """The revisions of a table's documents in the order of the journal, deletions included.

        Those of a table that had the name and was dropped are among them.
        """
        return revisions_in(self.blocks(ledger), table)

    def statements(self, ledger: str | None = None) -> list[dict[str, Any]]:
        """The newest statements that ran, oldest first: text, plan, costs, transaction and what became of it."""
        return list(reversed(self.log(ledger)["statements"]))

    def log(self, ledger: str | None = None, limit: int = 1000) -> dict[str, Any]:
        """`statements`, `conflicts` and `digest_mismatches`, newest first, as the server tells them."""
        name = quote(self._named(ledger), safe="")
        query = f"limit={limit}" + (f"&region={self.region}" if self.region else "")
        log: dict[str, Any] = ask(self._transport, "GET", f"/_qldb/ledgers/{name}/statements?{query}")
        return log

    # What is there

    def state(self, ledger: str | None = None) -> State:
        """The documents that are there now, by table and id."""
        return state_of(self.blocks(ledger), ledger)

    def diff(self, before: Documents, after: Documents | None = None) -> Difference:
        """What was added, removed and changed between two states; the later one is that of the same ledger now unless
        given."""
        if after is None:
            after = self.state(before.ledger if isinstance(before, State) else None)
        return difference(before, after)

    # What was there

    def snapshot(self, ledger: str | None = None) -> str:
        """Keep a ledger as it is; the id to restore or fork it by."""
        answer = self._admin("POST", f"/ledgers/{self._path(ledger)}/snapshots")
        self._snapshots.append(str(answer["snapshotId"]))
        return self._snapshots[-1]

    def snapshots(self) -> list[dict[str, Any]]:
        """What is kept, oldest first: `snapshotId`, `ledger`, `sequenceNo` of the last block, and `createdAt`."""
        found: list[dict[str, Any]] = self._admin("GET", "/snapshots")["snapshots"]
        return found

    def restore(self, snapshot: str | None = None, *, block: int | None = None, ledger: str | None = None) -> None:
        """Make a ledger what a snapshot is, or what it was at one of its blocks. Its sessions end."""
        wanted = {"snapshot": snapshot, "block": block}
        members = {name: value for name, value in wanted.items() if value is not None}
        self._admin("POST", f"/ledgers/{self._path(ledger)}/restore", members)

    def reset(self, ledger: str | None = None) -> None:
        """Make a ledger what it was when it was created. Its sessions end."""
        self._admin("POST", f"/ledgers/{self._path(ledger)}/reset")

    def fork(
        self, name: str, *, block: int | None = None, snapshot: str | None = None, ledger: str | None = None
    ) -> None:
        """Make another ledger with the blocks of this one, up to a block if one is named, or with a snapshot's."""
        if snapshot is not None and block is not None:
            raise ValueError("a fork is of a snapshot or up to a block, not both")
        if snapshot is not None:
            self._admin("POST", f"/snapshots/{quote(snapshot, safe='')}/fork", {"name": name})
        else:
            members = {"name": name, **({} if block is None else {"block": block})}
            self._admin("POST", f"/ledgers/{self._path(ledger)}/fork", members)
        self._made.append(name)

    def remove_snapshot(self, snapshot: str) -> None:
        self._admin("DELETE", f"/snapshots/{quote(snapshot, safe='')}")

    def assert_verified(self, ledger: str | None = None) -> None:
        """AssertionError unless the whole journal verifies: hashes, chain, digest, and a proof of every revision.

        What others commit or redact meanwhile does not disturb it. A journal that cannot be read is none that
        verifies.
        """
        path = f"/ledgers/{self._path(ledger)}"

        def prove(operation: str, **members: Any) -> Any:
            return ask(self._transport, "POST", f"{path}/{operation}", members or None, self.region)

        try:
            verify(lambda start: self.blocks(ledger, start), prove)
        except ServerError as error:
            if error.status < 500:
                raise
            raise AssertionError(f"the journal of {self._named(ledger)} cannot be read: {error}") from error

    def _admin(self, method: str, path: str, members: object = None) -> Any:
        query = f"?region={self.region}" if self.region else ""
        return ask(self._transport, method, f"/_qldb{path}{query}", members)

    def _path(self, ledger: str | None) -> str:
        return quote(self._named(ledger), safe="")

    def _named(self, ledger: str | None) -> str:
        name = ledger or self.ledger
        if name is None:
            raise ValueError("which ledger? Name it by ledger='…', or once for all by the handle's ledger = '…'")
        return name
