# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: whether a certificate, its key and its chain are what they should be, before a rack
gets them: it checks nothing, and one that is no certificate breaks its server for good.

No error quotes any of them.
"""

from __future__ import annotations

import datetime
import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import certificate_library

# One block, whatever stands around it.
_CERTIFICATE = re.compile(r"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----")
_KEY = re.compile(r"-----BEGIN (?P<kind>[A-Z ]*PRIVATE KEY)-----.*?-----END (?P=kind)-----", re.DOTALL)
_READ_FILE = "give the text itself, such as lookup('ansible.builtin.file', 'web.pem')"
# More certificates than any chain has.
_LONGEST = 20


@dataclass(frozen=True)
class Pair:
    """A certificate with its key that may be sent. ``domains``: in lower case. ``expiration``: as racks write
    it. ``starts``: when it begins to be valid, in UTC."""

    pub: str
    key: str = field(repr=False)
    chain: str
    domain: str
    domains: tuple[str, ...]
    expiration: str
    starts: datetime.datetime


def checked(pub: str, key: str, chain: str, now: datetime.datetime) -> Pair:
    """A certificate with its key, which fit together. What stands behind the certificate in ``pub`` belongs
    to the chain. Raises ConvoxOptionError for what does not fit or is over by ``now``, and
    ConvoxMissingLibraryError without the library that reads certificates."""
    library = certificate_library()
    own, *behind = _certificates(library, "pub", pub)
    above = [*behind, *(_certificates(library, "chain", chain) if chain.strip() else [])]
    key_block = _check_key(library, own, key)
    _check_chain(library, own, above)
    domains = _domains(library, own)
    ends = own.not_valid_after_utc
    if ends <= now:
        raise errors.ConvoxOptionError("pub", f"has expired on {ends:%Y-%m-%d}", "give one that is valid")
    return Pair(
        pub=_pem(library, [own]),
        key=key_block + "\n",
        chain=_pem(library, above),
        domain=domains[0],
        domains=domains,
        expiration=f"{ends:%Y-%m-%dT%H:%M:%S}Z",
        starts=own.not_valid_before_utc,
    )


def _certificates(library: t.Any, option: str, text: str) -> list[t.Any]:
    count = len(_CERTIFICATE.findall(text))
    if not count:
        what = "a private key" if _KEY.search(text) else "no certificate in PEM"
        raise errors.ConvoxOptionError(option, f"holds {what}", _READ_FILE)
    if count > _LONGEST:
        raise errors.ConvoxOptionError(
            option, f"holds {count} certificates", "give those alone that lead to its authority"
        )
    try:
        found: list[t.Any] = library.x509.load_pem_x509_certificates(text.encode("utf-8", "replace"))
    except Exception:  # the library has many words, and may quote
        found = []
    if len(found) != count:
        raise errors.ConvoxOptionError(
            option, "holds a certificate that cannot be read", "give it in PEM, whole and as it was issued"
        )
    return found


def _pem(library: t.Any, certificates: list[t.Any]) -> str:
    encoding = library.serialization.Encoding.PEM
    return "".join(each.public_bytes(encoding).decode() for each in certificates)


def _check_key(library: t.Any, own: t.Any, text: str) -> str:
    """The block of the key. Raises ConvoxOptionError for one that is none, or another certificate's."""
    block = _KEY.search(text)
    if block is None:
        raise errors.ConvoxOptionError("key", "holds no private key in PEM", _READ_FILE)
    if "ENCRYPTED" in block[0]:
        raise errors.ConvoxOptionError(
            "key", "is encrypted", "decrypt it (openssl pkey -in web.key), and keep it in a vault instead"
        )
    try:
        key = library.serialization.load_pem_private_key(block[0].encode("utf-8", "replace"), None)
        fits = _public(library, key.public_key()) == _public(library, own.public_key())
    except Exception:  # the library has many words, and may quote
        key = None
    if key is None:
        raise errors.ConvoxOptionError(
            "key", "cannot be read", "give it in PEM, whole and without a passphrase"
        )
    if not fits:
        raise errors.ConvoxOptionError(
            "key", "belongs to another certificate than pub", "give the key that pub was made with"
        )
    return block[0]


def _public(library: t.Any, key: t.Any) -> bytes:
    encoding, form = library.serialization.Encoding, library.serialization.PublicFormat
    made: bytes = key.public_bytes(encoding.DER, form.SubjectPublicKeyInfo)
    return made


def _check_chain(library: t.Any, own: t.Any, above: list[t.Any]) -> None:
    """Raises ConvoxOptionError where one certificate has not signed the one before it."""
    if own in above:
        raise errors.ConvoxOptionError(
            "chain", "holds pub itself", "give the certificates above it alone, the one that signed pub first"
        )
    before = own
    for number, each in enumerate(above):
        if not _signed(library, before, each):
            elsewhere = any(_signed(library, before, other) for other in above[number + 1 :])
            lower = "pub" if before is own else f"its certificate {number}"
            raise errors.ConvoxOptionError(
                "chain",
                f"its certificate {number + 1} has not signed {lower}"
                + (", but a later one has: the order is wrong" if elsewhere else ""),
                "put the one that signed pub first, then the one that signed that, and so on",
            )
        before = each


def _signed(library: t.Any, lower: t.Any, upper: t.Any) -> bool:
    if lower.issuer != upper.subject:
        return False
    try:
        lower.verify_directly_issued_by(upper)
    except library.exceptions.UnsupportedAlgorithm:
        # What this library cannot verify, others may: the names fit.
        return True
    except Exception:  # InvalidSignature, and what it thinks of keys that cannot sign
        return False
    return True


def _domains(library: t.Any, own: t.Any) -> tuple[str, ...]:
    x509 = library.x509
    try:
        names = own.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found = [str(name).lower() for name in names.get_values_for_type(x509.DNSName)]
    except Exception:  # there is none, or nobody can read it
        found = []
    if not found:
        raise errors.ConvoxOptionError(
            "pub",
            "names no domain as subject alternative name, and browsers look nowhere else",
            "have it issued for its domains",
        )
    return tuple(dict.fromkeys(found))
