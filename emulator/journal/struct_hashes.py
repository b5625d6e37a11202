"""The Ion hashes of the journal's own structs, computed without building the structs.

A commit hashes a handful of small structs whose shape never changes. Writing their hash input down directly is several
times cheaper than making Ion values of them first. The shapes are those of `presentation.py`, and the tests hold the
two together: each function here equals `ion_hash` of the struct there. Fields that come again in block after block, the
strand's id say, or a table's name, are hashed once and kept.

Ion Hash feeds SHA-256 with a value between two markers, its type before its bytes; a struct is the sorted hashes of
its fields, which makes the order of fields irrelevant (Amazon Ion Hash specification 1.0).
"""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from time import gmtime

from emulator.journal.block import BlockAddress, Draft, Metadata, Redaction, Statement, TouchedDocument

_BEGIN, _END = b"\x0b", b"\x0e"
_INT, _TIMESTAMP, _SYMBOL, _STRING, _BLOB, _LIST, _STRUCT = (bytes([tag]) for tag in b"\x20\x60\x70\x80\xa0\xb0\xd0")
_MILLISECONDS = b"\xc3"  # the exponent -3 as Ion's VarInt
_KEPT_CHARACTERS = 256
"""Of a text whose hash is kept: long ones seldom come again, and would take memory."""


def metadata_hash(metadata: Metadata) -> bytes:
    """The hash of `{id, version, txTime, txId}`."""
    return _hash_of_struct(
        _field(_ID, _string(metadata.document_id)),
        _kept_number(_VERSION, metadata.version),
        _field(_TX_TIME, _timestamp(metadata.tx_time_ms)),
        _field(_TX_ID, _string(metadata.tx_id)),
    )


def transaction_info_hash(draft: Draft) -> bytes:
    """The hash of `{statements, documents}`, where `documents` is absent when no document was touched."""
    fields = [_field(_STATEMENTS, _list(map(_statement, draft.statements)))]
    if draft.documents:
        documents = [_field(_symbol(document.document_id), _document(document)) for document in draft.documents]
        fields.append(_field(_DOCUMENTS, _struct(documents)))
    return _hash_of_struct(*fields)


def redaction_info_hash(redactions: Iterable[Redaction]) -> bytes:
    """The hash of `{revisions:[…]}`."""
    return _hash_of_struct(_field(_REVISIONS, _list(map(_redaction, redactions))))


def place_hash(address: BlockAddress, transaction_id: str) -> bytes:
    """The hash of `{blockAddress, transactionId}`, which binds a block's place to its transaction."""
    return _hash_of_struct(_field(_BLOCK_ADDRESS, _address(address)), _kept_text(_TRANSACTION_ID, transaction_id))


def moment_hash(transaction_id: str, timestamp_ms: int) -> bytes:
    """The hash of `{transactionId, blockTimestamp}`."""
    return _hash_of_struct(
        _kept_text(_TRANSACTION_ID, transaction_id), _field(_BLOCK_TIMESTAMP, _timestamp(timestamp_ms))
    )


def _statement(statement: Statement) -> bytes:
    return _struct(
        [
            _text(_STATEMENT, statement.text),
            _field(_START_TIME, _timestamp(statement.start_time_ms)),
            _field(_STATEMENT_DIGEST, _scalar(_BLOB, statement.digest)),
        ]
    )


def _document(document: TouchedDocument) -> bytes:
    return _struct(
        [
            _text(_TABLE_NAME, document.table_name),
            _kept_text(_TABLE_ID, document.table_id),
            _numbers(_STATEMENTS, document.statements),
        ]
    )


def _redaction(redaction: Redaction) -> bytes:
    return _struct(
        [
            _field(_BLOCK_ADDRESS, _address(redaction.block_address)),
            _kept_text(_TABLE_ID, redaction.table_id),
            _field(_DOCUMENT_ID, _string(redaction.document_id)),
            _kept_number(_VERSION, redaction.version),
        ]
    )


def _address(address: BlockAddress) -> bytes:
    return _struct([_kept_text(_STRAND_ID, address.strand_id), _field(_SEQUENCE_NO, _int(address.sequence_no))])


