# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""What the convox command line keeps in files: read, never written. Private to convox.rack, may change
at any time.

In its settings folder: `auth` and `session` (JSON, host to password and to session id), `console`
(the console's host), `current` (JSON, the rack chosen by `convox switch`), `rack` (a rack's name),
`racks/NAME` (a direct rack's url); of the v2 CLI also `host`. In the working folder: `.convox/rack`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import NamedTuple

from ansible_collections.convox.rack.plugins.module_utils._api import local_files
from ansible_collections.convox.rack.plugins.module_utils._api._auth.hosts import CONSOLE, Host, parse_host
from ansible_collections.convox.rack.plugins.module_utils._api.errors import (
    ConvoxCredentialsError,
    ConvoxOptionError,
)


class CliFiles(NamedTuple):
    """One settings folder of the CLI. folder: None where there is none. looked: the places tried."""

    folder: str | None
    looked: tuple[str, ...]

    def password(self, host: Host) -> str | None:
        """The password that `convox login` stored for the host."""
        return self._by_host("auth", host)

    def session(self, host: Host) -> str | None:
        """The console session of the host, of a login that is not a deploy key."""
        return self._by_host("session", host)

    def hosts(self) -> list[str]:
        """The hosts with a stored password."""
        return sorted(self._table("auth"))

    def console(self) -> str | None:
        """The console's host as the CLI would take it, if the CLI has stored anything about one."""
        named = self._text("console") or self._text("host")
        return named or (CONSOLE if CONSOLE in self._table("auth") else None)

    def current_rack(self) -> str | None:
        """The rack's name: file `rack`, else the console rack in `current`."""
        name = self._text("rack")
        if name:
            return name
        current = self._table("current")
        kind = current.get("type")
        if kind in (None, "console", "direct"):
            return current.get("name") or None
        raise ConvoxCredentialsError(
            self._path("current"),
            f"the CLI's current rack is of the type {kind}, whose password lies in no file of the CLI",
            "set RACK_URL (convox rack access prints one), or host and api_key",
        )

    def direct_url(self, rack: str) -> str | None:
        """The url, password included, of a direct rack that the CLI knows by this name."""
        if rack in ("", ".", "..") or "/" in rack or os.sep in rack:
            return None
        return self._text(os.path.join("racks", rack)) or None

    def _by_host(self, name: str, host: Host) -> str | None:
        for written, value in self._table(name).items():
            try:
                if parse_host(written, name) == host:
                    return value or None
            except ConvoxOptionError:
                continue  # an entry of another shape is another host's
        return None

    def _path(self, name: str) -> str:
        return os.path.join(self.folder or "", name)

    def _text(self, name: str) -> str:
        return read_text(self._path(name)) if self.folder else ""

    def _table(self, name: str) -> dict[str, str]:
        text = self._text(name)
        if not text:
            return {}
        try:
            table = json.loads(text)
        except ValueError:
            table = None
        if isinstance(table, dict) and all(isinstance(value, str) for value in table.values()):
            return table
        raise ConvoxOptionError(
            self._path(name),
            "is not the CLI's file (a JSON object of texts)",
            "repair it, or log in again with convox login",
        )


def read_text(path: str) -> str:
    """The file without surrounding white space, empty if there is no such file."""
    try:
        return local_files.read_text(path).strip()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return ""
    except (OSError, UnicodeDecodeError):
        raise ConvoxOptionError(
            path, "cannot be read", "check its permissions, or give host and api_key"
        ) from None


def find_files(folder: str | None, environ: Mapping[str, str], *, platform: str = sys.platform) -> CliFiles:
    """The CLI's settings folder: the option's, CONVOX_CONFIG's, else the first usual one with logins."""
    for named, option in ((folder, "cli_config"), (environ.get("CONVOX_CONFIG"), "CONVOX_CONFIG")):
        if named:
            path = _expanded(named, environ)
            if not os.path.isdir(path):
                raise ConvoxOptionError(option, "is not a folder", "name the folder with the CLI's file auth")
            return CliFiles(path, (path,))
    usual = _usual(environ, platform)
    found = next((path for path in usual if os.path.isfile(os.path.join(path, "auth"))), None)
    found = found or next((path for path in usual if os.path.isdir(path)), None)
    return CliFiles(found, tuple(usual))


def home(environ: Mapping[str, str]) -> str:
    """The home folder of the environment handed in, which need not be this process's."""
    return environ.get("HOME") or os.path.expanduser("~")


def _expanded(path: str, environ: Mapping[str, str]) -> str:
    if path == "~" or path.startswith("~/"):
        return os.path.join(home(environ), path[2:])
    return os.path.expanduser(path)


def _usual(environ: Mapping[str, str], platform: str) -> list[str]:
    at_home = home(environ)
    places = [os.path.join(at_home, ".config", "convox"), os.path.join(at_home, ".convox")]
    if platform == "darwin":
        places.insert(0, os.path.join(at_home, "Library", "Preferences", "convox"))
    if environ.get("XDG_CONFIG_HOME"):
        places.insert(0, os.path.join(environ["XDG_CONFIG_HOME"], "convox"))
    return list(dict.fromkeys(places))
