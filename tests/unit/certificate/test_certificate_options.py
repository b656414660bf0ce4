# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_certificate: what is refused before any request, and what goes without the library."""

from __future__ import annotations

import sys
from typing import Any

import cryptography
import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors, third_party

from .certificate_world import DOMAIN, NAMES, PAIR, run, world


@pytest.mark.parametrize(
    ("options", "option"),
    [
        ({}, "pub"),
        ({"pub": "x"}, "key"),
        ({"key": "x", "domains": [DOMAIN]}, "key"),
        ({"pub": "canary", "key": "canary"}, "pub"),
        ({**PAIR, "domains": [DOMAIN]}, "pub"),
        ({**PAIR, "issuer": "letsencrypt"}, "issuer"),
        ({**PAIR, "duration": "1h"}, "duration"),
        ({"domains": list(NAMES)}, "domains"),
        ({"domains": [""]}, "domains"),
        ({"domains": ["a,b"]}, "domains"),
        ({"domains": ["a..b"]}, "domains"),
        ({"domains": ["-a.b"]}, "domains"),
        ({"domains": ["a.*.b"]}, "domains"),
        ({"domains": [DOMAIN], "duration": "a year"}, "duration"),
        ({"domains": [DOMAIN], "renew_before": -1}, "renew_before"),
        ({"domains": [DOMAIN], "id": "a"}, "id"),
        ({"domains": [DOMAIN], "app": "web"}, "app"),
        ({"state": "absent"}, "id"),
        ({"state": "absent", "id": "ca"}, "id"),
        ({"state": "absent", "id": "a", "domains": [DOMAIN]}, "id"),
        ({"state": "absent", "id": "a", "replace": True}, "replace"),
        ({"state": "applied", "id": "a", "app": "web", "service": "web"}, "port"),
        ({"state": "applied", "id": "a", "app": "web", "service": "web", "port": 70000}, "port"),
        ({"state": "renewed"}, "app"),
        ({"state": "renewed", "app": "web", "id": "a"}, "id"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_what_no_rack_takes(options: dict[str, Any], option: str) -> None:
    rack = world()
    task = run(rack, **options)
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert task.error.option == option
    assert "canary" not in str(task.error)
    assert rack.requests == []


def test_without_the_library_all_but_an_import_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)
    task = run(world(), **PAIR)
    assert isinstance(task.error, errors.ConvoxMissingLibraryError)
    assert "pip install 'cryptography>=42'" in str(task.error)
    assert task.sent == []
    assert run(world(), domains=[DOMAIN], state="absent").error is None


def test_one_that_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cryptography, "__version__", "41.0.7")
    with pytest.raises(errors.ConvoxMissingLibraryError, match="41.0.7 is too old"):
        third_party.certificate_library()
