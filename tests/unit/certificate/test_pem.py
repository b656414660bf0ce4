# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate, its key and its chain, checked before a rack gets them."""

from __future__ import annotations

import datetime

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.certificate import pem
from tests.certs import make

ROOT = make("root", authority=True)
LOWER = make("lower", by=ROOT, authority=True)
OWN = make("One.example.org", "One.example.org", "*.example.org", by=LOWER)
OTHER = make("two.example.org", "two.example.org")
NOW = datetime.datetime.now(datetime.timezone.utc)
TEXTS = {
    "pub": OWN.pem,
    "key": OWN.key,
    "chain": LOWER.pem + ROOT.pem,
    "several": OWN.pem + LOWER.pem,
    "backwards": ROOT.pem + LOWER.pem,
    "nothing": "",
    "name": "/etc/ssl/web.pem",
    "broken": OWN.pem.replace("MII", "XXX", 1),
    "cut": OWN.pem[:200],
    "locked": OWN.locked(b"canary"),
    "other key": OTHER.key,
    "other": OTHER.pem,
    "odd": "\x00\ud800-----BEGIN CERTIFICATE-----\n\x00\n-----END CERTIFICATE-----",
    "broken key": OWN.key.replace("MIG", "XXX", 1),
}


def check(pub: str = OWN.pem, key: str = OWN.key, chain: str = "") -> pem.Pair:
    return pem.checked(pub, key, chain, NOW)


def refusal(pub: str = OWN.pem, key: str = OWN.key, chain: str = "") -> str:
    with pytest.raises(errors.ConvoxOptionError) as caught:
        check(pub, key, chain)
    words = errors.describe(caught.value)
    assert "BEGIN" not in words.replace("-----BEGIN", "") and "canary" not in words
    return words


def test_a_pair() -> None:
    found = check()
    assert found.domains == ("one.example.org", "*.example.org")
    assert (found.domain, found.expiration, found.chain) == ("one.example.org", OWN.ends, "")
    assert x509.load_pem_x509_certificate(found.pub.encode()) == OWN.certificate
    assert "PRIVATE" not in repr(found)


@pytest.mark.parametrize(
    "chain",
    [LOWER.pem, LOWER.pem + ROOT.pem, "# text\r\n" + LOWER.pem.replace("\n", "\r\n")],
    ids=["one", "two", "windows"],
)
def test_a_chain(chain: str) -> None:
    assert check(chain=chain).chain.startswith(LOWER.pem)


def test_what_stands_behind_the_certificate_is_its_chain() -> None:
    """As certbot writes fullchain.pem; and a key that stands beside it never goes where all can read it."""
    found = check(pub=OWN.key + OWN.pem + LOWER.pem, chain=ROOT.pem)
    assert (found.pub, found.chain) == (OWN.pem, LOWER.pem + ROOT.pem)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"pub": ""}, "pub: holds no certificate in PEM. Give the text itself"),
        ({"pub": "/etc/ssl/web.pem"}, "pub: holds no certificate in PEM"),
        ({"pub": OWN.key}, "pub: holds a private key"),
        ({"pub": TEXTS["broken"]}, "pub: holds a certificate that cannot be read"),
        ({"pub": TEXTS["cut"]}, "pub: holds a certificate that cannot be read"),
        ({"pub": OWN.pem * 21}, "pub: holds 21 certificates"),
        ({"key": ""}, "key: holds no private key in PEM"),
        ({"key": OWN.pem}, "key: holds no private key in PEM"),
        ({"key": TEXTS["locked"]}, "key: is encrypted"),
        ({"key": TEXTS["broken key"]}, "key: cannot be read"),
        ({"key": OTHER.key}, "key: belongs to another certificate than pub"),
        ({"chain": "x"}, "chain: holds no certificate in PEM"),
        ({"chain": OWN.pem + LOWER.pem}, "chain: holds pub itself"),
        ({"chain": ROOT.pem + LOWER.pem}, "chain: its certificate 1 has not signed pub, but a later one has"),
        ({"chain": OTHER.pem}, "chain: its certificate 1 has not signed pub. Put the one"),
        ({"chain": LOWER.pem + OTHER.pem}, "chain: its certificate 2 has not signed its certificate 1"),
    ],
)
def test_what_does_not_fit_is_named(texts: dict[str, str], words: str) -> None:
    assert words in refusal(**texts)


def test_one_that_is_over() -> None:
    old = make("a.example.org", "a.example.org", days=-1)
    assert "pub: has expired on 20" in refusal(old.pem, old.key)


def test_one_for_no_domain() -> None:
    bare = make("a.example.org")
    assert "pub: names no domain as subject alternative name" in refusal(bare.pem, bare.key)


def test_a_namesake_of_the_authority_has_not_signed() -> None:
    namesake = make("lower", by=ROOT, authority=True)
    assert "chain: its certificate 1 has not signed pub" in refusal(chain=namesake.pem)


@given(*[st.sampled_from(sorted(TEXTS))] * 3)
def test_whatever_is_given_it_is_a_pair_or_a_refusal(pub: str, key: str, chain: str) -> None:
    try:
        found = check(TEXTS[pub], TEXTS[key], TEXTS[chain])
    except errors.ConvoxOptionError as error:
        assert error.option in ("pub", "key", "chain")
        return
    assert x509.load_pem_x509_certificate(found.pub.encode())
