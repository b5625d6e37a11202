"""Which of the applications a request is for, from what is known before its body is read.

A signature names the service. Without one the path has to tell: the control plane's paths are its own, and with the
sandbox everything else is taken to be for it, as S3 answers presigned and public requests, and STS some that cannot be
signed yet. A bucket in the host's name leaves no doubt, whatever the path.
"""

from collections.abc import Mapping

from emulator.api.signature import CredentialScope
from emulator.sandbox.addresses import bucket_of

OWN_PATH = "/_qldb/"
SIGNING_NAME = "qldb"
_CONTROL_PATHS = ("/ledgers", "/tags", "/journal-s3-exports", "/console", "/_qldb")


def is_for_other_service(signed: CredentialScope | None, raw_path: str) -> bool:
    """Whether a request is signed for another service than QLDB. Pages about the emulator take any signature."""
    return signed is not None and signed.service != SIGNING_NAME and not raw_path.startswith(OWN_PATH)


def is_unsigned_for_sandbox(method: str, raw_path: str, headers: Mapping[bytes, bytes]) -> bool:
    """Whether a request without a signature is for the sandbox, where there is one."""
    if bucket_of(headers.get(b"host", b"").decode("latin-1")):
        return True
    if raw_path == "/":
        return method == "POST"
    first = raw_path.split("/", 2)[1] if raw_path.startswith("/") else ""
    return f"/{first}" not in _CONTROL_PATHS
