# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: parameters as racks take them."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors


def as_text(given: t.Mapping[t.Any, t.Any], option: str = "parameters") -> dict[str, str]:
    """Parameters as text; null becomes the empty one, which removes it. Raises ConvoxOptionError for what is
    not a name with one plain value."""
    texts = {}
    for key, value in given.items():
        if not isinstance(key, str):
            raise errors.ConvoxOptionError(option, f"the name {key!r} is not text", "put the name in quotes")
        if not key or not isinstance(value, (str, int, float, bool, type(None))):
            raise errors.ConvoxOptionError(
                option, f"'{key}' is not a name with one plain value", "give each parameter a text or number"
            )
        if isinstance(value, bool):
            texts[key] = "true" if value else "false"
        else:
            texts[key] = "" if value is None else str(value)
    return texts
