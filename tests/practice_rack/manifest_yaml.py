# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML as the server reads it, and the values of a manifest that may be written in several ways.

Forms and words are those of the server's source (pkg/manifest of github.com/convox/convox).
"""

from __future__ import annotations

import re
from typing import Any

import yaml

# The server's parser is a translation of libyaml, so its words are those of libyaml.
_Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ManifestError(ValueError):
    """What the server says of a manifest that it cannot use."""


class _Loader(_Base):  # type: ignore[misc, valid-type]
    """Without dates and without numbers to the base of sixty, which the server's parser does not know."""


def _plain_number(kind: str) -> Any:
    def construct(loader: Any, node: Any) -> Any:
        if ":" in node.value:
            return node.value
        return getattr(loader, f"construct_yaml_{kind}")(node)

    return construct


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for letter, found in _Base.yaml_implicit_resolvers.items()
}
for _kind in ("int", "float"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_kind}", _plain_number(_kind))


def read(text: str, env: dict[str, str]) -> dict[str, Any]:
    """The manifest's text, ``${NAME}`` replaced (by nothing where the env has no such name), as a dict."""
    filled = re.sub(r"\$\{([^}]*)\}", lambda match: env.get(match[1], ""), text)
    try:
        found = yaml.load(filled, _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        line += isinstance(error, yaml.scanner.ScannerError)
        raise ManifestError(f"yaml: {f'line {line}: ' if line else ''}{error.problem}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ManifestError("yaml: " + " ".join(str(error).split())) from error
    if found is None:
        return {}
    return mapping(found, "manifest.Manifest")


# -- Go's words for values


def type_of(value: Any) -> str:
    """%T of what the parser gives."""
    if isinstance(value, bool):
        return "bool"
    names = {int: "int", float: "float64", str: "string", type(None): "<nil>", list: "[]interface {}"}
    return names.get(type(value), "map[interface {}]interface {}")


def shown(value: Any) -> str:
    """%v of it."""
    if isinstance(value, dict):
        parts = sorted(f"{shown(key)}:{shown(found)}" for key, found in value.items())
        return f"map[{' '.join(parts)}]"
    if isinstance(value, list):
        return f"[{' '.join(map(shown, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "<nil>" if value is None else str(value)


def _wrong(value: Any, into: str) -> ManifestError:
    """What is of a wrong type. (The server's line is that of a text that it writes for itself.)"""
    tags = {dict: "!!map", list: "!!seq", bool: "!!bool", int: "!!int", float: "!!float"}
    text = tags.get(type(value), "!!str")
    if not isinstance(value, (dict, list)):
        plain = shown(value)
        text += f" `{plain if len(plain) <= 10 else plain[:7] + '...'}`"
    return ManifestError(f"yaml: unmarshal errors:\n  line 1: cannot unmarshal {text} into {into}")


# -- values of one form


def mapping(value: Any, into: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _wrong(value, into)
    return {shown(key): found for key, found in value.items()}


def text(value: Any) -> str:
    if isinstance(value, (dict, list)):
        raise _wrong(value, "string")
    return "" if value is None else shown(value)


def texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _wrong(value, "[]string")
    return tuple(text(found) for found in value)


def flag(value: Any) -> bool:
    if value is not None and not isinstance(value, bool):
        raise _wrong(value, "bool")
    return bool(value)


def number(value: Any) -> int:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise _wrong(value, "int")
    return int(value or 0)


def atoi(value: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]+", value):
        raise ManifestError(f'strconv.Atoi: parsing "{value}": invalid syntax')
    return int(value)


def whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


# -- values of several forms


def port(value: Any) -> tuple[int, str]:
    """Port and scheme: ``3000``, ``https:3000``, or a dict of ``port`` and ``scheme``. (0, "") for none."""
    if value is None:
        return 0, ""
    scheme = ""
    if isinstance(value, dict):
        given, scheme = value.get("port"), shown(value.get("scheme") or "")
        found, inner = (0, "") if given is None else port(given)
        if not found:
            raise ManifestError(f"could not parse port: {shown(value)}")
        return found, scheme or inner
    if whole(value) is not None:
        return value, ""
    if not isinstance(value, str):
        raise ManifestError(f"invalid port: %!s({type_of(value)}={shown(value)})")
    parts = value.split(":")
    if len(parts) > 1:
        scheme = parts[0]
    return atoi(parts[1] if len(parts) > 1 else parts[0]), scheme


def ports(value: Any) -> tuple[int, ...]:
    """More ports: ``3000`` or ``3000/udp``."""
    if value is not None and not isinstance(value, list):
        raise _wrong(value, "[]manifest.ServicePortProtocol")
    found = []
    for given in value or []:
        if whole(given) is None and not isinstance(given, str):
            raise ManifestError(f"invalid port: %!s({type_of(given)}={shown(given)})")
        found.append(given if isinstance(given, int) else atoi(given.split("/")[0]))
    return tuple(found)


def health(value: Any) -> str:
    """The path, from itself or a dict."""
    if isinstance(value, dict):
        value = value.get("path")
        return value if isinstance(value, str) else "/"
    if value is not None and not isinstance(value, str):
        raise ManifestError(f"unknown type for service health: {type_of(value)}")
    return value or "/"


def domains(value: Any) -> tuple[str, ...]:
    """Names with commas between them, or a list of names."""
    if value is None:
        return ()
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list):
        raise ManifestError(f"unknown type for service domain: {type_of(value)}")
    for found in value:
        if not isinstance(found, str):
            raise ManifestError(f"unknown type for service domain: {type_of(found)}")
    return tuple(found.strip() for found in value if found.strip())


def environment(value: Any) -> tuple[str, ...]:
    """A list of ``NAME``, ``NAME=VALUE`` or ``*``, or of such lists; anything else in it is not seen."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ManifestError(f"unknown type for service environment: {type_of(value)}")
    found: list[str] = []
    for entry in value:
        entries = entry if isinstance(entry, list) else [entry]
        found += [each for each in entries if isinstance(each, str)]
    return tuple(found)


def agent(value: Any) -> bool:
    if isinstance(value, dict):
        raise ManifestError("agent ports are now specified at the service level")
    if value is not None and not isinstance(value, bool):
        raise ManifestError(f"could not parse agent: {shown(value)}")
    return bool(value)


def build(value: Any) -> None:
    """A path or a dict; what is in it is the builder's."""
    if value is not None and not isinstance(value, (str, dict)):
        raise ManifestError(f"unknown type for service build: {type_of(value)}")
