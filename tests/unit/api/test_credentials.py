# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the login comes from, and how sources combine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api._auth.credentials import (
    Connection,
    find_connection,
)
from ansible_collections.convox.rack.plugins.module_utils._api.errors import (
    ConvoxCredentialsError,
    ConvoxOptionError,
)

ENV = {"CONVOX_HOST": "env.example.com", "CONVOX_PASSWORD": "env-key"}
URL = {"RACK_URL": "https://convox:url-key@url.example.com"}
Find = Callable[..., Connection]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder where the CLI is logged in to a console and to two racks."""
    folder = tmp_path / ".config" / "convox"
    folder.mkdir(parents=True)
    logins = {
        "console.convox.com": "cli-console-key",
        "API.cli.example.com": "cli-rack-key",
        "https://port.example.com:5443": "cli-port-key",
        "not a host": "x",
    }
    (folder / "auth").write_text(json.dumps(logins))
    (folder / "session").write_text(json.dumps({"console.convox.com": "cli-session"}))
    (folder / "current").write_text(json.dumps({"type": "console", "name": "acme/current"}))
    return tmp_path


@pytest.fixture
def find(tmp_path: Path) -> Find:
    """find_connection with a home of the test's own."""

    def search(options: dict[str, Any] | None = None, /, **environ: str) -> Connection:
        work = tmp_path / "work"
        work.mkdir(exist_ok=True)
        return find_connection(options or {}, {"HOME": str(tmp_path), **environ}, working_folder=str(work))

    return search


def test_options_alone(find: Find) -> None:
    found = find(
        {"host": "opt.example.com", "api_key": "opt-key", "rack": "a/b", "username": "jwt"}, **ENV, **URL
    )
    assert (found.url, found.api_key, found.rack, found.username) == (
        "https://opt.example.com",
        "opt-key",
        "a/b",
        "jwt",
    )
    assert (found.session, found.source) == (None, "options")


def test_the_environment(find: Find) -> None:
    found = find(**ENV, CONVOX_RACK="acme/staging", CONVOX_USERNAME="jwt")
    assert (found.host, found.api_key, found.rack, found.username) == (
        "env.example.com",
        "env-key",
        "acme/staging",
        "jwt",
    )
    assert found.source == "environment"


def test_rack_url_and_its_user(find: Find) -> None:
    found = find(
        RACK_URL="http://jwt:a%2Fb@url.example.com:5443", CONVOX_RACK="acme/staging", CONVOX_USERNAME="convox"
    )
    assert (found.url, found.username, found.api_key) == ("http://url.example.com:5443", "jwt", "a/b")
    assert (found.rack, found.source) == (None, "RACK_URL")


def test_the_cli_s_console_login_with_its_session_and_current_rack(find: Find, home: Path) -> None:
    found = find()
    assert (found.host, found.api_key, found.session) == (
        "console.convox.com",
        "cli-console-key",
        "cli-session",
    )
    assert (found.rack, found.username, found.source) == ("acme/current", "convox", "the CLI's files")


@pytest.mark.parametrize(
    ("options", "environ", "host", "key"),
    [
        # host and key from different places
        ({"host": "api.cli.example.com"}, {}, "api.cli.example.com", "cli-rack-key"),
        ({"host": "port.example.com:5443"}, {}, "port.example.com:5443", "cli-port-key"),
        ({"host": "opt.example.com"}, {"CONVOX_PASSWORD": "env-key"}, "opt.example.com", "env-key"),
        ({"host": "env.example.com"}, ENV, "env.example.com", "env-key"),
        ({"host": "url.example.com"}, URL, "url.example.com", "url-key"),
        ({"api_key": "opt-key"}, ENV, "env.example.com", "opt-key"),
        ({"api_key": "opt-key"}, URL, "url.example.com", "opt-key"),
        ({"api_key": "opt-key"}, {}, "console.convox.com", "opt-key"),
        ({}, {"CONVOX_HOST": "api.cli.example.com"}, "api.cli.example.com", "cli-rack-key"),
        ({}, {"CONVOX_PASSWORD": "env-key"}, "console.convox.com", "env-key"),
        # a key is for its own host alone
        ({"host": "api.cli.example.com"}, ENV, "api.cli.example.com", "cli-rack-key"),
        ({"host": "api.cli.example.com"}, URL, "api.cli.example.com", "cli-rack-key"),
        # RACK_URL is whole
        ({}, {**URL, "CONVOX_PASSWORD": "env-key"}, "url.example.com", "url-key"),
        (
            {},
            {"RACK_URL": "https://url.example.com", "CONVOX_PASSWORD": "env-key"},
            "url.example.com",
            "env-key",
        ),
        # the same host named twice is no contradiction, and the host option decides between two
        ({}, {**URL, "CONVOX_HOST": "URL.example.com", "CONVOX_PASSWORD": "k"}, "url.example.com", "k"),
        ({}, {**URL, "CONVOX_HOST": "url.example.com"}, "url.example.com", "url-key"),
        ({"host": "url.example.com"}, {**URL, **ENV}, "url.example.com", "url-key"),
        ({"host": "env.example.com"}, {**URL, **ENV}, "env.example.com", "env-key"),
        # what is empty is not given
        ({"host": "", "api_key": None}, {**ENV, "RACK_URL": " "}, "env.example.com", "env-key"),
        ({"host": "h.example.com", "api_key": " k \n"}, {}, "h.example.com", "k"),
    ],
)
def test_sources_combine(
    find: Find, home: Path, options: dict[str, Any], environ: dict[str, str], host: str, key: str
) -> None:
    found = find(options, **environ)
    assert (found.host, found.api_key) == (host, key)


