"""A Kinesis that does not take what it is given: nothing is lost, and Describe says what is the matter."""

from typing import Any

import pytest

from emulator.runtime import Emulator
from emulator.testing import Qldb
from emulator.testing.controls import Clock
from tests.delivery.streams.conftest import add
from tests.delivery.streams.fickle_kinesis import BROKEN, DENIED, NOT_FOUND, Answer, FickleKinesis
from tests.delivery.streams.streaming import becomes, described, kinds, stream, user_records
from tests.delivery.streams.test_streams import ALL
from tests.timing import eventually

DAY_MS = 86_400_000


def came(kinesis: FickleKinesis, stream_id: str = "") -> list[str]:
    """What is there: all of it, or what one stream has sent."""
    return kinds([it for it in user_records(kinesis.records) if str(it["qldbStreamArn"]).endswith(stream_id)])


@pytest.mark.parametrize(
    ("answer", "cause"), [(NOT_FOUND, "KINESIS_STREAM_NOT_FOUND"), (DENIED, "IAM_PERMISSION_REVOKED")]
)
def test_known_causes_impair_a_stream_at_once(
    qldb_client: Any, ledger: str, kinesis: FickleKinesis, answer: Answer, cause: str
) -> None:
    """It says why; once Kinesis takes records again it is ACTIVE, and delivers what it held back."""
    kinesis.answer = answer
    stream_id = stream(qldb_client, ledger, "mine")
    becomes(qldb_client, ledger, stream_id, "IMPAIRED")
    assert described(qldb_client, ledger, stream_id)["ErrorCause"] == cause

    kinesis.answer = None

    becomes(qldb_client, ledger, stream_id, "ACTIVE")
    assert eventually(lambda: came(kinesis) == ALL), "all records are there"
    assert "ErrorCause" not in described(qldb_client, ledger, stream_id)


def test_other_failures_impair_it_after_a_while(
    qldb_client: Any, ledger: str, emulator: Emulator, clock: Clock, kinesis: FickleKinesis
) -> None:
    """An outage of some seconds is no matter; one that lasts is, and has no cause of the model's."""
    kinesis.answer = BROKEN
    stream_id = stream(qldb_client, ledger, "mine")
    assert eventually(lambda: emulator.delivery.store.active()[0].failing_since_ms is not None), "it fails"
    assert described(qldb_client, ledger, stream_id)["Status"] == "ACTIVE"

    clock.advance(31_000)

    becomes(qldb_client, ledger, stream_id, "IMPAIRED")
    assert "ErrorCause" not in described(qldb_client, ledger, stream_id)


def test_impaired_stream_cannot_be_cancelled(qldb_client: Any, ledger: str, kinesis: FickleKinesis) -> None:
    """Only an ACTIVE one can (API reference, CancelJournalKinesisStream)."""
    kinesis.answer = DENIED
    stream_id = stream(qldb_client, ledger, "mine")
    becomes(qldb_client, ledger, stream_id, "IMPAIRED")

    with pytest.raises(qldb_client.exceptions.ResourcePreconditionNotMetException, match="its status is IMPAIRED"):
        qldb_client.cancel_journal_kinesis_stream(LedgerName=ledger, StreamId=stream_id)


def test_impaired_for_too_long_is_failed(qldb_client: Any, ledger: str, clock: Clock, kinesis: FickleKinesis) -> None:
    """FAILED is final, keeps its cause, and makes room for another stream."""
    kinesis.answer = DENIED
    stream_id = stream(qldb_client, ledger, "mine")
    becomes(qldb_client, ledger, stream_id, "IMPAIRED")

    clock.advance(DAY_MS)

    failed = described(qldb_client, ledger, stream_id)
    assert (failed["Status"], failed["ErrorCause"]) == ("FAILED", "IAM_PERMISSION_REVOKED")
    kinesis.answer = None
    second = stream(qldb_client, ledger, "mine")
    assert eventually(lambda: came(kinesis, second) == ALL), "the second stream delivers"
    assert described(qldb_client, ledger, stream_id)["Status"] == "FAILED"
    assert second != stream_id


def test_throttled_stream_is_slow_and_loses_nothing(
    qldb_client: Any, ledger: str, qldb: Qldb, kinesis: FickleKinesis
) -> None:
    """Kinesis takes two records of each request; the stream stays ACTIVE, keeps the order, and puts none twice."""
    kinesis.takes = 2
    stream_id = stream(qldb_client, ledger, "mine")

    assert eventually(lambda: len(kinesis.records) == len(ALL)), "all records are there"

    assert came(kinesis) == ALL
    assert described(qldb_client, ledger, stream_id)["Status"] == "ACTIVE"


def test_failing_stream_does_not_hold_up_commits(
    qldb_client: Any, ledger: str, qldb: Qldb, kinesis: FickleKinesis
) -> None:
    """The journal goes on, and the stream catches up later."""
    kinesis.answer = BROKEN
    stream(qldb_client, ledger, "mine")
    for number in range(3, 50):
        add(qldb, number)

    kinesis.answer = None

    assert eventually(lambda: "REVISION_DETAILS 51" in came(kinesis)), "the stream catches up"
    assert came(kinesis).count("REVISION_DETAILS 51") == 1
