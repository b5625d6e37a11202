"""What a journal is made of: blocks of statements and revisions, linked by their hashes.

These are the stored facts. Their public shape, as GetBlock shows it, is made from them in `presentation.py`; their
hashes are computed in `hash_chain.py`. Times are milliseconds since the Unix epoch; hashes are 32 bytes.
"""

from __future__ import annotations

from emulator.frozen import frozen


@frozen
class BlockAddress:
    strand_id: str
    sequence_no: int


@frozen
class Statement:
    text: str
    start_time_ms: int
    digest: bytes


@frozen
class Metadata:
    """The metadata of a document revision."""

    document_id: str
    version: int
    tx_time_ms: int
    tx_id: str


@frozen
class Revision:
    """A revision of a user's document.

    `data` is one struct as a complete Ion binary stream. A deleted revision has neither `data` nor `data_hash`, a
    redacted one only `data_hash`.
    """

    table_id: str
    metadata: Metadata
    hash: bytes
    data: bytes | None
    data_hash: bytes | None = None


@frozen
class SystemRevision:
    """A revision of the ledger's own catalog. Clients see its hash alone; `change` is one struct in Ion binary."""

    change: bytes
    hash: bytes


@frozen
class TouchedDocument:
    """Which statements of the transaction touched a document; `statements` are 0-based."""

    document_id: str
    table_name: str
    table_id: str
    statements: tuple[int, ...]


@frozen
class Redaction:
    """A request to redact one revision, journaled in the block of the transaction that made it."""

    block_address: BlockAddress
    table_id: str
    document_id: str
    version: int


@frozen
class Draft:
    """What a transaction wants to append; `journal.seal` makes a block of it."""

    transaction_id: str
    statements: tuple[Statement, ...] = ()
    documents: tuple[TouchedDocument, ...] = ()
    system_revisions: tuple[SystemRevision, ...] = ()
    revisions: tuple[Revision, ...] = ()
    redactions: tuple[Redaction, ...] = ()


@frozen
class Block:
    """One entry of the journal, sealed. `previous_block_hash` is empty in block 0."""

    address: BlockAddress
    timestamp_ms: int
    block_hash: bytes
    entries_hash: bytes
    previous_block_hash: bytes
    entries_hash_list: tuple[bytes, ...]
    draft: Draft
