# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scale of a service, in all its forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.practice_rack.manifest_yaml import (
    ManifestError,
    atoi,
    mapping,
    number,
    shown,
    type_of,
    whole,
)


@dataclass(frozen=True)
class Scale:
    """Of a service: least and most processes, and what each gets. Zero stands for what is not given."""

    low: int = 1
    high: int = 1
    cpu: int = 0
    memory: int = 0
    gpu: int = 0
    gpu_vendor: str = ""
    cpu_limit: int = 0
    memory_limit: int = 0
    autoscale: bool = False


def scale_of(spec: dict[str, Any]) -> Scale:
    """``2``, ``1-3`` or a dict, whose count may be each of them or a dict of ``min`` and ``max``.

    A dict without a count stands for one process; ``scale:`` with nothing behind it for none.
    """
    if "scale" not in spec:
        return Scale()
    found = spec["scale"]
    if found is None or found == {}:
        return Scale(0, 0)
    if whole(found) is not None or isinstance(found, str):
        return Scale(*_count(found))
    if not isinstance(found, dict):
        raise ManifestError(f"unknown type for service scale: {type_of(found)}")
    low, high = _bounds(found)
    gpu, vendor = _gpu(found.get("gpu"))
    limit = mapping(found.get("limit"), "manifest.ServiceResourceLimit")
    return Scale(
        low,
        high,
        whole(found.get("cpu")) or 0,
        whole(found.get("memory")) or 0,
        gpu,
        vendor,
        number(limit.get("cpu")),
        number(limit.get("memory")),
        bool(found.get("autoscale")),
    )


def _bounds(found: dict[str, Any]) -> tuple[int, int]:
    if found.get("count") is not None:
        return _count(found["count"])
    if "min" in found or "max" in found:
        low, high = _end(found.get("min"), found), _end(found.get("max"), found)
        return (low, max(low, high) if "max" not in found else high)
    return (0, 0) if set(found) == {"count"} else (1, 1)


def _count(value: Any) -> tuple[int, int]:
    if whole(value) is not None:
        return value, value
    if isinstance(value, str):
        parts = value.split("-")
        if len(parts) > 2:
            raise ManifestError(f"invalid scale: {value}")
        ends = [atoi(part) for part in parts]
        return ends[0], ends[-1]
    if isinstance(value, dict):
        return _end(value.get("min"), value), _end(value.get("max"), value)
    raise ManifestError(f"invalid scale: {shown(value)}")


def _end(value: Any, given: Any) -> int:
    if value is None:
        return 0
    found = whole(value)
    if found is None and not isinstance(value, str):
        raise ManifestError(f"invalid scale: {shown(given)}")
    return atoi(value) if found is None else found


def _gpu(value: Any) -> tuple[int, str]:
    if value is None:
        return 0, ""
    if whole(value) is not None:
        return value, "nvidia" if value else ""
    if not isinstance(value, dict):
        raise ManifestError(f"unknown type for service scale gpu: {type_of(value)}")
    count, vendor = whole(value.get("count")) or 0, value.get("vendor")
    return count, vendor if isinstance(vendor, str) else "nvidia" if count else ""
