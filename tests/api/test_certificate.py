"""A certificate of our own: good for what the server is called, kept, and made again when it is not good any more."""

import ssl
import stat
from pathlib import Path

import pytest
from cryptography import x509

from emulator.api.certificate import Certificate, names_of, self_signed
from emulator.api.tls import tls_of
from emulator.errors import StartError
from emulator.settings import Settings

NAMES = ["localhost", "127.0.0.1", "::1", "a-machine"]
NOW_MS = 1_700_000_000_000
DAY_MS = 86_400_000


def serial(kept: Certificate) -> int:
    """The number that tells one certificate from another."""
    return x509.load_pem_x509_certificate(kept.certificate.read_bytes()).serial_number


def test_server_is_called_by_its_addresses_and_names() -> None:
    """A host that is no name, such as all addresses, adds none."""
    assert names_of("0.0.0.0") == names_of("127.0.0.1")
    assert set(names_of("10.1.2.3")) - set(names_of("::")) == {"10.1.2.3"}


def test_certificate_names_what_it_is_for(tmp_path: Path) -> None:
    """Names and addresses are in it, each as what it is."""
    kept = self_signed(tmp_path, NAMES, NOW_MS)
    certificate = x509.load_pem_x509_certificate(kept.certificate.read_bytes())
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value

    assert named.get_values_for_type(x509.DNSName) == ["localhost", "a-machine"]
    assert [str(each) for each in named.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]


def test_certificate_can_sign_no_other(tmp_path: Path) -> None:
    """Who trusts it trusts one server, not whatever its key may sign."""
    kept = self_signed(tmp_path, NAMES, NOW_MS)
    certificate = x509.load_pem_x509_certificate(kept.certificate.read_bytes())

    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert not certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign


def test_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Nobody else can read the key."""
    assert stat.S_IMODE(self_signed(tmp_path, NAMES, NOW_MS).key.stat().st_mode) == 0o600


def test_certificate_is_kept(tmp_path: Path) -> None:
    """The next start serves with the same one, so that clients need not be told anew."""
    first = serial(self_signed(tmp_path, NAMES, NOW_MS))

    assert serial(self_signed(tmp_path, NAMES[:2], NOW_MS + 300 * DAY_MS)) == first


@pytest.mark.parametrize("now_ms", [NOW_MS + 395 * DAY_MS, NOW_MS + 500 * DAY_MS, NOW_MS - 100 * DAY_MS])
def test_certificate_is_renewed_in_time(tmp_path: Path, now_ms: int) -> None:
    """One that has expired, will within days, or is of a future that did not come, is made again."""
    first = serial(self_signed(tmp_path, NAMES, NOW_MS))

    assert serial(self_signed(tmp_path, NAMES, now_ms)) != first


def test_another_name_needs_another_certificate(tmp_path: Path) -> None:
    """A machine that was given a new name gets a certificate for it."""
    first = serial(self_signed(tmp_path, NAMES, NOW_MS))

    assert serial(self_signed(tmp_path, [*NAMES, "b-machine"], NOW_MS)) != first


@pytest.mark.parametrize("damage", ["certificate", "key", "both"])
def test_damaged_files_are_made_again(tmp_path: Path, damage: str) -> None:
    """Files that are cut short, or do not belong together, are not served with."""
    kept, other = self_signed(tmp_path / "a", NAMES, NOW_MS), self_signed(tmp_path / "b", NAMES, NOW_MS)
    first = serial(kept)
    if damage == "both":
        kept.key.write_bytes(other.key.read_bytes())
    else:
        path: Path = getattr(kept, damage)
        path.write_bytes(path.read_bytes()[:50])

    assert serial(self_signed(tmp_path / "a", NAMES, NOW_MS)) != first
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(kept.certificate, kept.key)


def test_unusable_certificates_are_said_in_a_sentence(tmp_path: Path) -> None:
    """A file that is not there, is no certificate, or has another's key is refused with its name."""
    kept, other = self_signed(tmp_path / "a", NAMES, NOW_MS), self_signed(tmp_path / "b", NAMES, NOW_MS)
    nothing = tmp_path / "nothing.pem"
    (tmp_path / "text.pem").write_text("text")

    for certificate, key in [(nothing, None), (tmp_path / "text.pem", None), (kept.certificate, other.key)]:
        with (
            pytest.raises(StartError, match=rf"^The certificate {certificate}.* cannot be used: .*\.$"),
            tls_of(Settings(tls_cert=certificate, tls_key=key)),
        ):
            pass


def test_encrypted_key_asks_nobody_for_a_password(tmp_path: Path) -> None:
    """A server has nobody to ask; it says that it cannot."""
    kept = self_signed(tmp_path, NAMES, NOW_MS)
    kept.key.write_bytes(encrypted(kept.key.read_bytes()))

    with (
        pytest.raises(StartError, match="the key is encrypted"),
        tls_of(Settings(tls_cert=kept.certificate, tls_key=kept.key)),
    ):
        pass


def encrypted(key: bytes) -> bytes:
    """A key behind a password."""
    from cryptography.hazmat.primitives import serialization

    private = serialization.load_pem_private_key(key, None)
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )


def test_folder_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    """A certificate that cannot be kept is not made."""
    (tmp_path / "tls").write_text("")

    with pytest.raises(StartError, match="cannot be kept in"), tls_of(Settings(tls="self-signed", data_dir=tmp_path)):
        pass


def test_certificate_in_memory_is_gone_at_the_end() -> None:
    """Without a data directory it is in a folder of its own while it is served."""
    with tls_of(Settings(tls="self-signed", in_memory=True)) as tls:
        assert tls is not None
        assert tls.trust is not None and tls.trust.exists()

    assert not tls.trust.exists()