# What is hashed for a value: its markers, its type and its bytes, those that look like markers escaped


def _hash_of_struct(*field_hashes: bytes) -> bytes:
    return sha256(_struct(list(field_hashes))).digest()


def _struct(field_hashes: list[bytes]) -> bytes:
    field_hashes.sort()
    return _scalar(_STRUCT, b"".join(field_hashes))


def _field(name: bytes, value: bytes) -> bytes:
    return sha256(name + value).digest()


def _text(name: bytes, text: str) -> bytes:
    """The field of a text of any length."""
    return _kept_text(name, text) if len(text) <= _KEPT_CHARACTERS else _field(name, _string(text))


@lru_cache(maxsize=1024)
def _kept_text(name: bytes, text: str) -> bytes:
    return _field(name, _string(text))


def _numbers(name: bytes, numbers: tuple[int, ...]) -> bytes:
    """The field of a list of numbers."""
    return _kept_number_list(name, numbers) if len(numbers) == 1 else _field(name, _list(map(_int, numbers)))


@lru_cache(maxsize=256)
def _kept_number_list(name: bytes, numbers: tuple[int, ...]) -> bytes:
    return _field(name, _list(map(_int, numbers)))


@lru_cache(maxsize=256)
def _kept_number(name: bytes, number: int) -> bytes:
    return _field(name, _int(number))


def _list(elements: Iterable[bytes]) -> bytes:
    return _BEGIN + _LIST + b"".join(elements) + _END


def _scalar(type_tag: bytes, content: bytes) -> bytes:
    escaped = content.replace(b"\x0c", b"\x0c\x0c").replace(_BEGIN, b"\x0c\x0b").replace(_END, b"\x0c\x0e")
    return b"\x0b%b%b\x0e" % (type_tag, escaped)


def _string(text: str) -> bytes:
    # Ids and most names have nothing in them that looks like a marker, and soon say so.
    return b"\x0b\x80%b\x0e" % text.encode() if text.isalnum() else _scalar(_STRING, text.encode())


def _symbol(text: str) -> bytes:
    return b"\x0b\x70%b\x0e" % text.encode() if text.isalnum() else _scalar(_SYMBOL, text.encode())


def _int(number: int) -> bytes:
    return _scalar(_INT, number.to_bytes((number.bit_length() + 7) // 8, "big"))


@lru_cache(maxsize=64)  # all revisions of a transaction share one time
def _timestamp(epoch_ms: int) -> bytes:
    seconds, milliseconds = divmod(epoch_ms, 1000)
    # Ion's Int keeps its first bit for the sign, and leaves zero out altogether.
    coefficient = milliseconds.to_bytes(milliseconds.bit_length() // 8 + 1, "big") if milliseconds else b""
    return _scalar(_TIMESTAMP, _date(seconds) + _MILLISECONDS + coefficient)


@lru_cache(maxsize=16)
def _date(epoch_seconds: int) -> bytes:
    """A time to the second, as Ion's binary timestamps begin."""
    year, *rest = gmtime(epoch_seconds)[:6]
    return bytes([0x80, year >> 7, year & 0x7F | 0x80, *(part | 0x80 for part in rest)])


_BLOCK_ADDRESS = _symbol("blockAddress")
_BLOCK_TIMESTAMP = _symbol("blockTimestamp")
_DOCUMENTS = _symbol("documents")
_DOCUMENT_ID = _symbol("documentId")
_ID = _symbol("id")
_REVISIONS = _symbol("revisions")
_SEQUENCE_NO = _symbol("sequenceNo")
_START_TIME = _symbol("startTime")
_STATEMENT = _symbol("statement")
_STATEMENTS = _symbol("statements")
_STATEMENT_DIGEST = _symbol("statementDigest")
_STRAND_ID = _symbol("strandId")
_TABLE_ID = _symbol("tableId")
_TABLE_NAME = _symbol("tableName")
_TRANSACTION_ID = _symbol("transactionId")
_TX_ID = _symbol("txId")
_TX_TIME = _symbol("txTime")
_VERSION = _symbol("version")
