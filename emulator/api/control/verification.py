"""GetDigest, GetBlock and GetRevision.

The engine is imported by the first of them, for starting should not wait for it.
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Annotated

from emulator.api.control.behind import InAccount
from emulator.api.control.operations import operations
from emulator.api.control.wire import AddressText, LedgerInPath, UniqueId, Wire, body

if TYPE_CHECKING:
    from emulator.journal.block import BlockAddress

router = operations()


class ValueHolder(Wire):
    ion_text: AddressText


class IonValue(Wire):
    """A ValueHolder on its way out, which may be longer than one on its way in."""

    ion_text: str


class GetBlockRequest(Wire):
    block_address: ValueHolder
    digest_tip_address: ValueHolder | None = None

    def addresses(self) -> tuple[BlockAddress, BlockAddress | None]:
        """The block's address and the tip's, read from their Ion text."""
        from emulator.ledger.verification import parse_address  # noqa: PLC0415 - brings the engine along

        address = parse_address(self.block_address.ion_text, "BlockAddress")
        if self.digest_tip_address is None:
            return address, None
        return address, parse_address(self.digest_tip_address.ion_text, "DigestTipAddress")


class GetRevisionRequest(GetBlockRequest):
    document_id: UniqueId


class GetDigestResponse(Wire):
    digest: str
    digest_tip_address: IonValue


class GetBlockResponse(Wire):
    block: IonValue
    proof: IonValue | None


class GetRevisionResponse(Wire):
    proof: IonValue | None
    revision: IonValue


@router.post("/ledgers/{name}/digest")
async def get_digest(account: InAccount, name: LedgerInPath) -> GetDigestResponse:
    """The request has neither a body nor a media type."""
    from emulator.ledger import verification  # noqa: PLC0415 - as above

    digest = verification.get_digest(account.ledgers.connect(name))
    return GetDigestResponse(
        digest=b64encode(digest.digest).decode("ascii"), digest_tip_address=_ion(digest.digest_tip_address)
    )


@router.post("/ledgers/{name}/block")
async def get_block(
    account: InAccount, name: LedgerInPath, request: Annotated[GetBlockRequest, body(GetBlockRequest)]
) -> GetBlockResponse:
    from emulator.ledger import verification  # noqa: PLC0415 - as above

    proven = verification.get_block(account.ledgers.connect(name), *request.addresses())
    return GetBlockResponse(block=_ion(proven.block), proof=_proof(proven.proof))


@router.post("/ledgers/{name}/revision")
async def get_revision(
    account: InAccount, name: LedgerInPath, request: Annotated[GetRevisionRequest, body(GetRevisionRequest)]
) -> GetRevisionResponse:
    from emulator.ledger import verification  # noqa: PLC0415 - as above

    ledger = account.ledgers.connect(name)
    address, tip = request.addresses()
    proven = verification.get_revision(ledger, address, request.document_id, tip)
    return GetRevisionResponse(revision=_ion(proven.revision), proof=_proof(proven.proof))


def _ion(text: str) -> IonValue:
    return IonValue(ion_text=text)


def _proof(text: str | None) -> IonValue | None:
    return None if text is None else _ion(text)
