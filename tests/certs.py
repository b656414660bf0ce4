# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates for tests: an authority, one below it, and what they sign."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Made:
    """A certificate and its key, also as PEM."""

    certificate: x509.Certificate
    private: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def key(self) -> str:
        return self.locked(b"")

    @property
    def ends(self) -> str:
        """As racks write it."""
        return f"{self.certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}"

    def locked(self, passphrase: bytes) -> str:
        """The key in PEM, encrypted where there is a passphrase."""
        how = (
            serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
        )
        pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        return self.private.private_bytes(pem, form, how).decode()


def make(
    name: str,
    *domains: str,
    by: Made | None = None,
    days: float = 90,
    starts: float = -1,
    authority: bool = False,
) -> Made:
    """A certificate of this common name, signed by another one or by itself, valid from ``starts`` days from
    now for so many ``days`` from now."""
    private = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.timezone.utc)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begun = min(now + starts * DAY, now + days * DAY - DAY)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begun)
        .not_valid_after(now + days * DAY)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if domains:
        names = x509.SubjectAlternativeName([x509.DNSName(domain) for domain in domains])
        builder = builder.add_extension(names, critical=False)
    return Made(builder.sign(by.private if by else private, hashes.SHA256()), private)
