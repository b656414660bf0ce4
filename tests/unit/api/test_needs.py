# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a route needs of a rack and of a key."""

from __future__ import annotations

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api._http import needs

PLAIN, WEAK = "operation not permitted for deploy keys", "you are unauthorized to access this"


@pytest.mark.parametrize(
    ("method", "path", "words"),
    [
        ("POST", "/apps/web/services/web/triggers/enable", "rack version 3.24.6 or newer"),
        ("POST", "/machines/m1/apps/web/services/web/scale-override", "rack version 3.24.6 or newer"),
        ("GET", "/apps/web/diagnose?services=web", "rack version 3.24.0 or newer"),
        ("GET", "/apps/web/logs", "of a cloud provider"),
        ("PUT", "/system", "a console before the rack"),
        ("GET", "/racks/org/name/workflows", "a console"),
        ("PUT", "/apps/web/ssl/web/443", "convox.yml names the certificate"),
        ("POST", "/instances/keyroll", "a v2 rack"),
        ("POST", "/resources/db/links", "a v2 rack"),
        ("PUT", "/resources/db", "a v2 rack"),
        ("GET", "/apps/web/budget", "a v3 rack"),
        ("PUT", "/letsencrypt/config", "a v3 rack"),
    ],
)
def test_what_a_rack_has_to_be(method: str, path: str, words: str) -> None:
    for url in (path, f"https://rack.test{path}"):
        assert words in needs.cannot(method, url)
        assert words in needs.no_route(method, url)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/system"), ("GET", "/apps"), ("GET", "/resources/db"), ("POST", "/apps/logs/x")],
)
def test_what_every_rack_has(method: str, path: str) -> None:
    assert needs.of(method, path) is None
    assert "version" in needs.cannot(method, path)
    assert "older version" in needs.no_route(method, path)


@pytest.mark.parametrize(
    ("method", "path", "words"),
    [
        ("GET", "/registries", "Read on the rack"),
        ("POST", "/registries", "Write on the rack"),
        ("DELETE", "/instances/i-1", "Write on the rack"),
        ("POST", "/system/jwt/token", "the role admin"),
        ("POST", "/apps/web/budget", "the role admin"),
        ("POST", "/apps/web/budget/reset", "the role admin"),
    ],
)
def test_what_a_key_has_to_be(method: str, path: str, words: str) -> None:
    for said in (PLAIN, WEAK, f"{WEAK}\n"):
        assert words in (needs.role(method, path, said) or "")
    assert needs.role(method, path, "app is not updating") is None


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/apps"), ("POST", "/apps"), ("GET", "/apps/web/budget"), ("PUT", "/apps/web")],
)
def test_what_the_role_that_deploys_serves_for(method: str, path: str) -> None:
    assert needs.role(method, path, PLAIN) is None
