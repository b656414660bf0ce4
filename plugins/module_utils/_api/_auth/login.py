# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Which rack, and with which key. Private to convox.rack; may change at any time.

Looked at in this order; the host decides, and a key is only ever used for the host it belongs to:

1. the options host and api_key
2. CONVOX_HOST and CONVOX_PASSWORD
3. RACK_URL
4. the files of the convox command line

So a host given as an option takes its key from CONVOX_PASSWORD (unless CONVOX_HOST names another
host), from RACK_URL or from the CLI's login, if these are for that host.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ansible_collections.convox.rack.plugins.module_utils._api._auth import hosts
from ansible_collections.convox.rack.plugins.module_utils._api._auth.hosts import Host, RackUrl
from ansible_collections.convox.rack.plugins.module_utils._api.errors import (
    ConvoxCredentialsError,
    ConvoxOptionError,
)

if TYPE_CHECKING:
    # Imported where they are looked at: with a host and a key at hand nobody does.
    from ansible_collections.convox.rack.plugins.module_utils._api._auth.cli_files import CliFiles

_FILES = "the CLI's files"
_WAY_OUT = (
    "set host and api_key (and rack, through a console), or CONVOX_HOST and CONVOX_PASSWORD, or RACK_URL, "
    "or log in with convox login"
)


class _Key(NamedTuple):
    """A key, where it was found, and the user name that came with it (empty: none)."""

    value: str
    source: str
    username: str = ""

    def __repr__(self) -> str:
        return f"_Key({self.source!r})"


class Login(NamedTuple):
    """host, rack, username, api_key, session: as sent. source: where they came from, in words. key_name: the
    option, variable or file that holds the key."""

    host: Host
    username: str
    api_key: str
    rack: str | None
    session: str | None
    source: str
    key_name: str = "api_key"

    def __repr__(self) -> str:
        return f"Login({self.host!r}, {self.source!r})"


def find_login(options: Mapping[str, str | None], environ: Mapping[str, str], working_folder: str) -> Login:
    """The login for a task.

    options: host, api_key, username, rack, cli_config, None where not given. environ: without empty
    values. Raises ConvoxCredentialsError where nothing is found or the sources contradict each other,
    ConvoxOptionError for what cannot be read.
    """
    return _Search(options, environ, working_folder).login()


