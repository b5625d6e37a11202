"""What redaction makes of a block: the data of one revision is replaced by its hash, everything else stays."""

from dataclasses import replace

from emulator.journal.block import Block, Revision
from emulator.journal.errors import JournalError
from emulator.journal.hash_chain import data_hash


def redacted(block: Block, document_id: str, version: int) -> Block:
    """The block without the data of that revision; the same block when the revision has none.

    JournalError when the block does not hold the revision.
    """
    revisions = block.draft.revisions
    for position, revision in enumerate(revisions):
        if (revision.metadata.document_id, revision.metadata.version) == (document_id, version):
            changed = (*revisions[:position], _without_data(revision), *revisions[position + 1 :])
            return replace(block, draft=replace(block.draft, revisions=changed))
    raise JournalError(f"Block {block.address.sequence_no} has no revision {version} of document {document_id}.")


def _without_data(revision: Revision) -> Revision:
    if revision.data is None:
        return revision
    return replace(revision, data=None, data_hash=data_hash(revision.data))
