# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom we trust, who we are, and that no context is built twice."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors, third_party
from ansible_collections.convox.rack.plugins.module_utils._api._http import tls, wire
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import Transport
from tests.unit.api.certificates import Authority
from tests.unit.api.clients import Client, connection, error_of
from tests.unit.api.servers import Server, answer

GOOD = answer(200, [])


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_authority_is_refused_at_once_with_the_way_out(authority: Authority, method: str) -> None:
    with Server((GOOD,), tls=authority.server()) as rack, Client(rack.url) as client:
        error = client.fails(method)
        assert isinstance(error, errors.ConvoxConnectionError)
        assert error.hint is not None and "ca_path" in error.hint
        assert (error.unsettled, client.pauses, rack.seen) == (False, [], [])


def test_ca_path_as_file_and_as_folder(authority: Authority, tmp_path: Path) -> None:
    ca = ssl.create_default_context(cafile=authority.path("ca.pem"))
    assert ca.cert_store_stats()["x509_ca"] == 1
    with Server((GOOD,), tls=authority.server()) as rack:
        with Client(rack.url, ca_path=authority.path("ca.pem")) as client:
            assert client.send().status == 200
        with Client(rack.url, ca_path=str(tmp_path)) as client:
            assert "not trusted" in str(client.fails())
        with Client(rack.url, {"CONVOX_CA_PATH": authority.path("ca.pem")}) as client:
            assert client.send().status == 200


def test_validate_certs_false_trusts_anybody(authority: Authority) -> None:
    with Server((GOOD,), tls=authority.server("other.example.com")) as rack:
        with Client(rack.url, validate_certs=False) as client:
            assert client.send().status == 200
        with Client(rack.url, {"CONVOX_VALIDATE_CERTS": "false"}) as client:
            assert client.send().status == 200


def test_a_certificate_for_another_name(authority: Authority) -> None:
    trust = {"ca_path": authority.path("ca.pem")}
    other = authority.server("other.example.com")
    with Server((GOOD,), tls=other) as rack, Client(rack.url, **trust) as client:
        error = client.fails()
        assert error.hint is not None and "another name" in error.hint


def test_ssl_cert_file_of_the_given_environment(authority: Authority) -> None:
    with Server((GOOD,), tls=authority.server()) as rack:
        with Client(rack.url, {"SSL_CERT_FILE": authority.path("ca.pem")}) as client:
            assert client.send().status == 200
        with Client(rack.url) as client:
            assert "not trusted" in str(client.fails())


def test_a_client_s_certificate(authority: Authority) -> None:
    with Server((GOOD,), tls=authority.server(ask_client=True)) as rack:
        trust = {"ca_path": authority.path("ca.pem")}
        with Client(rack.url, client_cert=authority.path("client.pem"), **trust) as client:
            assert client.send().status == 200
        pair = {"client_cert": authority.path("cert.pem"), "client_key": authority.path("key.pem")}
        with Client(rack.url, **pair, **trust) as client:
            assert client.send().status == 200
        with Client(rack.url, max_retries=0, **trust) as client:
            assert isinstance(client.fails(), errors.ConvoxConnectionError)


def test_a_client_s_certificate_does_not_enter_the_shared_context(authority: Authority) -> None:
    made = connection("https://h.example.com", client_cert=authority.path("client.pem"))
    assert tls.context_for(made) is not tls.default_roots()


def test_tls_where_plain_http_is_spoken_hints_at_the_scheme() -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def refuse() -> None:
            sock, _unused = plain.accept()
            sock.recv(1024)
            sock.sendall(answer(400, "no TLS here"))
            sock.close()

        threading.Thread(target=refuse, daemon=True).start()
        with Client(f"https://127.0.0.1:{plain.getsockname()[1]}", max_retries=0) as client:
            error = client.fails()
            assert isinstance(error, errors.ConvoxConnectionError)
            assert error.hint is not None and "http://HOST" in error.hint


