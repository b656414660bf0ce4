# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests and websockets through proxies, on real sockets."""

from __future__ import annotations

import base64
import socket

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from tests.unit.api.certificates import Authority
from tests.unit.api.clients import Client, at_most
from tests.unit.api.servers import Server, answer, frame, tunnel, websocket

GOOD = answer(200, [])


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.mark.parametrize("how", ["option", "HTTPS_PROXY", "all_proxy"])
def test_a_rack_behind_a_tunnel(authority: Authority, how: str) -> None:
    with Server((GOOD,), tls=authority.server("rack.test")) as rack, Server((tunnel(rack.port),)) as proxy:
        options = {"proxy": proxy.url} if how == "option" else {}
        environ = {} if how == "option" else {how: proxy.url}
        with Client("https://rack.test", environ, ca_path=authority.path("ca.pem"), **options) as client:
            assert client.send("POST").status == 200
        assert (proxy.seen[0].method, proxy.seen[0].target) == ("CONNECT", "rack.test:443")
        assert "authorization" not in proxy.seen[0].headers
        assert rack.seen[0].headers["host"] == "rack.test"


def test_a_plain_rack_behind_a_proxy() -> None:
    with Server((GOOD,)) as proxy, Client("http://rack.test:5443", {"HTTP_PROXY": proxy.url}) as client:
        assert client.send().status == 200
        assert proxy.seen[0].target == "http://rack.test:5443/apps"


def test_use_proxy_and_no_proxy_go_straight() -> None:
    for environ, options in (({"NO_PROXY": "127.0.0.1"}, {}), ({}, {"use_proxy": False})):
        with Server((GOOD,)) as rack, Server((GOOD,)) as proxy:
            with Client(rack.url, {"HTTP_PROXY": proxy.url, **environ}, **options) as client:
                client.send()
            assert (len(rack.seen), len(proxy.seen)) == (1, 0)


def test_a_proxy_s_user_and_password(authority: Authority) -> None:
    login = "Basic " + base64.b64encode(b"me:p@ss word").decode()
    trust = {"ca_path": authority.path("ca.pem")}
    rack_tls = authority.server("rack.test")
    with Server((GOOD,), tls=rack_tls) as rack, Server((tunnel(rack.port, expect=login),)) as proxy:
        url = proxy.url.replace("http://", "http://me:p%40ss%20word@")
        with Client("https://rack.test", proxy=url, **trust) as client:
            assert client.send().status == 200
            assert "p@ss word" not in repr(client.transport) and "p%40ss" not in repr(client.transport)


def test_a_proxy_that_wants_a_password_is_not_asked_again(authority: Authority) -> None:
    with Server((tunnel(9, expect="Basic x"),)) as proxy:
        url = proxy.url.replace("http://", "http://me:topsecret@")
        with Client("https://rack.test", proxy=url) as client:
            error = client.fails("POST")
            assert isinstance(error, errors.ConvoxConnectionError)
            assert error.hint is not None and "proxy" in error.hint
            assert (error.unsettled, client.pauses) == (False, [])
            assert "topsecret" not in str(error)


def test_a_proxy_that_is_not_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://me:topsecret@127.0.0.1:{free.getsockname()[1]}"
    with Client("https://rack.test", proxy=url) as client:
        error = client.fails("POST")
        assert isinstance(error, errors.ConvoxConnectionError)
        assert not error.unsettled
        assert "topsecret" not in str(error)


def test_a_proxy_reached_over_tls(authority: Authority) -> None:
    with Server((GOOD,), tls=authority.server()) as proxy:
        with Client(
            "http://rack.test", {"SSL_CERT_FILE": authority.path("ca.pem")}, proxy=proxy.url
        ) as client:
            assert client.send().status == 200
        with Client("http://rack.test", proxy=proxy.url) as client:
            assert "not trusted" in str(client.fails())


def test_a_socks_proxy_without_its_library() -> None:
    with pytest.raises(errors.ConvoxMissingLibraryError) as caught:
        Client("https://rack.test", proxy="socks5://127.0.0.1:1")
    assert "httpx[socks]" in str(caught.value)


def test_websockets_take_the_proxy_too(authority: Authority) -> None:
    script = websocket(frame(1, "line\n"), frame(2))
    with Server((script,), tls=authority.server("rack.test")) as rack, Server((tunnel(rack.port),)) as proxy:
        environ = {"HTTPS_PROXY": proxy.url, "SSL_CERT_FILE": authority.path("ca.pem")}
        with Client("https://rack.test", environ) as client:
            assert list(client.stream_text("/apps/a/logs", operation="read logs")) == ["line\n"]
        assert proxy.seen[0].target == "rack.test:443"


