# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""The connection options of a task, complete and checked. Private to convox.rack; may change at any time.

Options win over environment variables, these over the CLI's files (see login.py). The environment
is read here and nowhere else, from the mapping handed in: a task's `environment:` counts, too.
"""

from __future__ import annotations

import base64
import math
import os
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._api._auth.login import Login, find_login
from ansible_collections.convox.rack.plugins.module_utils._api.errors import ConvoxOptionError

# Options that an environment variable can give; those of the login are in login.py.
_VARIABLES = {
    "validate_certs": "CONVOX_VALIDATE_CERTS",
    "ca_path": "CONVOX_CA_PATH",
    "client_cert": "CONVOX_CLIENT_CERT",
    "client_key": "CONVOX_CLIENT_KEY",
    "actor": "CONVOX_ACTOR",
}
_TRUE = frozenset({"true", "yes", "on", "1", "y", "t"})
_FALSE = frozenset({"false", "no", "off", "0", "n", "f"})


@dataclass(frozen=True)
class Connection:
    """Everything that decides how a rack is reached: equal connections may share a client.

    host: with the port if it is not the scheme's own. rack: org/name, through a console. machine: a cloud
    machine of the console. session: a console session of the CLI. roots: SSL_CERT_FILE and SSL_CERT_DIR,
    empty where not set; None where neither is. proxy: the one chosen for this host, and proxy_source: the
    option or variable that names it. actor: for the rack's audit events. timeout, backoff_base,
    backoff_max: seconds. source: where the login came from, in words.
    """

    scheme: str
    host: str
    username: str
    api_key: str = field(repr=False)
    rack: str | None = None
    session: str | None = field(default=None, repr=False)
    validate_certs: bool = True
    ca_path: str | None = None
    client_cert: str | None = None
    client_key: str | None = None
    proxy: str | None = field(default=None, repr=False)
    roots: tuple[str, str] | None = None
    actor: str | None = None
    machine: str | None = None
    timeout: float = 30.0
    max_retries: int = 3
    backoff_base: float = 1.0
    backoff_max: float = 30.0
    retry_on_500: bool = False
    source: str = field(default="", compare=False)
    proxy_source: str = field(default="", compare=False)

    @property
    def url(self) -> str:
        """The base of every route, without a slash at its end."""
        return f"{self.scheme}://{self.host}"

    def secrets(self) -> tuple[str, ...]:
        """What no message may hold: key, basic-auth header, session, the proxy's password."""
        proxy = urllib.parse.urlsplit(self.proxy) if self.proxy else None
        password = urllib.parse.unquote(proxy.password or "") if proxy else ""
        found = (self.api_key, basic_credentials(self.username, self.api_key), self.session or "", password)
        return tuple(secret for secret in found if secret)


def find_connection(
    options: Mapping[str, Any], environ: Mapping[str, str], *, working_folder: str | None = None
) -> Connection:
    """The connection for a task.

    options: by the names of the documentation fragment convox.rack.rack; None, empty or absent where
    not given. environ: the environment to read. working_folder: where `.convox/rack` may lie, the
    current folder by default. Raises ConvoxOptionError for unusable values, ConvoxCredentialsError
    where no login is found; neither quotes a value.
    """
    given = {name: value for name, value in options.items() if value not in (None, "")}
    # What is read from a file or a command by a shell easily keeps the line's end.
    environ = {name: value.strip("\r\n") for name, value in environ.items() if value.strip()}
    texts = {name: _text(given, name) for name in ("host", "api_key", "username", "rack", "cli_config")}
    folder = working_folder or _current_folder()
    login = _checked_login(find_login(texts, environ, folder), texts)
    proxy, proxy_source = _proxy(given, environ, login)
    return Connection(
        scheme=login.host.scheme,
        host=login.host.name,
        username=login.username,
        api_key=login.api_key,
        rack=login.rack,
        session=login.session,
        validate_certs=_flag(given, "validate_certs", environ, True),
        ca_path=_path(given, "ca_path", environ, folder),
        client_cert=_path(given, "client_cert", environ, folder),
        client_key=_path(given, "client_key", environ, folder),
        proxy=proxy,
        roots=environment_roots(environ),
        actor=_header(*_either(given, "actor", environ)),
        machine=_text(given, "machine"),
        timeout=_number(given, "timeout", 30.0, above=0.0),
        max_retries=int(_number(given, "max_retries", 3, whole=True)),
        backoff_base=_number(given, "backoff_base", 1.0),
        backoff_max=_number(given, "backoff_max", 30.0),
        retry_on_500=_flag(given, "retry_on_500", environ, False),
        source=login.source,
        proxy_source=proxy_source,
    )


