# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts and RACK_URL: put into one form, or refused by name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api._auth.hosts import (
    Host,
    parse_host,
    parse_rack_url,
)
from ansible_collections.convox.rack.plugins.module_utils._api.errors import ConvoxOptionError
from tests.unit.api.clients import Client


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("api.rack.example.com", "https://api.rack.example.com"),
        ("https://api.rack.example.com", "https://api.rack.example.com"),
        ("https://api.rack.example.com/", "https://api.rack.example.com"),
        ("api.rack.example.com//", "https://api.rack.example.com"),
        (" API.Rack.Example.COM\n", "https://api.rack.example.com"),
        ("HTTPS://API.example.com:443", "https://api.example.com"),
        ("api.example.com:5443", "https://api.example.com:5443"),
        ("http://localhost:5443", "http://localhost:5443"),
        ("http://localhost:80/", "http://localhost"),
        ("https://localhost:80", "https://localhost:80"),
        ("127.0.0.1:5443", "https://127.0.0.1:5443"),
        ("[::1]:5443", "https://[::1]:5443"),
        ("http://[FD00::0001]", "http://[fd00::1]"),
        ("rack_one", "https://rack_one"),
    ],
)
def test_forms_of_one_host(text: str, url: str) -> None:
    host = parse_host(text, "host")
    assert host.url == url
    assert parse_host(host.url, "host") == host


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://",
        "https://convox:secret@api.example.com",
        "secret@api.example.com",
        "api.example.com/apps",
        "https://api.example.com/?a=b",
        "https://api.example.com?",
        "api.example.com#x",
        "ftp://api.example.com",
        "api.example.com:port",
        "api.example.com:0",
        "api.example.com:70000",
        "api example.com",
        "api.example.com.",
        "-",
        "bücher.example",
        "[::1",
        "[zz]",
        "a\nb",
    ],
)
def test_what_is_no_host_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(ConvoxOptionError) as caught:
        parse_host(text, "CONVOX_HOST")
    assert caught.value.option == "CONVOX_HOST"
    assert "secret" not in str(caught.value)


def test_rack_url_has_user_and_password_percent_encoded() -> None:
    url = parse_rack_url("https://jwt:a%2Fb%40c%25@Rack.Example.com:8443/")
    assert (url.host, url.username, url.api_key) == (Host("https", "rack.example.com:8443"), "jwt", "a/b@c%")
    assert "a/b@c%" not in repr(url)


def test_rack_url_without_user_or_password() -> None:
    url = parse_rack_url("https://rack.example.com")
    assert (url.username, url.api_key) == ("", "")


@pytest.mark.parametrize(
    "text", ["nonsense url", "https://u:topsecret@", "https://u:topsecret@h/path", "ws://u:topsecret@h"]
)
def test_a_broken_rack_url_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(ConvoxOptionError) as caught:
        parse_rack_url(text)
    assert caught.value.option == "RACK_URL"
    assert "topsecret" not in str(caught.value)


@given(st.text(max_size=40))
def test_any_text_is_a_host_or_refused(text: str) -> None:
    try:
        host = parse_host(text, "host")
    except ConvoxOptionError:
        return
    assert parse_host(host.url, "host") == host


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.256",
        "010.0.0.1",
        "1.2.3.4.",
        "xn--a.com",
        "xn--.com",
        "a..b",
        "x" * 64,
        ".".join(["x" * 60] * 5),
    ],
)
def test_what_no_request_could_be_sent_to_is_refused(text: str) -> None:
    for whole in (text, f"https://{text}", f"http://{text}:5443/"):
        with pytest.raises(ConvoxOptionError, match="is not a host's name"):
            parse_host(whole, "host")
    with pytest.raises(ConvoxOptionError, match="RACK_URL"):
        parse_rack_url(f"https://convox:secret@{text}")


@pytest.mark.parametrize(
    "text", ["10.0.0.255", "xn--bcher-kva.example", "a_b.example.com", "1.2.3", "x" * 63]
)
def test_what_dns_takes_is_taken(text: str) -> None:
    assert parse_host(text, "host").name == text


def test_a_host_that_httpx_alone_refuses_is_an_option_error() -> None:
    with Client("https://xn--n3h.com") as client:
        error = client.fails()
        assert isinstance(error, ConvoxOptionError)
        assert error.option == "host"
