# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a connection beside the login: defaults, variables, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api._auth.credentials import (
    Connection,
    find_connection,
)
from ansible_collections.convox.rack.plugins.module_utils._api.errors import ConvoxOptionError

ENV = {"CONVOX_HOST": "env.example.com", "CONVOX_PASSWORD": "env-key"}
Find = Callable[..., Connection]


@pytest.fixture
def find() -> Find:
    """find_connection in an environment of the test's own."""

    def search(options: dict[str, Any] | None = None, /, **environ: str) -> Connection:
        return find_connection(options or {}, {"HOME": "/nobody", **environ}, working_folder="/")

    return search


def test_connections_compare_by_what_decides(find: Find) -> None:
    one = find({"host": "env.example.com"}, **ENV)
    other = find(**ENV)
    assert one.source != other.source
    assert one == other
    assert len({one, other, find({"timeout": 5}, **ENV)}) == 2


@pytest.mark.parametrize(
    ("options", "option"),
    [
        ({"host": "h", "api_key": "two\nlines"}, "api_key"),
        ({"host": "h", "api_key": "k", "rack": "a\r\nX: y"}, "rack"),
        ({"host": "h", "api_key": "k", "username": "a:b"}, "username"),
        ({"host": "h", "api_key": "k", "actor": "a\nb"}, "actor"),
        ({"host": "h", "api_key": "k", "timeout": 0}, "timeout"),
        ({"host": "h", "api_key": "k", "timeout": "soon"}, "timeout"),
        ({"host": "h", "api_key": "k", "timeout": float("inf")}, "timeout"),
        ({"host": "h", "api_key": "k", "max_retries": -1}, "max_retries"),
        ({"host": "h", "api_key": "k", "max_retries": 1.5}, "max_retries"),
        ({"host": "h", "api_key": "k", "backoff_base": -0.1}, "backoff_base"),
        ({"host": "h", "api_key": "k", "backoff_max": "x"}, "backoff_max"),
        ({"host": "h", "api_key": "k", "validate_certs": "maybe"}, "validate_certs"),
        ({"host": "h", "api_key": "k", "proxy": "ftp://x"}, "proxy"),
    ],
)
def test_unusable_options_are_refused_by_name(find: Find, options: dict[str, Any], option: str) -> None:
    with pytest.raises(ConvoxOptionError) as caught:
        find(options)
    assert caught.value.option == option


def test_variables_of_the_other_options(find: Find) -> None:
    found = find(
        {"ca_path": "/opt.pem"},
        **ENV,
        CONVOX_VALIDATE_CERTS="No",
        CONVOX_CA_PATH="/env.pem",
        CONVOX_CLIENT_CERT="~/c.pem",
        CONVOX_CLIENT_KEY="/k.pem",
        CONVOX_ACTOR="José",
        SSL_CERT_FILE="/roots.pem",
        HTTPS_PROXY="http://p:3128",
    )
    assert (found.validate_certs, found.ca_path, found.client_key) == (False, "/opt.pem", "/k.pem")
    assert (
        found.client_cert is not None
        and found.client_cert.endswith("/c.pem")
        and "~" not in found.client_cert
    )
    assert (found.actor, found.roots, found.proxy) == ("José", ("/roots.pem", ""), "http://p:3128")
    assert find(
        {"validate_certs": True, "use_proxy": False}, **ENV, CONVOX_VALIDATE_CERTS="no"
    ).validate_certs


def test_an_unusable_variable_is_refused_by_its_name(find: Find) -> None:
    with pytest.raises(ConvoxOptionError) as caught:
        find(**ENV, CONVOX_VALIDATE_CERTS="perhaps")
    assert caught.value.option == "CONVOX_VALIDATE_CERTS"


def test_defaults(find: Find) -> None:
    found = find(**ENV)
    settings = (found.timeout, found.max_retries, found.backoff_base, found.backoff_max, found.retry_on_500)
    assert settings == (30.0, 3, 1.0, 30.0, False)
    assert (found.validate_certs, found.ca_path, found.proxy, found.actor, found.roots) == (
        True,
        None,
        None,
        None,
        None,
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
def test_a_line_s_end_after_a_variable_is_not_part_of_it(find: Find, end: str) -> None:
    made = find(CONVOX_HOST=f"env.example.com{end}", CONVOX_PASSWORD=f"env-key{end}", CONVOX_RACK=f"a/b{end}")
    assert (made.host, made.api_key, made.rack) == ("env.example.com", "env-key", "a/b")
    assert find({"host": "h", "api_key": f"key{end}"}).api_key == "key"


@pytest.mark.parametrize(
    ("options", "environ", "name"),
    [
        ({}, {**ENV, "CONVOX_PASSWORD": "two\nlines"}, "CONVOX_PASSWORD"),
        ({"api_key": "two\nlines"}, ENV, "api_key"),
        ({}, {"RACK_URL": "https://convox:a%0Ab@h"}, "RACK_URL"),
        ({}, {**ENV, "CONVOX_RACK": "a\x1bb"}, "CONVOX_RACK"),
        ({"rack": "a\x1bb"}, ENV, "rack"),
        ({}, {**ENV, "CONVOX_USERNAME": "a\x07b"}, "CONVOX_USERNAME"),
        ({}, {**ENV, "CONVOX_USERNAME": "a:b"}, "CONVOX_USERNAME"),
        ({}, {**ENV, "CONVOX_ACTOR": "a\x07b"}, "CONVOX_ACTOR"),
        ({"api_key": "half \ud800"}, ENV, "api_key"),
        ({"actor": "half \ud800"}, ENV, "actor"),
    ],
)
def test_what_no_header_can_carry_names_where_it_stands(
    find: Find, options: dict[str, Any], environ: dict[str, str], name: str
) -> None:
    with pytest.raises(ConvoxOptionError) as caught:
        find(options, **environ)
    assert caught.value.option == name
    assert "lines" not in str(caught.value)