@pytest.mark.parametrize(
    ("options", "environ", "option"),
    [
        ({"ca_path": "MISSING"}, {}, "ca_path"),
        ({"ca_path": "NO_PEM"}, {}, "ca_path"),
        ({"client_cert": "MISSING"}, {}, "client_cert"),
        ({"client_cert": "NO_PEM"}, {}, "client_cert"),
        ({"client_cert": "cert.pem"}, {}, "client_cert"),
        ({"client_cert": "cert.pem", "client_key": "MISSING"}, {}, "client_key"),
        ({"client_cert": "cert.pem", "client_key": "ENCRYPTED"}, {}, "client_key"),
        ({"client_cert": "cert.pem", "client_key": "cert.pem"}, {}, "client_key"),
        ({"client_key": "key.pem"}, {}, "client_key"),
        ({}, {"SSL_CERT_FILE": "MISSING"}, "SSL_CERT_FILE"),
        ({}, {"SSL_CERT_DIR": "MISSING"}, "SSL_CERT_DIR"),
        ({}, {"SSL_CERT_FILE": "NO_PEM"}, "SSL_CERT_FILE"),
    ],
)
def test_files_that_cannot_be_used_are_refused_by_the_option_s_name(
    authority: Authority, options: dict[str, str], environ: dict[str, str], option: str
) -> None:
    (authority.folder / "NO_PEM").write_text("no certificate")
    (authority.folder / "ENCRYPTED").write_bytes(_encrypted(Path(authority.path("key.pem")).read_bytes()))
    made = connection(
        "https://h.example.com",
        {name: authority.path(value) for name, value in environ.items()},
        **{name: authority.path(value) for name, value in options.items()},
    )
    error = error_of(lambda: Transport(made))
    assert isinstance(error, errors.ConvoxOptionError)
    assert error.option == option
    assert ("encrypted" in error.problem) is ("ENCRYPTED" in options.values())


def _encrypted(key: bytes) -> bytes:
    from cryptography.hazmat.primitives import serialization as form

    loaded = form.load_pem_private_key(key, None)
    how = form.BestAvailableEncryption(b"passphrase")
    return loaded.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, how)


def test_contexts_are_built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = tls.default_roots()
    built: list[str] = []
    monkeypatch.setattr(ssl, "create_default_context", lambda *args, **more: built.append("context"))
    for url in ("https://a.example.com", "https://b.example.com", "http://c.example.com"):
        Transport(connection(url)).close()
    assert built == []
    assert tls.context_for(connection("https://a.example.com")) is shared


def test_roots_of_the_environment_are_built_before_the_fork_and_once(
    monkeypatch: pytest.MonkeyPatch, authority: Authority, tmp_path: Path
) -> None:
    file = tmp_path / "roots.pem"
    file.write_bytes(Path(authority.path("ca.pem")).read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    tls.prebuild()
    build, built = ssl.create_default_context, []
    monkeypatch.setattr(ssl, "create_default_context", lambda **more: built.append(more) or build(**more))

    def context(**options: str) -> ssl.SSLContext:
        made = connection("https://h.example.com", {"SSL_CERT_FILE": str(file)}, **options)
        return tls.context_for(made)

    shared = context()
    assert shared is context()
    assert built == []
    assert context(client_cert=authority.path("client.pem")) is not shared
    with file.open("ab") as more:
        more.write(Path(authority.path("ca.pem")).read_bytes())
    assert context() is not shared
    assert len(built) == 2


def test_the_bare_context_trusts_nobody() -> None:
    assert wire.bare_context().cert_store_stats()["x509_ca"] == 0
    assert wire.bare_context().verify_mode is ssl.CERT_REQUIRED


def test_certifi_steps_in_where_the_system_has_no_roots(
    monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    build = tls.default_roots.__wrapped__
    monkeypatch.setattr(ssl, "create_default_context", lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    file = third_party.certifi_file()
    assert file is not None
    assert build().cert_store_stats()["x509_ca"] > 20
    monkeypatch.setattr(tls, "certifi_file", lambda: None)
    assert build().cert_store_stats()["x509_ca"] == 0


def test_prebuild_never_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise OSError("no store")

    monkeypatch.setattr(tls, "default_roots", broken)
    tls.prebuild()