def basic_credentials(username: str, api_key: str) -> str:
    """The value of the header Authorization after the word Basic."""
    return base64.b64encode(f"{username}:{api_key}".encode()).decode("ascii")


def _current_folder() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:
        return os.sep


def _checked_login(login: Login, texts: Mapping[str, str | None]) -> Login:
    """The login. Raises ConvoxOptionError, naming the option or variable, for what no header can carry."""
    username = "username" if texts["username"] else "CONVOX_USERNAME"
    _header("rack" if texts["rack"] else "CONVOX_RACK", login.rack)
    _header(login.key_name, login.api_key)
    _header(username, login.username)
    if ":" in login.username:
        raise ConvoxOptionError(username, "holds a colon", "write convox, or jwt for a token of the rack")
    return login


def _proxy(given: Mapping[str, Any], environ: Mapping[str, str], login: Login) -> tuple[str | None, str]:
    """The url of the proxy for the host, and the option or variable that names it; None for none."""
    option = _text(given, "proxy")
    named = option or any(name.lower().endswith("_proxy") for name in environ)
    if not named or not _flag(given, "use_proxy", environ, True):
        return None, ""
    from ansible_collections.convox.rack.plugins.module_utils._api._http import proxies

    url = proxies.choose(login.host.scheme, login.host.name, environ, proxy=option)
    if url is None:
        return None, ""
    return url, "the option proxy" if option else proxies.variable(login.host.scheme, environ) or ""


def _text(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    return str(value).strip() or None if value is not None else None


def _either(given: Mapping[str, Any], name: str, environ: Mapping[str, str]) -> tuple[str, str | None]:
    """The option, else its environment variable: the name to use in errors, and the value."""
    value = _text(given, name)
    variable = _VARIABLES.get(name, "")
    if value is None and variable in environ:
        return variable, environ[variable].strip()
    return name, value


def _header(option: str, value: str | None) -> str | None:
    """What is sent as a header must be one line."""
    if value is not None and any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise ConvoxOptionError(
            option, "holds a control character, such as a line break", "give it as one line"
        )
    if value is not None and any(0xD800 <= ord(character) <= 0xDFFF for character in value):
        raise ConvoxOptionError(option, "holds half a letter (a lone surrogate)", "write it in UTF-8")
    return value


def _path(given: Mapping[str, Any], name: str, environ: Mapping[str, str], folder: str) -> str | None:
    """A file's or folder's path, `~` resolved, else relative to folder; that it exists is checked when it
    is loaded."""
    value = _either(given, name, environ)[1]
    if value is None:
        return None
    if not value.startswith("~/"):
        return os.path.join(folder, value)
    return os.path.join(environ.get("HOME") or os.path.expanduser("~"), value[2:])


def _flag(given: Mapping[str, Any], name: str, environ: Mapping[str, str], default: bool) -> bool:
    option, value = _either(given, name, environ)
    if value is None:
        return default
    word = value.lower()
    if word in _TRUE | _FALSE:
        return word in _TRUE
    raise ConvoxOptionError(option, "is neither true nor false", "write true or false")


def _number(
    given: Mapping[str, Any], name: str, default: float, *, above: float | None = None, whole: bool = False
) -> float:
    value = given.get(name, default)
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or (whole and number != int(number)):
        raise ConvoxOptionError(name, f"is not a {'whole ' if whole else ''}number", "give a number")
    if number < 0 or (above is not None and number <= above):
        raise ConvoxOptionError(
            name, "is too small", f"give {'more than 0' if above is not None else '0 or more'}"
        )
    return number


def environment_roots(environ: Mapping[str, str]) -> tuple[str, str] | None:
    """SSL_CERT_FILE and SSL_CERT_DIR of an environment, None where neither is set."""
    roots = (environ.get("SSL_CERT_FILE", ""), environ.get("SSL_CERT_DIR", ""))
    return roots if any(roots) else None
