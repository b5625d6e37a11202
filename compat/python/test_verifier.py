"""The verifier itself, on an answer of the real service: what it says about our server can be believed."""

from pathlib import Path
from typing import Any

import pytest
from amazon.ion.simpleion import loads
from verifier import dot, root, verify_block, verify_revision

VECTOR = Path(__file__).resolve().parents[2] / "tests/vectors/cli-vehicle-registration.ion"


@pytest.fixture
def vector() -> Any:
    """A block, its revision, both proofs and the digest, as Amazon QLDB gave them in 2019."""
    return loads(VECTOR.read_text())


def test_real_block_verifies(vector: Any) -> None:
    """A block of the service and its proof reach the service's digest."""
    assert verify_block(vector["block"], vector["blockProof"], bytes(vector["digest"]))


def test_real_revision_verifies(vector: Any) -> None:
    """A revision of the service and its proof reach the same digest."""
    assert verify_revision(vector["block"]["revisions"][0], vector["revisionProof"], bytes(vector["digest"]))


def test_forged_block_does_not_verify(vector: Any) -> None:
    """A changed statement is noticed."""
    vector["block"]["transactionInfo"]["statements"][0]["statement"] = loads('"DELETE FROM VehicleRegistration"')

    assert not verify_block(vector["block"], vector["blockProof"], bytes(vector["digest"]))


def test_dot_has_a_neutral_element() -> None:
    """The empty hash leaves the other one as it is."""
    assert dot(b"", b"a" * 32) == dot(b"a" * 32, b"") == b"a" * 32


def test_odd_one_goes_up_unchanged() -> None:
    """The root of three leaves joins the third to the first two's hash."""
    first, second, third = (bytes([number]) * 32 for number in (1, 2, 3))

    assert root([first, second, third]) == dot(dot(first, second), third)
