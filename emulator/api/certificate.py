"""A certificate for the server's own names, signed by itself, in a folder where the next start finds it again.

    certificate.pem    for clients: what AWS_CA_BUNDLE and NODE_EXTRA_CA_CERTS name
    key.pem            for the server alone

It is no authority: whoever trusts it trusts this server, and nothing else that its key could sign.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
import socket
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from emulator.frozen import frozen

_LIFE = datetime.timedelta(days=397)  # the most that some clients accept of any certificate
_RENEWAL = datetime.timedelta(days=7)
_EARLIER = datetime.timedelta(days=1)  # for clients whose clock is behind
_LOCAL = ("localhost", "127.0.0.1", "::1")
_ANY = ("0.0.0.0", "::", "")
_NO_USES = (
    "content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign "
    "encipher_only decipher_only"
)


@frozen
class Certificate:
    """Where a certificate and its key are."""

    certificate: Path
    key: Path


def names_of(host: str) -> list[str]:
    """What a server that listens on `host` is called: localhost, the loopback addresses, the machine's name, `host`."""
    own = [name for name in (socket.gethostname(), host) if name.isascii() and name not in _ANY]
    return list(dict.fromkeys([*_LOCAL, *own]))


def self_signed(folder: Path, names: list[str], now_ms: int) -> Certificate:
    """The certificate in the folder; a new one where there is none that is good for `names` for some days to come."""
    now = datetime.datetime.fromtimestamp(now_ms / 1000, datetime.UTC)
    kept = Certificate(folder / "certificate.pem", folder / "key.pem")
    if not _is_good(kept, names, now):
        folder.mkdir(parents=True, exist_ok=True)
        _make(kept, names, now)
    return kept


def _is_good(kept: Certificate, names: list[str], now: datetime.datetime) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(kept.certificate.read_bytes())
        key = serialization.load_pem_private_key(kept.key.read_bytes(), None)
        named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, TypeError, x509.ExtensionNotFound):
        return False
    lasts = certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - _RENEWAL
    return lasts and key.public_key() == certificate.public_key() and set(map(_general, names)) <= set(named)


def _make(kept: Certificate, names: list[str], now: datetime.datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write(kept.key, pem, 0o600)
    _write(kept.certificate, _signed(key, names, now).public_bytes(serialization.Encoding.PEM), 0o644)


def _signed(key: ec.EllipticCurvePrivateKey, names: list[str], now: datetime.datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "qldb-emulator")])
    uses = x509.KeyUsage(digital_signature=True, **dict.fromkeys(_NO_USES.split(), False))
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + _LIFE)
        .add_extension(x509.SubjectAlternativeName(list(map(_general, names))), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(uses, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(key, hashes.SHA256())
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write a file whole, readable for nobody else from its first byte on when the mode says so."""
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
    beside.replace(path)
