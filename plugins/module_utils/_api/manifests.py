# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what stands in a convox.yml, as nodes of YAML. Pure, but for the library PyYAML,
which need not be there: then nothing is known."""

from __future__ import annotations

import typing as t

# Nobody writes a longer manifest, and this way of reading it is slow.
_LIMIT = 256 * 1024


def services(manifest: str) -> list[tuple[str, t.Any]]:
    """The services of a convox.yml by name, each as a node; none of one that cannot be read."""
    try:
        # Comes with ansible-core; where a module runs, it need not be there.
        import yaml
    except ImportError:
        return []
    if len(manifest) > _LIMIT:
        return []
    try:
        # Nodes, not values: to make values of them can cost any time and memory (merges of merges).
        services = get(yaml.compose(manifest, Loader=yaml.SafeLoader), "services")
    except (yaml.YAMLError, ValueError, RecursionError):
        return []
    return [(text(name), service) for name, service in pairs(services) if text(name) not in ("", "<<")]


def pairs(node: t.Any) -> list[tuple[t.Any, t.Any]]:
    """Of a mapping's node, its keys and values as nodes; of any other, nothing."""
    value = getattr(node, "value", None)
    return value if getattr(node, "id", "") == "mapping" and isinstance(value, list) else []


def text(node: t.Any) -> str:
    """Of a scalar's node, its text; of any other, nothing."""
    value = getattr(node, "value", None)
    return value if isinstance(value, str) and getattr(node, "id", "") == "scalar" else ""


def get(node: t.Any, key: str) -> t.Any:
    """What a mapping has under a key, itself or by the mappings merged into it (``<<``)."""
    todo, seen = [node], set()
    while todo:
        one = todo.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        for name, value in pairs(one):
            if text(name) == key:
                return value
        for name, value in pairs(one):
            if text(name) == "<<":
                several = value.value if getattr(value, "id", "") == "sequence" else [value]
                todo += several
    return None
