"""What a journal says happened, and what is there because of it. Journals are lists of blocks as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import Any

from emulator.frozen import frozen

State = dict[str, dict[str, Any]]
"""Documents by id, by table."""


def revisions_in(journal: Sequence[dict[str, Any]], table: str) -> list[dict[str, Any]]:
    """The revisions of documents of a table, in order."""
    return [revision for name, revision in _revisions(journal) if name == table]


def state_of(journal: Sequence[dict[str, Any]]) -> State:
    """The documents that are there after the last block. Tables that were dropped keep theirs."""
    state: State = {}
    for table, revision in _revisions(journal):
        documents = state.setdefault(table, {})
        if "data" in revision:
            documents[revision["metadata"]["id"]] = revision["data"]
        elif "dataHash" not in revision:
            documents.pop(revision["metadata"]["id"], None)
    return state


def _revisions(journal: Sequence[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The revisions of documents, with the names of their tables."""
    for block in journal:
        touched = block.get("transactionInfo", {}).get("documents", {})
        for revision in block.get("revisions", ()):
            if "metadata" in revision:
                yield touched[revision["metadata"]["id"]]["tableName"], revision


@frozen
class Difference:
    """Documents by table and id: those that came, those that went, and what the others were and are."""

    added: State = field(default_factory=dict)
    removed: State = field(default_factory=dict)
    changed: dict[str, dict[str, tuple[Any, Any]]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def difference(before: State, after: State) -> Difference:
    """What it takes to get from one state to the other."""
    found = Difference()
    for table in before.keys() | after.keys():
        old, new = before.get(table, {}), after.get(table, {})
        _note(found.added, table, {key: new[key] for key in new.keys() - old.keys()})
        _note(found.removed, table, {key: old[key] for key in old.keys() - new.keys()})
        changed = {key: (old[key], new[key]) for key in old.keys() & new.keys() if old[key] != new[key]}
        _note(found.changed, table, changed)
    return found


def _note(place: dict[str, Any], table: str, documents: dict[str, Any]) -> None:
    if documents:
        place[table] = documents
