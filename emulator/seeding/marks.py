"""How far a start has come with a ledger, so that one that was cut off can be taken back, and nothing else.

While a start loads seeds, a tag of the ledger has the number and the transaction of the block that it found last, and
the two transactions that it began last: `0 {found} {before} {now}`. Nobody is served meanwhile. So when a later start
finds the tag, and the newest block is of one of these transactions, nobody has committed anything since, and what came
after the first block is the seeds'. Otherwise somebody went on with what was there.
"""

from __future__ import annotations

import logging
from base64 import b64decode
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from emulator.client.session import Session
from emulator.client.transport import Transport, ask
from emulator.ion.binary import decode

_TAG = "qldb-emulator:seeding"
_JOBS = {"journal-s3-exports": "JournalS3Exports", "journal-kinesis-streams": "Streams"}
_log = logging.getLogger(__name__)


class Mark:
    """That of one ledger, which is there."""

    def __init__(self, transport: Transport, ledger: str) -> None:
        self._transport = transport
        self._ledger = ledger
        self._tags = f"/tags/{quote(ask(transport, 'GET', f'/ledgers/{ledger}')['Arn'], safe='')}"

    def take_back(self) -> None:
        """Take back what an unfinished seeding has left, unless somebody else has gone on with it; then say so."""
        mark = ask(self._transport, "GET", self._tags)["Tags"].get(_TAG)
        if mark is None:
            return
        block, _, transactions = mark.partition(" ")
        if self._newest()[1] in transactions.split() and not self._has_jobs():
            _log.warning("ledger %s was not seeded to its end: what was loaded is taken back", self._ledger)
            ask(self._transport, "POST", f"/_qldb/ledgers/{self._ledger}/restore", {"block": int(block)})
        else:
            _log.warning("ledger %s was not seeded to its end, and is in use: it keeps what it has", self._ledger)
        self.remove()

    def session(self) -> Session:
        """A session, each of whose transactions is noted before it can be committed."""
        block, found = self._newest()
        recent: deque[str] = deque(maxlen=2)

        def note(transaction_id: str) -> None:
            recent.append(transaction_id)
            ask(self._transport, "POST", self._tags, {"Tags": {_TAG: " ".join([str(block), found, *recent])}})

        note(found)
        return _Noted(self._transport, self._ledger, note)

    def remove(self) -> None:
        ask(self._transport, "DELETE", f"{self._tags}?tagKeys={quote(_TAG, safe='')}")

    def _newest(self) -> tuple[int, str]:
        """Number and transaction of the newest block."""
        path = f"/_qldb/ledgers/{self._ledger}/journal?format=ION_BINARY&last=1"
        block: Any = decode(b64decode(ask(self._transport, "GET", path)["blocks"][0]))
        return block["blockAddress"]["sequenceNo"], str(block["transactionId"])

    def _has_jobs(self) -> bool:
        """Whether there are exports or streams, which would be gone with what is taken back."""
        path = f"/ledgers/{self._ledger}"
        return any(ask(self._transport, "GET", f"{path}/{kind}")[member] for kind, member in _JOBS.items())


class _Noted(Session):
    def __init__(self, transport: Transport, ledger: str, note: Callable[[str], None]) -> None:
        super().__init__(transport, ledger)
        self._note = note

    def start(self) -> str:
        transaction_id = super().start()
        self._note(transaction_id)
        return transaction_id
