# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading convox.yml, as far as the practice rack needs it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@lru_cache(256)
def load(text: str) -> dict[str, Any]:
    """The manifest as a dict that nobody may change; ValueError says in words what is wrong with it."""
    try:
        found = yaml.load(text, _Loader) if text else {}
    except yaml.YAMLError as error:
        raise ValueError("yaml: " + " ".join(str(error).split())) from error
    found = {} if found is None else found
    if not isinstance(found, dict):
        raise ValueError("yaml: unmarshal errors: cannot unmarshal into manifest.Manifest")
    for part in ("services", "resources"):
        if not isinstance(found.get(part) or {}, dict):
            raise ValueError(f"yaml: unmarshal errors: cannot unmarshal {part}")
    return found


def services(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {str(name): spec or {} for name, spec in (manifest.get("services") or {}).items()}


def resources(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {str(name): spec or {} for name, spec in (manifest.get("resources") or {}).items()}


def made_resources(manifest: dict[str, Any], env: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Those that the rack makes: one whose URL is set in the env by hand it does not."""
    found = resources(manifest)
    return {n: spec for n, spec in found.items() if f"{n.upper().replace('-', '_')}_URL" not in env}


def environment(manifest: dict[str, Any], service: dict[str, Any]) -> dict[str, str]:
    """Defaults that the manifest gives: ``KEY=VALUE`` entries; ``KEY`` alone has none."""
    values: dict[str, str] = {}
    for entry in [*(manifest.get("environment") or []), *(service.get("environment") or [])]:
        name, equals, value = str(entry).partition("=")
        if equals:
            values[name.strip()] = value
    return values


def command(spec: dict[str, Any]) -> str:
    return str(spec.get("command") or "")


def crashes(spec: dict[str, Any]) -> bool:
    return command(spec).partition(" ")[0] == "crash"


def port(spec: dict[str, Any]) -> int | None:
    """The port of a service, from ``port: 3000``, ``port: https:3000`` or ``port: {port: 3000}``."""
    found = spec.get("port")
    if isinstance(found, dict):
        found = found.get("port")
    if found is None:
        return None
    return int(str(found).rpartition(":")[2])


def _scale(spec: dict[str, Any]) -> dict[str, Any]:
    found = spec.get("scale")
    return found if isinstance(found, dict) else {"count": found} if found is not None else {}


def bounds(spec: dict[str, Any]) -> tuple[int, int]:
    """Least and most processes: ``count: 2`` or ``count: 1-3``."""
    low, dash, high = str(_scale(spec).get("count", 1)).partition("-")
    return int(low), int(high) if dash else int(low)


def cpu(spec: dict[str, Any]) -> int:
    return int(_scale(spec).get("cpu", 250))


def memory(spec: dict[str, Any]) -> int:
    return int(_scale(spec).get("memory", 512))


def gpu(spec: dict[str, Any]) -> int:
    found = _scale(spec).get("gpu", 0)
    return int(found.get("count", 1) if isinstance(found, dict) else found)