@pytest.mark.parametrize("options", [{}, {"api_key": "k"}, {"rack": "a/b"}])
def test_two_hosts_in_the_environment_contradict_each_other(find: Find, options: dict[str, Any]) -> None:
    with pytest.raises(ConvoxCredentialsError) as caught:
        find(options, **ENV, **URL)
    assert caught.value.option == "CONVOX_HOST"
    assert "RACK_URL" in str(caught.value)


def test_a_key_of_another_host_is_not_sent(find: Find) -> None:
    with pytest.raises(ConvoxCredentialsError) as caught:
        find({"host": "opt.example.com"}, **ENV)
    assert caught.value.option == "api_key"


def test_none_found_lists_the_places(find: Find, tmp_path: Path) -> None:
    with pytest.raises(ConvoxCredentialsError) as caught:
        find(XDG_CONFIG_HOME="/somewhere")
    for place in (
        "host",
        "api_key",
        "CONVOX_HOST",
        "CONVOX_PASSWORD",
        "RACK_URL",
        "/somewhere/convox",
        str(tmp_path / ".config" / "convox"),
        str(tmp_path / ".convox"),
    ):
        assert place in str(caught.value)


def test_a_key_and_a_console_s_rack_need_no_host(find: Find) -> None:
    found = find({"api_key": "k", "rack": "acme/staging"})
    assert (found.host, found.rack) == ("console.convox.com", "acme/staging")


@pytest.mark.parametrize("text", ["http://rack.test", "https://rack.test", "rack.test"])
def test_plain_http_only_where_the_host_says_so(find: Find, text: str) -> None:
    assert find({"host": text, "api_key": "k"}).scheme == ("http" if text.startswith("http:") else "https")


def test_the_rack_s_name_wins_in_the_order_option_environment_folder_cli(
    find: Find, home: Path, tmp_path: Path
) -> None:
    assert find().rack == "acme/current"
    (home / ".config" / "convox" / "rack").write_text("acme/file\n")
    assert find().rack == "acme/file"
    (tmp_path / "work" / ".convox").mkdir(parents=True)
    (tmp_path / "work" / ".convox" / "rack").write_text("acme/folder\n")
    assert find().rack == "acme/folder"
    assert find(CONVOX_RACK="acme/env").rack == "acme/env"
    assert find({"rack": "acme/option"}, CONVOX_RACK="acme/env").rack == "acme/option"


def test_the_folder_s_rack_is_not_for_hosts_from_elsewhere(find: Find, home: Path, tmp_path: Path) -> None:
    (tmp_path / "work" / ".convox").mkdir(parents=True)
    (tmp_path / "work" / ".convox" / "rack").write_text("acme/folder\n")
    assert find({"host": "h.example.com", "api_key": "k"}).rack is None
    assert find(**ENV).rack is None
    assert find(**URL).rack is None


def test_the_user_name_of_the_environment_is_for_keys_given_beside_it(find: Find, home: Path) -> None:
    assert find(CONVOX_USERNAME="jwt").username == "convox"
    assert find({"username": "jwt"}).username == "jwt"
    assert find({"host": "h.example.com", "api_key": "k"}, CONVOX_USERNAME="jwt").username == "jwt"
    assert find({"username": "other"}, **ENV, CONVOX_USERNAME="jwt").username == "other"


def test_no_secret_is_in_the_repr(find: Find, home: Path) -> None:
    shown = repr(find({"proxy": "http://u:proxy-password@p:1"}))
    for secret in ("cli-console-key", "cli-session", "proxy-password"):
        assert secret not in shown


def test_a_named_rack_serves_every_host(find: Find, home: Path) -> None:
    assert find({"host": "console.example.com", "api_key": "k"}, CONVOX_RACK="a/b").rack == "a/b"
    assert find({"host": "console.convox.com"}).rack == "acme/current"
    assert find({"host": "api.cli.example.com"}).rack is None


def test_a_rack_s_short_name_is_refused_at_a_console(find: Find, home: Path) -> None:
    with pytest.raises(ConvoxOptionError) as caught:
        find({"rack": "staging"})
    assert "org/name" in str(caught.value)


def test_the_session_belongs_to_the_stored_key(find: Find, home: Path) -> None:
    assert find({"api_key": "deploy-key"}).session is None
    assert find({"host": "api.cli.example.com"}).session is None
