"""Buckets in host names, the way S3 clients like to address them, made into paths.

    http://my-bucket.localhost:8000/a/key              http://localhost:8000/my-bucket/a/key
    http://my-bucket.s3.us-east-1.localhost:8000/key   http://localhost:8000/my-bucket/key

Names below `localhost` lead to the own machine on most systems, those below `localhost.localstack.cloud` by public DNS;
those of Amazon's own do where somebody sees to it.
"""

import re

_BUCKET = r"(?P<bucket>(?!s3[.-])[a-z0-9][a-z0-9._-]{1,61}?[a-z0-9])"
_S3 = r"(?:s3(?:[.-][a-z0-9-]+)?\.)"
_VIRTUAL = re.compile(
    rf"{_BUCKET}\.(?:{_S3}?localhost(?:\.localstack\.cloud)?|{_S3}amazonaws\.com)(?P<port>:[0-9]+)?", re.IGNORECASE
)
_PORT = re.compile(r":[0-9]+$")


def bucket_of(host: str) -> str | None:
    """The bucket that a `Host` header names; None where it names the server alone."""
    found = _VIRTUAL.fullmatch(host)
    return None if found is None else found["bucket"].lower()


def in_path_style(host: str, raw_path: str) -> tuple[str, str]:
    """Host and path of the same S3 request with the bucket in the path.

    The host becomes `localhost`, for in any name with a dot that it does not know moto takes the first part for a
    bucket.
    """
    port = _PORT.search(host)
    bucket = bucket_of(host)
    path = raw_path if bucket is None else f"/{bucket}{raw_path}"
    return f"localhost{port[0] if port else ''}", path
