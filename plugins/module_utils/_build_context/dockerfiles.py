# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Which Dockerfile each service of a manifest is built from, as a rack's builder finds it.

Private to the collection. Pure, but for the library PyYAML, which need not be there: then nothing is known.
Facts (convox/convox, pkg/manifest and pkg/build): a service with an ``image`` needs none; ``build`` is a
folder, or has ``path`` and ``manifest``; the defaults are the root and ``Dockerfile``.
"""

from __future__ import annotations

import posixpath
import typing as t

# Nobody writes a longer manifest, and this way of reading it is slow.
_LIMIT = 256 * 1024


def of_services(manifest: str) -> dict[str, str]:
    """The path of each service's Dockerfile, relative to the source's root; without those of services whose
    path is only known to the rack (``${NAME}``) or leads out of the source. Empty for a manifest that cannot
    be read."""
    found: dict[str, str] = {}
    for name, service in _services(manifest):
        if _text(_get(service, "image")):
            continue
        build = _get(service, "build")
        path = _text(build) or _text(_get(build, "path")) or "."
        file = _text(_get(build, "manifest")) or "Dockerfile"
        whole = posixpath.normpath(f"{path}/{file}").lstrip("/")
        if "$" not in whole and whole.split("/")[0] != "..":
            found[name] = whole
    return found


def _services(manifest: str) -> list[tuple[str, t.Any]]:
    try:
        import yaml  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        return []
    if len(manifest) > _LIMIT:
        return []
    try:
        # Nodes, not values: to make values of them can cost any time and memory (merges of merges).
        services = _get(yaml.compose(manifest, Loader=yaml.SafeLoader), "services")
    except (yaml.YAMLError, ValueError, RecursionError):
        return []
    return [(_text(name), service) for name, service in _pairs(services) if _text(name) not in ("", "<<")]


def _pairs(node: t.Any) -> list[tuple[t.Any, t.Any]]:
    """Of a mapping's node, its keys and values as nodes; of any other, nothing."""
    value = getattr(node, "value", None)
    return value if getattr(node, "id", "") == "mapping" and isinstance(value, list) else []


def _text(node: t.Any) -> str:
    """Of a scalar's node, its text; of any other, nothing."""
    value = getattr(node, "value", None)
    return value if isinstance(value, str) and getattr(node, "id", "") == "scalar" else ""


def _get(node: t.Any, key: str) -> t.Any:
    """What a mapping has under a key, itself or by the mappings merged into it (``<<``)."""
    todo, seen = [node], set()
    while todo:
        one = todo.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        for name, value in _pairs(one):
            if _text(name) == key:
                return value
        for name, value in _pairs(one):
            if _text(name) == "<<":
                several = value.value if getattr(value, "id", "") == "sequence" else [value]
                todo += several
    return None
