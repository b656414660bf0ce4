# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the arguments of a build, as a task gives them and as a rack takes them. Pure."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.convox.rack.plugins.module_utils._api import env_text, errors

OPTION = "build_args"
# A rack splits the list at commas and writes each argument, unquoted, into the builder's command line.
_UNSAFE = re.compile(r"[\s,'\"\\]")


def pairs(given: t.Any) -> tuple[str, ...]:
    """``KEY=VALUE`` for each argument of a dict, or of a list of them, in order of the keys.

    Raises ConvoxOptionError, naming the argument and never its value, for what does not reach the builder
    whole.
    """
    texts = env_text.check(_as_dict(given), OPTION)
    unsafe = sorted(key for key, text in texts.items() if _UNSAFE.search(key + text))
    if unsafe:
        raise errors.ConvoxOptionError(
            OPTION,
            f"a rack would not read whole, for a space, comma, quote or backslash: {', '.join(unsafe)}",
            "encode it, for instance with the filter b64encode, and decode it in the Dockerfile",
        )
    return tuple(f"{key}={text}" for key, text in sorted(texts.items()))


def _as_dict(given: t.Any) -> dict[str, t.Any]:
    if given is None:
        return {}
    if isinstance(given, Mapping):
        return {key: "" if value is None else value for key, value in given.items()}
    if isinstance(given, str):
        given = [part for part in given.split(",") if part]
    if not isinstance(given, Sequence) or not all(isinstance(item, str) and "=" in item for item in given):
        raise errors.ConvoxOptionError(
            OPTION, "is neither a dictionary nor a list of KEY=VALUE", "give names and values"
        )
    return dict(item.split("=", 1) for item in given)
