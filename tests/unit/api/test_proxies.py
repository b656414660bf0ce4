# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which proxy leads to a host."""

from __future__ import annotations

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api._http.proxies import choose
from ansible_collections.convox.rack.plugins.module_utils._api.errors import ConvoxOptionError

P, Q = "http://p:3128", "http://q:3128"


@pytest.mark.parametrize(
    ("scheme", "environ", "chosen"),
    [
        ("https", {}, None),
        ("https", {"HTTPS_PROXY": P}, P),
        ("https", {"https_proxy": P}, P),
        ("https", {"https_proxy": P, "HTTPS_PROXY": Q}, P),
        ("https", {"HTTP_PROXY": P}, None),
        ("http", {"HTTP_PROXY": P}, P),
        ("http", {"http_proxy": P}, P),
        ("http", {"HTTPS_PROXY": P}, None),
        ("https", {"ALL_PROXY": P}, P),
        ("http", {"all_proxy": P}, P),
        ("https", {"ALL_PROXY": Q, "HTTPS_PROXY": P}, P),
        ("https", {"HTTPS_PROXY": "", "ALL_PROXY": P}, P),
        # A CGI program gets a client's header as HTTP_PROXY.
        ("http", {"HTTP_PROXY": P, "REQUEST_METHOD": "GET"}, None),
        ("http", {"http_proxy": P, "REQUEST_METHOD": "GET"}, P),
        ("https", {"HTTPS_PROXY": P, "REQUEST_METHOD": "GET"}, P),
        ("https", {"HTTPS_PROXY": "p:3128"}, P),
        ("https", {"HTTPS_PROXY": "http://p:3128\n"}, P),
        ("https", {"HTTPS_PROXY": "socks5://p:1080"}, "socks5://p:1080"),
    ],
)
def test_the_environment(scheme: str, environ: dict[str, str], chosen: str | None) -> None:
    assert choose(scheme, "api.rack.example.com", environ) == chosen


def test_the_options_win() -> None:
    environ = {"HTTPS_PROXY": Q, "NO_PROXY": "*"}
    assert choose("https", "api.example.com", environ, proxy=P) == P
    assert choose("https", "api.example.com", {"HTTPS_PROXY": Q}, use_proxy=False) is None
    assert choose("https", "api.example.com", {}, proxy=P, use_proxy=False) is None


@pytest.mark.parametrize(
    ("host", "no_proxy", "direct"),
    [
        ("api.example.com", "*", True),
        ("api.example.com", "example.com", True),
        ("api.example.com", ".example.com", True),
        ("api.example.com", "*.example.com", True),
        ("api.example.com", "api.EXAMPLE.com", True),
        ("api.example.com", "ample.com", False),
        ("example.com", "api.example.com", False),
        ("api.example.com", "other.org, example.com ,x", True),
        ("api.example.com", "example.com:443", True),
        ("api.example.com", "example.com:8443", False),
        ("api.example.com:8443", "example.com:8443", True),
        ("api.example.com:8443", "example.com", True),
        ("10.1.2.3", "10.1.0.0/16", True),
        ("10.2.2.3", "10.1.0.0/16", False),
        ("10.1.2.3:5443", "10.1.2.3", True),
        ("10.1.2.3", "2.3", False),
        ("[::1]:5443", "::1", True),
        ("[::1]:5443", "[::1]:5443", True),
        ("[fd00::1]", "fd00::/8", True),
        ("api.example.com", "", False),
        ("api.example.com", " , ", False),
        ("api.example.com", ".", False),
    ],
)
def test_no_proxy(host: str, no_proxy: str, direct: bool) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        assert (choose("https", host, {"HTTPS_PROXY": P, name: no_proxy}) is None) is direct


@pytest.mark.parametrize(
    "text",
    [
        "ftp://secret:1",
        "http://",
        "http://secret:port",
        "http://secret:99999",
        "http://a secret",
        "secret\nx",
    ],
)
def test_a_proxy_that_is_none_is_refused_by_name_without_its_text(text: str) -> None:
    for environ, option, name in (({}, text, "proxy"), ({"HTTPS_PROXY": text}, None, "HTTPS_PROXY")):
        with pytest.raises(ConvoxOptionError) as caught:
            choose("https", "api.example.com", environ, proxy=option)
        assert caught.value.option == name
        assert "secret" not in str(caught.value)
