"""What moto is told of a request."""

import io

import pytest

from emulator.sandbox.addresses import bucket_of, in_path_style
from emulator.sandbox.request import Request, environ


def request(path: str = "/", query: bytes = b"", service: str | None = "sqs", **headers: str) -> Request:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request("GET", path, query, pairs, io.BytesIO(), 0, service, "https")


@pytest.mark.parametrize(
    "host",
    [
        "localhost:8000",
        "127.0.0.1:8000",
        "s3.localhost",
        "s3.us-east-1.localhost",
        "s3.amazonaws.com",
        "[::1]:8000",
        "",
    ],
)
def test_host_of_the_server_names_no_bucket(host: str) -> None:
    """Names of the server, with S3's own prefixes, are not taken for a bucket."""
    assert bucket_of(host) is None


def test_bucket_moves_into_the_path() -> None:
    """What stood before the host stands before the path, and the port stays."""
    assert in_path_style("my-journal.s3.localhost:8000", "/a%2Fb") == ("localhost:8000", "/my-journal/a%2Fb")


def test_other_services_keep_host_and_scheme() -> None:
    """Addresses that a service makes of its own, such as a queue's, lead back to where the request came to."""
    found = environ(request(host="qldb.example:8443"))

    assert (found["wsgi.url_scheme"], found["HTTP_HOST"]) == ("https", "qldb.example:8443")
    assert (found["SERVER_NAME"], found["SERVER_PORT"]) == ("qldb.example", "8443")


def test_presigned_request_of_any_service_names_it() -> None:
    """moto looks for the service in the header, so what the query says is said there too."""
    found = environ(request(query=b"X-Amz-Credential=local%2F20250701%2Fus-east-1%2Fsts%2Faws4_request", service="sts"))

    assert "Credential=local/20250701/us-east-1/sts/aws4_request" in found["HTTP_AUTHORIZATION"]


def test_underscore_passes_for_no_dash() -> None:
    """A header with an underscore is not taken for the one with a dash; a user's metadata keeps it."""
    headers = [(b"x_amz_target", b"evil"), (b"x-amz-target", b"good"), (b"x-amz-meta-strand_id", b"1")]
    found = environ(Request("GET", "/", b"", headers, io.BytesIO(), 0, "s3"))

    assert found["HTTP_X_AMZ_TARGET"] == "good"
    assert found["moto.preserved_header_names"] == {"HTTP_X_AMZ_META_STRAND_ID": "x-amz-meta-strand_id"}