class _Search:
    """One search; each source is read when it is first needed."""

    def __init__(self, options: Mapping[str, str | None], environ: Mapping[str, str], folder: str) -> None:
        self._options = options
        self._environ = environ
        self._folder = folder

    def login(self) -> Login:
        host, host_source = self._host()
        key = self._key(host, host_source)
        return Login(
            host=host,
            username=self._username(key),
            api_key=key.value,
            rack=self._rack(host, host_source, key.source),
            session=self._files.session(host) if key.source == _FILES else None,
            source=host_source if host_source == key.source else f"host: {host_source}, key: {key.source}",
            key_name={"options": "api_key", "environment": "CONVOX_PASSWORD"}.get(key.source, key.source),
        )

    @cached_property
    def _files(self) -> CliFiles:
        from ansible_collections.convox.rack.plugins.module_utils._api._auth import cli_files

        return cli_files.find_files(self._options.get("cli_config"), self._environ)

    @cached_property
    def _env_host(self) -> Host | None:
        text = self._environ.get("CONVOX_HOST")
        return hosts.parse_host(text, "CONVOX_HOST") if text else None

    @cached_property
    def _rack_url(self) -> RackUrl | None:
        text = self._environ.get("RACK_URL")
        return hosts.parse_rack_url(text) if text else None

    @cached_property
    def _rack_given(self) -> tuple[str, str] | None:
        """The rack's name of an option or variable, and which."""
        for source, name in (
            ("rack", self._options.get("rack")),
            ("CONVOX_RACK", self._environ.get("CONVOX_RACK")),
        ):
            if name:
                return name, source
        return None

    @cached_property
    def _rack_named(self) -> tuple[str, str] | None:
        """The rack's name outside the CLI's settings folder, and where it stands."""
        if self._rack_given:
            return self._rack_given
        from ansible_collections.convox.rack.plugins.module_utils._api._auth import cli_files

        local = os.path.join(self._folder, ".convox", "rack")
        name = cli_files.read_text(local)
        return (name, local) if name else None

    @cached_property
    def _direct(self) -> RackUrl | None:
        """The url of a direct rack in the CLI's files, if the rack's name is one of them."""
        name = self._rack_named[0] if self._rack_named else self._files.current_rack()
        url = self._files.direct_url(name) if name else None
        return hosts.parse_rack_url(url, f"the CLI's file racks/{name}") if url else None

    def _host(self) -> tuple[Host, str]:
        option = self._options.get("host")
        if option:
            return hosts.parse_host(option, "host"), "options"
        if self._env_host and self._rack_url and self._env_host != self._rack_url.host:
            raise ConvoxCredentialsError(
                "CONVOX_HOST",
                "names another host than RACK_URL",
                "unset one of them (the CLI would take RACK_URL), or give the option host",
            )
        if self._env_host:
            return self._env_host, "environment"
        if self._rack_url:
            return self._rack_url.host, "RACK_URL"
        return self._host_of_files(), _FILES

    def _host_of_files(self) -> Host:
        if self._direct:
            return self._direct.host
        console = self._files.console()
        key_elsewhere = self._options.get("api_key") or self._environ.get("CONVOX_PASSWORD")
        if console is None and key_elsewhere and self._rack_named and "/" in self._rack_named[0]:
            console = hosts.CONSOLE
        if console is not None:
            return hosts.parse_host(console, "the CLI's file console")
        stored = self._files.hosts()
        if len(stored) == 1:
            return hosts.parse_host(stored[0], "the CLI's file auth")
        if stored:
            raise ConvoxCredentialsError(
                "host",
                f"is not given, and the CLI knows several: {', '.join(stored)}",
                "name one of them as host",
            )
        raise self._nothing("host")

    def _key(self, host: Host, host_source: str) -> _Key:
        places = [self._key_option, self._key_environment, self._key_rack_url, self._key_files]
        if host_source == "RACK_URL":  # a url that names the host comes with its own key
            places = [self._key_option, self._key_rack_url, self._key_environment]
        elif host_source == _FILES and self._direct:
            places = [self._key_option, self._key_direct]
        for place in places:
            key = place(host)
            if key:
                return key
        raise self._nothing("api_key")

    def _key_option(self, host: Host) -> _Key | None:
        option = self._options.get("api_key")
        return _Key(option, "options") if option else None

    def _key_environment(self, host: Host) -> _Key | None:
        password = self._environ.get("CONVOX_PASSWORD")
        if not password or self._env_host not in (None, host):
            return None
        return _Key(password, "environment")

    def _key_rack_url(self, host: Host) -> _Key | None:
        url = self._rack_url
        if url is None or url.host != host or not url.api_key:
            return None
        return _Key(url.api_key, "RACK_URL", url.username)

    def _key_files(self, host: Host) -> _Key | None:
        stored = self._files.password(host)
        return _Key(stored, _FILES) if stored else None

    def _key_direct(self, host: Host) -> _Key | None:
        direct = self._direct
        return _Key(direct.api_key, _FILES, direct.username) if direct and direct.api_key else None

    def _username(self, key: _Key) -> str:
        named: str | None = self._options.get("username") or key.username
        if not named and key.source in ("options", "environment"):
            named = self._environ.get("CONVOX_USERNAME")
        return named or "convox"

    def _rack(self, host: Host, host_source: str, key_source: str) -> str | None:
        """The rack to name to a console, None for a host that is the rack itself."""
        if host_source == "RACK_URL":
            return self._options.get("rack")  # as the CLI: such a url is the rack itself
        by_files = _FILES in (host_source, key_source)
        if host_source == _FILES and self._direct:
            return None
        named = self._rack_named if by_files else self._rack_given
        name: str | None
        if named:
            name, source = named
        elif by_files and self._is_console(host):
            name, source = self._files.current_rack(), "the CLI's current rack"
        else:
            return None
        if name and "/" not in name and by_files and self._is_console(host):
            raise ConvoxOptionError(source, "is no rack of a console", "write it as org/name")
        return name

    def _is_console(self, host: Host) -> bool:
        """Whether the CLI takes the host for its console."""
        console = self._files.console()
        return console is not None and hosts.parse_host(console, "the CLI's file console") == host

    def _nothing(self, option: str) -> ConvoxCredentialsError:
        looked = ", ".join(self._files.looked)
        what = "no credentials were found" if option == "host" else "no key for this host was found"
        if option == "api_key" and self._environ.get("CONVOX_PASSWORD"):
            what += " (the one in CONVOX_PASSWORD is for the host in CONVOX_HOST, so it was not sent)"
        return ConvoxCredentialsError(
            option,
            f"{what}; looked at the options host and api_key, the environment variables CONVOX_HOST, "
            f"CONVOX_PASSWORD and RACK_URL, and the CLI's files in {looked}",
            _WAY_OUT,
        )
