# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""TLS contexts, each built once at most. Private to convox.rack; may change at any time.

httpx must never build its own: its default reads all root certificates (about 20 ms), for plain
http hosts, too. A connection over http gets a bare context, which trusts nobody.
"""

from __future__ import annotations

import contextlib
import os
import ssl
from functools import lru_cache
from typing import NoReturn

from ansible_collections.convox.rack.plugins.module_utils._api import local_files
from ansible_collections.convox.rack.plugins.module_utils._api._auth.credentials import (
    Connection,
    environment_roots,
)
from ansible_collections.convox.rack.plugins.module_utils._api.errors import ConvoxOptionError
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import certifi_file


@lru_cache(maxsize=1)
def default_roots() -> ssl.SSLContext:
    """The context with the usual roots: the system's, or certifi's where the system has none."""
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        file = certifi_file()
        if file:
            context.load_verify_locations(cafile=file)
    return context


@lru_cache(maxsize=4)
def _kept_roots(file: str, folders: str, _state: tuple[int, ...]) -> ssl.SSLContext:
    return _named_roots(file, folders)


def _named_roots(file: str, folders: str) -> ssl.SSLContext:
    """The context with the roots that SSL_CERT_FILE and SSL_CERT_DIR name, each "" where not set."""
    return _with_roots("SSL_CERT_FILE" if file else "SSL_CERT_DIR", file or None, folders or None)


def _environment_roots(file: str, folders: str) -> ssl.SSLContext:
    """The same, built once: again only when the file or folder is another one, for a task before may have
    added a CA to it."""
    state: list[int] = []
    for path in [file, *folders.split(os.pathsep)]:
        with contextlib.suppress(OSError):
            found = os.stat(path)
            state += [found.st_ino, found.st_mtime_ns, found.st_size]
    return _kept_roots(file, folders, tuple(state))


def prebuild() -> None:
    """Build the shared contexts now, before a process forks. Never raises: who needs one later will."""
    with contextlib.suppress(Exception):
        named = environment_roots(os.environ)
        if named:
            _environment_roots(*named)
        else:
            default_roots()


def context_for(connection: Connection) -> ssl.SSLContext:
    """A context that trusts what a connection says: for its rack over https, and for a proxy over https.
    Raises ConvoxOptionError for files that cannot be used."""
    context = _trust(connection)
    if connection.client_key and not connection.client_cert:
        raise ConvoxOptionError("client_key", "is given without client_cert", "give the certificate, too")
    if connection.client_cert:
        _load_client(context, connection.client_cert, connection.client_key)
    return context


def _trust(connection: Connection) -> ssl.SSLContext:
    if not connection.validate_certs:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    if connection.ca_path:
        folder = os.path.isdir(connection.ca_path)
        file = None if folder else connection.ca_path
        return _with_roots("ca_path", file, connection.ca_path if folder else None)
    # A shared context must not carry one task's certificate to another's rack.
    alone = bool(connection.client_cert)
    if connection.roots:
        return (_named_roots if alone else _environment_roots)(*connection.roots)
    return default_roots.__wrapped__() if alone else default_roots()


def _with_roots(option: str, file: str | None, folders: str | None) -> ssl.SSLContext:
    if file is not None:
        _readable(option, file)
    if folders is not None and not any(os.path.isdir(folder) for folder in folders.split(os.pathsep)):
        raise ConvoxOptionError(option, "is not a folder", "name a folder of certificates by their hashes")
    try:
        return ssl.create_default_context(cafile=file, capath=folders)
    except (ssl.SSLError, OSError):
        raise ConvoxOptionError(
            option, "is not a file of certificates", "name a file with the CA's certificate in PEM form"
        ) from None


def _load_client(context: ssl.SSLContext, certificate: str, key: str | None) -> None:
    _readable("client_cert", certificate)
    if key is not None:
        _readable("client_key", key)
    option = "client_cert" if key is None else "client_key"
    try:
        context.load_cert_chain(certificate, key, password=_no_passphrase)
    except _EncryptedKeyError:
        raise ConvoxOptionError(
            option, "is encrypted, and nobody is here to type its passphrase", "store the key without one"
        ) from None
    except (ssl.SSLError, OSError):
        raise ConvoxOptionError(
            option,
            "does not hold the certificate and its key",
            "name PEM files: client_cert the certificate (and its key, if client_key is not given)",
        ) from None


class _EncryptedKeyError(Exception):
    """OpenSSL asked for a passphrase."""


def _no_passphrase() -> NoReturn:
    # Without this OpenSSL would ask at the terminal, and the task would hang.
    raise _EncryptedKeyError


def _readable(option: str, path: str) -> None:
    problem = ""
    try:
        # Regular files alone: OpenSSL would wait for ever at a pipe.
        local_files.open_regular(path).close()
        return
    except OSError as error:
        problem = error.strerror or "no reason given"
    raise ConvoxOptionError(option, f"cannot be read ({problem})", "name a file that this user may read")
