# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CLI's files: where they lie, what is in them, and what is said when they are broken."""

from __future__ import annotations

import json
import os
import traceback
from pathlib import Path

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api._auth.cli_files import find_files, home
from ansible_collections.convox.rack.plugins.module_utils._api._auth.credentials import (
    Connection,
    find_connection,
)
from ansible_collections.convox.rack.plugins.module_utils._api._auth.hosts import Host
from ansible_collections.convox.rack.plugins.module_utils._api.errors import (
    ConvoxCredentialsError,
    ConvoxOptionError,
)


def settings(folder: Path, **files: object) -> Path:
    """A settings folder with these files; what is not a text is written as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return folder


def find(folder: Path, options: dict[str, object] | None = None, **environ: str) -> Connection:
    nowhere = {"HOME": str(folder.parent / "nobody")}
    return find_connection(
        {"cli_config": str(folder), **(options or {})}, nowhere | environ, working_folder=str(folder.parent)
    )


def test_the_first_folder_with_logins_is_taken(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    places = [
        tmp_path / "xdg" / "convox",
        tmp_path / "Library" / "Preferences" / "convox",
        tmp_path / ".config" / "convox",
        tmp_path / ".convox",
    ]
    for place in reversed(places):
        settings(place, auth={"h": "k"})
        assert find_files(None, environ, platform="darwin").folder == str(place)
    assert find_files(None, {"HOME": str(tmp_path)}, platform="linux").folder == str(places[2])


def test_a_folder_without_logins_does_not_hide_one_with_them(tmp_path: Path) -> None:
    settings(tmp_path / ".config" / "convox", id="x")
    settings(tmp_path / ".convox", auth={"h": "k"})
    assert find_files(None, {"HOME": str(tmp_path)}).folder == str(tmp_path / ".convox")


def test_a_named_folder_is_the_only_one(tmp_path: Path) -> None:
    settings(tmp_path / ".convox", auth={"h": "k"})
    named, other = settings(tmp_path / "named"), settings(tmp_path / "other")
    environ = {"HOME": str(tmp_path), "CONVOX_CONFIG": str(other)}
    assert find_files(str(named), environ).folder == str(named)
    assert find_files(None, environ).folder == str(other)
    assert find_files("~/named", {"HOME": str(tmp_path)}).folder == str(named)


@pytest.mark.parametrize("option", ["cli_config", "CONVOX_CONFIG"])
def test_a_named_folder_must_be_there(tmp_path: Path, option: str) -> None:
    missing = str(tmp_path / "missing")
    with pytest.raises(ConvoxOptionError) as caught:
        find_files(missing if option == "cli_config" else None, {"CONVOX_CONFIG": missing})
    assert caught.value.option == option


def test_home_is_the_given_environment_s() -> None:
    assert home({"HOME": "/home/of/the/task"}) == "/home/of/the/task"
    assert os.path.isabs(home({}))


def test_another_console(tmp_path: Path) -> None:
    logins = {"console.acme.com": "k", "console.convox.com": "other"}
    folder = settings(tmp_path / "c", auth=logins, console="console.acme.com\n", rack="acme/prod")
    found = find(folder)
    assert (found.host, found.api_key, found.rack) == ("console.acme.com", "k", "acme/prod")


def test_the_v2_cli_s_host_file(tmp_path: Path) -> None:
    folder = settings(tmp_path / "c", auth={"rack.acme.com": "k", "b": "l"}, host="rack.acme.com")
    assert find(folder).host == "rack.acme.com"


def test_a_single_login_needs_no_choice(tmp_path: Path) -> None:
    found = find(settings(tmp_path / "c", auth={"rack.acme.com": "k"}))
    assert (found.host, found.api_key, found.rack) == ("rack.acme.com", "k", None)


def test_several_logins_and_no_console_ask_for_the_host(tmp_path: Path) -> None:
    with pytest.raises(ConvoxCredentialsError) as caught:
        find(settings(tmp_path / "c", auth={"b.acme.com": "key-b", "a.acme.com": "key-a"}))
    assert "a.acme.com, b.acme.com" in str(caught.value)
    assert "key-" not in str(caught.value)


def test_a_direct_rack_by_its_name(tmp_path: Path) -> None:
    folder = settings(tmp_path / "c", auth={"console.convox.com": "k"})
    settings(folder / "racks", local="https://convox:direct%2Bkey@rack.local:5443\n")
    for found in (
        find(folder, {"rack": "local"}),
        find(folder, CONVOX_RACK="local", CONVOX_PASSWORD="env-key"),
    ):
        assert (found.host, found.api_key, found.rack) == ("rack.local:5443", "direct+key", None)


def test_a_rack_s_name_leads_nowhere_else(tmp_path: Path) -> None:
    folder = settings(tmp_path / "c", auth={"console.convox.com": "k"})
    (folder / "racks" / "a").mkdir(parents=True)
    (folder / "racks" / "a" / "b").write_text("https://convox:elsewhere@rack.local")
    files = find_files(str(folder), {})
    assert [files.direct_url(name) for name in ("", ".", "..", "../auth", "a/b")] == [None] * 5


def test_a_terraform_rack_s_password_is_not_the_cli_s_to_give(tmp_path: Path) -> None:
    with pytest.raises(ConvoxCredentialsError) as caught:
        find(settings(tmp_path / "c", current={"type": "terraform", "name": "prod"}))
    assert "terraform" in str(caught.value)
    assert "RACK_URL" in str(caught.value)


@pytest.mark.parametrize("name", ["auth", "session", "current"])
@pytest.mark.parametrize(
    "content", ['{"console.convox.com": "topsecret"', '["topsecret"]', '{"a": {"topsecret": 1}}']
)
def test_a_broken_file_is_named_and_never_quoted(tmp_path: Path, name: str, content: str) -> None:
    folder = settings(tmp_path / "c", auth={"console.convox.com": "k"})
    (folder / name).write_text(content)
    with pytest.raises(ConvoxOptionError) as caught:
        find(folder)
    assert str(folder / name) in str(caught.value)
    assert "topsecret" not in str(caught.value)
    assert "topsecret" not in "".join(traceback.format_exception(caught.value))


def test_a_file_of_bytes_is_named(tmp_path: Path) -> None:
    folder = settings(tmp_path / "c")
    (folder / "auth").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConvoxOptionError) as caught:
        find(folder)
    assert str(folder / "auth") in str(caught.value)


def test_empty_and_missing_files_are_no_login(tmp_path: Path) -> None:
    files = find_files(str(settings(tmp_path / "c", auth="", session="\n")), {})
    host = Host("https", "console.convox.com")
    assert (files.password(host), files.session(host), files.hosts(), files.console()) == (
        None,
        None,
        [],
        None,
    )


def test_nothing_is_read_when_options_suffice(tmp_path: Path) -> None:
    folder = settings(tmp_path / "c", auth="broken", current="broken")
    assert find(folder, {"host": "h.example.com", "api_key": "k"}).host == "h.example.com"
