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

import platform
import re
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from ansible_collections.convox.rack.plugins.module_utils._api.errors import ConvoxMissingLibraryError

__all__ = [
    "INSTALL",
    "MISSING",
    "certificate_library",
    "certifi_file",
    "frame_protocol",
    "httpcore",
    "httpx",
    "pydantic",
]

_LEAST_CRYPTOGRAPHY = (42, 0)
INSTALL = "pip install 'httpx>=0.27,<1' 'pydantic>=2.5,<3'"

# What pydantic offers to *describe* a model: called while a class is being written, never to work.
_DESCRIBING = frozenset(
    {
        "AfterValidator",
        "AliasChoices",
        "AliasGenerator",
        "AliasPath",
        "BeforeValidator",
        "ConfigDict",
        "Discriminator",
        "Field",
        "PlainSerializer",
        "PlainValidator",
        "PrivateAttr",
        "StringConstraints",
        "Tag",
        "TypeAdapter",
        "WrapSerializer",
        "WrapValidator",
        "computed_field",
        "field_serializer",
        "field_validator",
        "model_serializer",
        "model_validator",
        "validate_call",
        "with_config",
    }
)


class _Refusing:
    """What a describing call gives: as a decorator it hands back what it decorates, else it refuses."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if _decorates(args, kwargs):
            return args[0]
        raise _refusal(self._name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise _refusal(f"{self._name}.{name}")


def _refusal(name: str) -> RuntimeError:
    return RuntimeError(f"{name} is not available: {MISSING}. Install it with: {INSTALL}")


def _placeholder_class(name: str, base: type) -> type:
    def refuse(self: Any, *args: Any, **kwargs: Any) -> None:
        raise _refusal(name)

    return type(name.rpartition(".")[2], (base,), {"__init__": refuse, "__doc__": "A placeholder."})


class _Absent:
    """Stands for a library that cannot be used. The same name always gives the same thing."""

    def __init__(self, library: str) -> None:
        self._library = library

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        thing = self._make(name)
        setattr(self, name, thing)
        return thing

    def _make(self, name: str) -> Any:
        full = f"{self._library}.{name}"
        if self._library == "pydantic" and name in _DESCRIBING:
            # A decorator without parentheses is given what it decorates at once.
            bare = name[0].islower()
            return lambda *args, **kwargs: args[0] if bare and _decorates(args, kwargs) else _Refusing(full)
        if not name[0].isupper():
            return _Refusing(full)
        # An `except httpx.SomeError` needs an exception class; every other class may be one, too,
        # except the models, which are ordinary classes.
        return _placeholder_class(full, object if name in ("BaseModel", "RootModel") else Exception)


def _decorates(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether a call is a decorator's, with what it decorates."""
    return (
        len(args) == 1 and not kwargs and (callable(args[0]) or isinstance(args[0], property | classmethod))
    )


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


def _import_httpx() -> tuple[Any, str | None]:
    try:
        import httpx as library
    except ImportError:
        return _Absent("httpx"), "httpx (not installed)"
    except Exception as error:  # a broken installation may raise anything
        return _Absent("httpx"), f"httpx (does not import: {type(error).__name__})"
    fault = _fault(str(getattr(library, "__version__", "0")), (0, 27), 1)
    # httpx imports it when it connects, and so do we: whether it is there is known before.
    fault = fault or (None if find_spec("httpcore") else "(without httpcore)")
    return (_Absent("httpx"), f"httpx {fault}") if fault else (library, None)


def _import_httpcore() -> Any:
    """What httpx stands on, and depends on: where the one is usable, the other is there."""
    if _httpx_fault:
        return _Absent("httpcore")
    try:
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
    except ImportError:
        return _Absent("pydantic"), "pydantic (not installed)"
    except Exception as error:  # for instance a pydantic_core of another version
        return _Absent("pydantic"), f"pydantic (does not import: {type(error).__name__})"
    fault = _fault(str(getattr(library, "VERSION", "0")), (2, 5), 3)
    return (_Absent("pydantic"), f"pydantic {fault}") if fault else (library, None)


if TYPE_CHECKING:
    import httpcore
    import httpx
    import pydantic

    MISSING: str | None
    _httpx_fault: str | None
else:
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


def certificate_library() -> CertificateLibrary:
    """What reads certificates and keys: ``cryptography``. ansible-core depends on it, but where a module runs
    it need not be. Raises ConvoxMissingLibraryError, with the command that installs it."""
    try:
        import cryptography
        from cryptography import exceptions, x509
        from cryptography.hazmat.primitives import serialization
    except Exception as error:  # a broken installation may raise anything
        fault = (
            "not installed" if isinstance(error, ImportError) else f"does not import: {type(error).__name__}"
        )
    else:
        version = str(getattr(cryptography, "__version__", "0"))
        if _numbers(version) >= _LEAST_CRYPTOGRAPHY:
            return CertificateLibrary(x509, serialization, exceptions)
        fault = f"{version} is too old"
    raise ConvoxMissingLibraryError(
        f"to import a certificate the library cryptography is needed on {platform.node()} for the Python at "
        f"{sys.executable} ({fault})",
        hint=f"Install it there: {sys.executable} -m pip install 'cryptography>={_LEAST_CRYPTOGRAPHY[0]}'.",
    )
