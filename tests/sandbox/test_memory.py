"""What is over leaves nothing behind, without a collector to look for it."""

import gc
import io
from collections.abc import Iterator

import pytest

from emulator.sandbox.request import Request
from emulator.sandbox.sandbox import Sandbox

HEADERS = [
    (b"host", b"localhost:8000"),
    (b"authorization", b"AWS4-HMAC-SHA256 Credential=local/20250701/us-east-1/s3/aws4_request, Signature=0"),
]


@pytest.fixture
def _no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def ask(sandbox: Sandbox, method: str, path: str, body: bytes = b"") -> int:
    return sandbox.answer(Request(method, path, b"", HEADERS, io.BytesIO(body), len(body), "s3")).status


def alive(kind: str) -> int:
    """How many objects there are of a class of moto's."""
    return sum(type(it).__name__ == kind for it in gc.get_objects())


@pytest.mark.usefixtures("_no_collector")
def test_request_goes_with_its_answer(sandbox: Sandbox) -> None:
    """A request, which has its whole body, is gone once it is answered."""
    assert ask(sandbox, "PUT", "/journal") == 200
    before = alive("BackendRequest")
    assert ask(sandbox, "PUT", "/journal/a", b"block") == 200

    assert alive("BackendRequest") == before == 0


@pytest.mark.usefixtures("_no_collector")
def test_object_goes_when_it_is_deleted(sandbox: Sandbox) -> None:
    """An object that was deleted or written anew takes no room any more."""
    ask(sandbox, "PUT", "/journal")
    ask(sandbox, "PUT", "/journal/a", b"block")
    ask(sandbox, "PUT", "/journal/a", b"another")
    assert alive("FakeKey") == 1
    ask(sandbox, "DELETE", "/journal/a")

    assert alive("FakeKey") == 0
