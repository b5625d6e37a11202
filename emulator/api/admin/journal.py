"""The journal of a ledger, block after block, for tests and for the curious: what GetBlock gives, many at a time."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated, Any

from fastapi import APIRouter, Query

from emulator.api.admin import PREFIX
from emulator.api.control.behind import Emulated
from emulator.api.control.limit import one_of
from emulator.api.control.wire import LedgerInPath, number_from

router = APIRouter(prefix=PREFIX)

_FORMATS = ("ION_TEXT", "ION_BINARY")
"""Two of the three that exports have."""
_PAGE_BLOCKS = 200
_PAGE_CHARACTERS = 1 << 22


@router.get("/ledgers/{name}/journal")
async def read(
    emulator: Emulated,
    name: LedgerInPath,
    *,
    start: Annotated[int, Query(), number_from(0, "start")] = 0,
    last: Annotated[int | None, Query(), number_from(1, "last")] = None,
    region: Annotated[str | None, Query()] = None,
    format_: Annotated[str, Query(alias="format"), one_of(*_FORMATS, parameter="format")] = "ION_TEXT",
) -> dict[str, Any]:
    """Blocks from a sequence number on, as Ion text or as Ion binary in base64, and where to go on: null at the tip.

    `start` is the first of them, or the first of so many before the tip as `last` says, whichever is later.
    """
    from emulator.ion.binary import encode  # noqa: PLC0415 - brings the engine along
    from emulator.ion.text import write_text  # noqa: PLC0415 - as above
    from emulator.journal.presentation import block_struct  # noqa: PLC0415 - as above

    write = write_text if format_ == "ION_TEXT" else lambda block: b64encode(encode(block)).decode("ascii")
    ledger = emulator.account(region).ledgers.connect(name)
    stop = ledger.tip.address.sequence_no + 1  # the journal may have more, which are not committed yet
    if last is not None:
        start = max(start, stop - last)
    blocks: list[str] = []
    size = 0
    for block in ledger.journal.read(start, min(start + _PAGE_BLOCKS, stop)):
        blocks.append(write(block_struct(ledger.eraser.shown(block))))
        size += len(blocks[-1])
        if size >= _PAGE_CHARACTERS:
            break
    following = start + len(blocks)
    return {"blocks": blocks, "next": following if following < stop else None}
