"""What a snapshot says of itself: the file `snapshot.json` in its folder, read with nothing taken for granted.

The format is looked at before anything else: a newer one may describe itself in other members.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from emulator.account.encryption import is_key
from emulator.account.names import is_name
from emulator.errors import InvalidParameterException
from emulator.frozen import frozen
from emulator.times import iso

FORMAT = 1
"""Of a snapshot's folder; a newer one is refused."""
FILE = "snapshot.json"


@frozen
class Snapshot:
    snapshot_id: str
    ledger_name: str
    account_id: str
    region: str
    permissions_mode: str
    sequence_no: int
    """Of the last block in it."""
    created_at_ms: int
    kms_key_arn: str | None = None
    journal_digest: str | None = None
    """Of the file, see `ledger.keeping`; so is that of the view."""
    view_digest: str | None = None
    format: int = FORMAT


def write(folder: Path, snapshot: Snapshot) -> None:
    (folder / FILE).write_text(json.dumps(asdict(snapshot)), encoding="utf-8")


def read(folder: Path) -> Snapshot:
    """The snapshot in a folder of its id. InvalidParameterException where that cannot be told, or it is newer."""
    members = _members(folder)
    _check(folder, members, "format", lambda came: type(came) is int and came >= 1, "a number from 1 on")
    if members["format"] > FORMAT:
        message = f"The snapshot {folder.name} has format {members['format']}; the newest known here is {FORMAT}"
        raise InvalidParameterException(message, "snapshot")
    _check(folder, members, "snapshot_id", lambda came: came == folder.name, folder.name)
    for name, (fits, wanted) in _MEMBERS.items():
        _check(folder, members, name, fits, wanted)
    return Snapshot(**{name: members[name] for name in Snapshot.__dataclass_fields__ if name in members})


def _members(folder: Path) -> Mapping[str, Any]:
    try:
        members = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except OSError as error:
        raise _unreadable(folder, (error.strerror or str(error)).lower()) from error
    except (ValueError, RecursionError) as error:
        raise _unreadable(folder, "it is not JSON") from error
    if not isinstance(members, dict):
        raise _unreadable(folder, "it is not an object of JSON")
    return members


def _check(folder: Path, members: Mapping[str, Any], name: str, fits: Callable[[Any], bool], wanted: str) -> None:
    if not fits(members.get(name)):
        came = _excerpt(members[name]) if name in members else "missing"
        raise _unreadable(folder, f"{name} is {came}, wanted {wanted}")


def _unreadable(folder: Path, reason: str) -> InvalidParameterException:
    message = f"The snapshot {folder.name} has a description that cannot be read: {reason}"
    return InvalidParameterException(message, "snapshot")


def _excerpt(came: object) -> str:
    """As JSON has it, and not long."""
    if isinstance(came, dict | list):
        return "an object" if isinstance(came, dict) else "a list"
    text = json.dumps(came)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _is_text(came: object) -> bool:
    return type(came) is str


def _is_text_or_nothing(came: object) -> bool:
    return came is None or _is_text(came)


def _is_time(came: object) -> bool:
    try:
        return type(came) is int and bool(iso(came))
    except OverflowError:
        return False


_MEMBERS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "ledger_name": (lambda came: _is_text(came) and is_name(came), "the name of a ledger"),
    "account_id": (_is_text, "a text"),
    "region": (_is_text, "a text"),
    "permissions_mode": (lambda came: came in ("ALLOW_ALL", "STANDARD"), "ALLOW_ALL or STANDARD"),
    "sequence_no": (lambda came: type(came) is int and came >= 0, "the number of a block"),
    "created_at_ms": (_is_time, "milliseconds since 1970"),
    "journal_digest": (_is_text_or_nothing, "a text"),
    "view_digest": (_is_text_or_nothing, "a text"),
    "kms_key_arn": (lambda came: came is None or (_is_text(came) and is_key(came)), "the ARN of a key"),
}
"""What may stand there, and how messages say that."""
