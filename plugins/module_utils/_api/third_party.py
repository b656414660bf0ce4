# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""The only place that imports httpx, pydantic and cryptography. Private to convox.rack; may change at any
time.

Where a library is missing, too old or too new, its name here is a placeholder: whatever an import
of our files needs (base classes, decorators, fields, exception classes) works, and every call
that would do work raises RuntimeError. MISSING then says what is wrong, and the caller tells
the user INSTALL before anything else is tried.
"""

from __future__ import annotations

import gc
import platform
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from ansible_collections.convox.rack.plugins.module_utils._api.errors import ConvoxMissingLibraryError

__all__ = [
    "INSTALL",
    "MISSING",
    "certificate_library",
    "cipher_library",
    "certifi_file",
    "frame_protocol",
    "httpcore",
    "httpx",
    "pydantic",
]

_LEAST_CRYPTOGRAPHY = (42, 0)
INSTALL = "pip install 'httpx>=0.27,<1' 'pydantic>=2.5,<3'"


def _absent(library: str) -> Any:
    from ansible_collections.convox.rack.plugins.module_utils._api import placeholders

    return placeholders.Absent(library, lambda: f"{MISSING}. Install it with: {INSTALL}")


def _numbers(version: str) -> tuple[int, int]:
    found = re.match(r"(\d+)(?:\.(\d+))?", version)
    return (int(found[1]), int(found[2] or 0)) if found else (0, 0)


def _fault(version: str, least: tuple[int, int], below: int) -> str | None:
    """None if the version will do, else what is wrong with it, in words."""
    numbers = _numbers(version)
    if numbers < least:
        return f"{version} (needs >= {least[0]}.{least[1]})"
    if numbers >= (below, 0):
        return f"{version} (needs < {below})"
    return None


def _why_not(library: str, error: Exception) -> str:
    """Why a library does not import: it is not there, what it stands on is not, or it is broken."""
    if not isinstance(error, ModuleNotFoundError):
        return f"{library} (does not import: {type(error).__name__})"
    name = (error.name or library).partition(".")[0]
    return f"{library} (not installed)" if name == library else f"{library} (without {name})"


@contextmanager
def _uncollected() -> Iterator[None]:
    """Imports make objects that stay: looking for garbage among them takes longer than one of our files."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _import_httpx() -> tuple[Any, str | None]:
    try:
        import httpx as library
    except Exception as error:  # a broken installation may raise anything
        return _absent("httpx"), _why_not("httpx", error)
    fault = _fault(str(getattr(library, "__version__", "0")), (0, 27), 1)
    # httpx imports it when it connects, and so do we: whether it is there is known before.
    fault = fault or (None if find_spec("httpcore") else "(without httpcore)")
    return (_absent("httpx"), f"httpx {fault}") if fault else (library, None)


def _import_httpcore() -> Any:
    """What httpx stands on, and depends on: where the one is usable, the other is there."""
    if _httpx_fault:
        return _absent("httpcore")
    try:
        with _uncollected():
            import httpcore as library
    except Exception as error:  # a broken installation may raise anything
        reason = type(error).__name__
    else:
        return library
    raise ConvoxMissingLibraryError(
        f"httpcore, on which httpx stands, does not import ({reason})", hint=f"Install it anew: {INSTALL}."
    )


def _import_pydantic() -> tuple[Any, str | None]:
    try:
        import pydantic as library
    except Exception as error:  # for instance a pydantic_core of another version
        return _absent("pydantic"), _why_not("pydantic", error)
    fault = _fault(str(getattr(library, "VERSION", "0")), (2, 5), 3)
    return (_absent("pydantic"), f"pydantic {fault}") if fault else (library, None)


if TYPE_CHECKING:
    import httpcore
    import httpx
    import pydantic

    MISSING: str | None
    _httpx_fault: str | None
else:
    with _uncollected():
        httpx, _httpx_fault = _import_httpx()
        pydantic, _pydantic_fault = _import_pydantic()
    MISSING = ", ".join(fault for fault in (_httpx_fault, _pydantic_fault) if fault) or None


def __getattr__(name: str) -> Any:
    """httpcore, when a connection is made: importing it takes as long as half of our own files."""
    if name != "httpcore":
        raise AttributeError(name)
    globals()[name] = found = _import_httpcore()
    return found


def certifi_file() -> str | None:
    """The file of root certificates that certifi ships (httpx depends on it), None without certifi."""
    try:
        import certifi
    except ImportError:
        return None
    return str(certifi.where())


def frame_protocol(max_size: int) -> Any | None:
    """A fresh parser of websocket frames for the client's side of an open connection.

    It is `websockets.protocol.Protocol`, which does no input or output of its own. The library is
    optional: only streams (build logs, exec) need it. None where it is not installed or too old.
    """
    try:
        from websockets.protocol import CLIENT, Protocol
    except ImportError:
        return None
    return Protocol(CLIENT, max_size=max_size)


def too_old_for_streams() -> str | None:
    """Says which httpcore is too old to hand over an upgraded connection whole, None if it will do.

    Before 1.0.4 it lost what the server sent in one packet with its 101 answer.
    """
    version = str(getattr(_import_httpcore(), "__version__", "0"))
    patch = tuple(int(part) for part in re.findall(r"\d+", version)[:3])
    return None if patch >= (1, 0, 4) else f"httpcore {version} (needs >= 1.0.4)"


class CertificateLibrary(NamedTuple):
    """Parts of cryptography."""

    x509: Any
    serialization: Any
    exceptions: Any


class CipherLibrary(NamedTuple):
    """Parts of cryptography."""

    Cipher: Any
    algorithms: Any
    modes: Any


def certificate_library() -> CertificateLibrary:
    """What reads certificates and keys: ``cryptography``. ansible-core depends on it, but where a module runs
    it need not be. Raises ConvoxMissingLibraryError, with the command that installs it."""
    try:
        from cryptography import exceptions, x509
        from cryptography.hazmat.primitives import serialization
    except Exception as error:  # a broken installation may raise anything
        raise _no_cryptography("import a certificate", _broken(error)) from None
    _check_cryptography("import a certificate")
    return CertificateLibrary(x509, serialization, exceptions)


def cipher_library() -> CipherLibrary:
    """What encrypts, as ``certificate_library``."""
    try:
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    except Exception as error:  # a broken installation may raise anything
        raise _no_cryptography("encrypt", _broken(error)) from None
    _check_cryptography("encrypt")
    return CipherLibrary(Cipher, algorithms, modes)


def _broken(error: Exception) -> str:
    return "not installed" if isinstance(error, ImportError) else f"does not import: {type(error).__name__}"


def _check_cryptography(purpose: str) -> None:
    import cryptography

    version = str(getattr(cryptography, "__version__", "0"))
    if _numbers(version) < _LEAST_CRYPTOGRAPHY:
        raise _no_cryptography(purpose, f"{version} is too old")


def _no_cryptography(purpose: str, fault: str) -> ConvoxMissingLibraryError:
    return ConvoxMissingLibraryError(
        f"to {purpose} the library cryptography is needed on {platform.node()} for the Python at "
        f"{sys.executable} ({fault})",
        hint=f"Install it there: {sys.executable} -m pip install 'cryptography>={_LEAST_CRYPTOGRAPHY[0]}'.",
    )
