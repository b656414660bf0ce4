# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: paths in a process, and where what comes from there may be put. Pure."""

from __future__ import annotations

import posixpath
import re

from ansible_collections.convox.rack.plugins.module_utils._api import errors

_UNSENDABLE = re.compile("[\x00-\x1f\x7f,\ud800-\udfff]")


def remote(option: str, path: str | None) -> str:
    """A path in a process, without what means nothing in it. Raises ConvoxOptionError."""
    if not path:
        raise errors.ConvoxOptionError(option, "is missing", "give a path in the process, such as /tmp/a.txt")
    if not path.startswith("/"):
        raise errors.ConvoxOptionError(option, "does not begin with /", "give the whole path in the process")
    if _UNSENDABLE.search(path):
        raise errors.ConvoxOptionError(
            option, "holds a comma or a control character, which no rack takes", "give it another name"
        )
    if ".." in path.split("/"):
        raise errors.ConvoxOptionError(option, "holds ..", "give the path without it")
    clean = posixpath.normpath(path.replace("//", "/"))
    if clean == "/":
        raise errors.ConvoxOptionError(option, "is the root of the process", "name a file or folder in it")
    return clean


def below(root: str, name: str) -> str | None:
    """Where a member of a tar lies below ``root``, the path that was asked for: "" for itself; None for one
    that lies elsewhere, whatever it would lead to."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts or "\0" in name:
        return None
    wanted = root.strip("/").split("/")
    if parts[: len(wanted)] != wanted:
        return None
    return "/".join(parts[len(wanted) :])
