# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""What stands for a library that is missing, too old or too new, see third_party.py. Private to convox.rack;
may change at any time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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

    def __init__(self, name: str, why: Callable[[], str]) -> None:
        self._name = name
        self._why = why

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if _decorates(args, kwargs):
            return args[0]
        raise _refusal(self._name, self._why)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise _refusal(f"{self._name}.{name}", self._why)


def _refusal(name: str, why: Callable[[], str]) -> RuntimeError:
    return RuntimeError(f"{name} is not available: {why()}")


def _placeholder_class(name: str, why: Callable[[], str], base: type) -> type:
    def refuse(self: Any, *args: Any, **kwargs: Any) -> None:
        raise _refusal(name, why)

    return type(name.rpartition(".")[2], (base,), {"__init__": refuse, "__doc__": "A placeholder."})


class Absent:
    """Stands for a library that cannot be used. The same name always gives the same thing.

    why: gives what is missing and how to install it, for errors."""

    def __init__(self, library: str, why: Callable[[], str]) -> None:
        self._library = library
        self._why = why

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
            return lambda *args, **kwargs: (
                args[0] if bare and _decorates(args, kwargs) else _Refusing(full, self._why)
            )
        if not name[0].isupper():
            return _Refusing(full, self._why)
        # An `except httpx.SomeError` needs an exception class; every other class may be one, too,
        # except the models, which are ordinary classes.
        base = object if name in ("BaseModel", "RootModel") else Exception
        return _placeholder_class(full, self._why, base)


def _decorates(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether a call is a decorator's, with what it decorates."""
    return (
        len(args) == 1 and not kwargs and (callable(args[0]) or isinstance(args[0], property | classmethod))
    )
