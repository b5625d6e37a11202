"""Nobody waits for another one's service."""

import threading
import time
from typing import Any

import pytest

from emulator.sandbox.sandbox import Sandbox
from emulator.sandbox.turn import MOTO, Turn
from tests.sandbox.conftest import Client


def test_slow_service_holds_up_no_ledger(client: Client, sandbox: Sandbox) -> None:
    """While a service of the sandbox takes its time, ledgers are made and described."""
    qldb, answered = client("qldb"), threading.Event()

    def ask() -> None:
        client("s3").list_buckets()
        answered.set()

    with MOTO.taken():
        asking = threading.Thread(target=ask)
        asking.start()
        qldb.create_ledger(Name="first", PermissionsMode="ALLOW_ALL")
        assert qldb.describe_ledger(Name="first")["State"] == "ACTIVE"
        assert not answered.is_set()
    asking.join(10)

    assert answered.is_set()


def test_who_waits_for_a_message_gets_it(client: Client) -> None:
    """A long poll lets others in, and brings the message they send."""
    sqs = client("sqs")
    queue = sqs.create_queue(QueueName="changes")["QueueUrl"]
    received: list[Any] = []

    def receive() -> None:
        received.extend(sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20).get("Messages", []))

    waiting = threading.Thread(target=receive)
    waiting.start()
    time.sleep(0.1)
    sqs.send_message(QueueUrl=queue, MessageBody="block")
    waiting.join(10)

    assert [message["Body"] for message in received] == ["block"]


class TestTurn:
    def test_is_one_threads_at_a_time(self) -> None:
        """What happens within the turn of one thread does not mix with that of another."""
        turn, steps = Turn(), []

        def work(name: str) -> None:
            with turn.taken():
                steps.append(name)
                time.sleep(0.001)
                steps.append(name)

        threads = [threading.Thread(target=work, args=(str(number),)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert steps[::2] == steps[1::2]

    def test_is_had_by_another_where_it_is_given_up(self) -> None:
        """Who gives the turn up lets another thread have it, and has it again afterwards."""
        turn, had = Turn(), threading.Event()

        def have() -> None:
            with turn.taken():
                had.set()

        with turn.taken():
            other = threading.Thread(target=have)
            other.start()
            with turn.given_up():
                assert had.wait(10)
            other.join()
            had.clear()
            third = threading.Thread(target=have)
            third.start()
            assert not had.wait(0.05)
        third.join()

    def test_is_given_up_by_who_has_it_alone(self) -> None:
        """To give up what one does not have changes nothing for who has it."""
        turn = Turn()
        with turn.taken():
            stranger = threading.Thread(target=lambda: turn.given_up().__enter__())
            stranger.start()
            stranger.join()
            with pytest.raises(TimeoutError):
                _take(turn, 0.05)


def _take(turn: Turn, seconds: float) -> None:
    had = threading.Event()

    def have() -> None:
        with turn.taken():
            had.set()

    threading.Thread(target=have, daemon=True).start()
    if not had.wait(seconds):
        raise TimeoutError