def dead() -> str:
    """A url where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://me:topsecret@127.0.0.1:{free.getsockname()[1]}"


def named(error: errors.ConvoxError, place: str, source: str) -> bool:
    """Whether an error names the proxy and where it came from, without its login."""
    words = str(error)
    return (
        f"the proxy {place} (named by {source})" in words and "topsecret" not in words and "me:" not in words
    )


@pytest.mark.parametrize("rack", ["https://rack.test", "http://rack.test"])
@pytest.mark.parametrize("source", ["the option proxy", "HTTPS_PROXY", "all_proxy"])
def test_a_dead_proxy_is_named(rack: str, source: str) -> None:
    if rack.startswith("http:") and source == "HTTPS_PROXY":
        source = "HTTP_PROXY"
    url = dead()
    options = {"proxy": url} if "option" in source else {}
    environ = {} if "option" in source else {source: url}
    with Client(rack, environ, max_retries=0, **options) as client:
        error = client.fails("POST")
        assert isinstance(error, errors.ConvoxConnectionError)
        assert named(error, url.replace("me:topsecret@", ""), source)
        assert "refused" in error.message and not error.unsettled
        assert error.hint is not None and "use_proxy: false" in error.hint


def test_a_proxy_without_an_address_is_named() -> None:
    for rack in ("https://rack.test", "http://rack.test"):
        with Client(rack, proxy="http://no-such-proxy.invalid:3128", max_retries=0) as client:
            error = client.fails("POST")
            assert isinstance(error, errors.ConvoxConnectionError)
            assert named(error, "http://no-such-proxy.invalid:3128", "the option proxy")
            assert not error.unsettled


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_silent_proxy_is_named_and_nothing_was_sent_to_the_rack(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"{scheme}://127.0.0.1:{deaf.getsockname()[1]}"
        with Client("https://rack.test", {"HTTPS_PROXY": url}) as client, at_most(2.0):
            error = client.fails("POST", timeout=0.4)
            assert isinstance(error, errors.ConvoxTimeoutError)
            assert named(error, url, "HTTPS_PROXY")
            assert not error.unsettled


def test_a_proxy_that_hangs_up_is_named() -> None:
    with (
        Server((lambda talk: talk.cut(),)) as proxy,
        Client("https://rack.test", proxy=proxy.url, max_retries=0) as client,
    ):
        error = client.fails("POST")
        assert isinstance(error, errors.ConvoxConnectionError)
        assert named(error, proxy.url, "the option proxy") and not error.unsettled


def test_a_proxy_that_refuses_is_named(authority: Authority) -> None:
    for status, again in ((403, 0), (407, 0), (502, 3)):
        with Server((answer(status),)) as proxy, Client("https://rack.test", proxy=proxy.url) as client:
            error = client.fails("POST")
            assert named(error, proxy.url, "the option proxy")
            assert str(status) in error.message and "rack.test" in error.message
            assert (len(client.pauses), error.unsettled) == (again, False)


def test_a_rack_that_is_silent_behind_a_plain_proxy_names_both() -> None:
    with (
        Server((lambda talk: talk.silence(),)) as proxy,
        Client("http://rack.test", proxy=proxy.url) as client,
    ):
        error = client.fails("POST", timeout=0.3)
        assert isinstance(error, errors.ConvoxTimeoutError)
        assert "rack.test by way of" in error.message and named(error, proxy.url, "the option proxy")
        assert error.unsettled


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "SOCKS5H"])
def test_every_spelling_of_a_socks_proxy_is_taken(scheme: str) -> None:
    with pytest.raises(errors.ConvoxMissingLibraryError, match="socksio"):
        Client("https://rack.test", proxy=f"{scheme}://127.0.0.1:1")


@pytest.mark.parametrize("host", ["10.0.0.256", "010.0.0.1", "xn--a.com", "a..b", "x" * 64])
def test_odd_hosts_of_proxies_are_no_error_of_our_own(host: str) -> None:
    try:
        with Client("https://rack.test", proxy=f"http://{host}:3128", max_retries=0) as client:
            error = client.fails("POST")
    except errors.ConvoxOptionError as refused:
        error = refused
    assert "proxy" in str(error)
