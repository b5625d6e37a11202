"""Snapshots and forks over HTTP: keep a ledger as it is, come back to that, or go on from there under another name."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from emulator.account.names import refuse_ledger_name
from emulator.account.snapshot_description import Snapshot
from emulator.api.admin import PREFIX
from emulator.api.admin.requests import json_object, read_members, text, whole_number
from emulator.api.control.behind import Emulated
from emulator.api.control.wire import LedgerInPath
from emulator.errors import InvalidParameterException
from emulator.times import iso

router = APIRouter(prefix=PREFIX)

Region = Annotated[str | None, Query()]
Members = Annotated[dict[str, Any], Depends(json_object)]


@router.post("/ledgers/{name}/snapshots")
async def take(emulator: Emulated, name: LedgerInPath, region: Region = None) -> dict[str, Any]:
    """Keep a ledger as it is now."""
    return _shown(emulator.copies(region).snapshot(name))


@router.get("/snapshots")
async def list_snapshots(emulator: Emulated, region: Region = None) -> dict[str, Any]:
    """All snapshots of the Region, oldest first."""
    return {"snapshots": [_shown(it) for it in emulator.snapshots.list(region or emulator.settings.region)]}


@router.delete("/snapshots/{snapshot_id}")
async def remove(emulator: Emulated, snapshot_id: str) -> Response:
    emulator.snapshots.remove(snapshot_id)
    return Response()


@router.post("/ledgers/{name}/restore")
async def restore(emulator: Emulated, name: LedgerInPath, request: Members, region: Region = None) -> dict[str, Any]:
    """Make a ledger what a snapshot is, or what it was itself at a block."""
    wanted = read_members("A restore", request, {"snapshot": text, "block": whole_number})
    if len(wanted) != 1:
        raise InvalidParameterException("A restore is to a snapshot or to a block, one of both", "snapshot")
    copies = emulator.copies(region)
    if "snapshot" in wanted:
        copies.restore(name, wanted["snapshot"])
    else:
        copies.rewind(name, wanted["block"])
    return _standing(emulator, name, region)


@router.post("/ledgers/{name}/reset")
async def reset(emulator: Emulated, name: LedgerInPath, region: Region = None) -> dict[str, Any]:
    """Make a ledger what it was when it was created."""
    emulator.copies(region).rewind(name, 0)
    return _standing(emulator, name, region)


@router.post("/ledgers/{name}/fork")
async def fork(emulator: Emulated, name: LedgerInPath, request: Members, region: Region = None) -> dict[str, Any]:
    """Make another ledger that begins with the blocks of this one."""
    wanted = read_members("A fork", request, {"name": text, "block": whole_number})
    new_name = _new_name(wanted)
    emulator.copies(region).fork(name, new_name, wanted.get("block"))
    return _standing(emulator, new_name, region)


@router.post("/snapshots/{snapshot_id}/fork")
async def fork_snapshot(
    emulator: Emulated, snapshot_id: str, request: Members, region: Region = None
) -> dict[str, Any]:
    """Make a ledger that begins with the blocks of a snapshot."""
    new_name = _new_name(read_members("A fork", request, {"name": text}))
    emulator.copies(region).fork_snapshot(snapshot_id, new_name)
    return _standing(emulator, new_name, region)


def _new_name(wanted: dict[str, Any]) -> str:
    if "name" not in wanted:
        raise InvalidParameterException("A fork names the ledger it makes, got none", "name")
    name: str = wanted["name"]
    refuse_ledger_name(name)
    return name


def _standing(emulator: Emulated, name: str, region: str | None) -> dict[str, Any]:
    ledgers = emulator.account(region).ledgers
    ledger = ledgers.made(name)
    where = {"sequenceNo": ledger.tip.address.sequence_no, "strandId": ledger.strand_id}
    return {"name": name, "state": ledgers.describe(name).state, **where}


def _shown(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "snapshotId": snapshot.snapshot_id,
        "ledger": snapshot.ledger_name,
        "sequenceNo": snapshot.sequence_no,
        "createdAt": iso(snapshot.created_at_ms),
    }
