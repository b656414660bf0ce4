# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: whether a file holds the data of a resource, or the failure of its export.

A rack answers 200 before it runs the tool that writes the dump. Where that fails, the words stand at the end
of what came (recordings: resources).
"""

from __future__ import annotations

import os
import re
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors, local_files
from ansible_collections.convox.rack.plugins.module_utils._shared import transfers

# Bytes of a file's end in which the words are looked for: a dump that is whole ends with words of its own.
_TAIL = 4096
_FAILED = re.compile(rb"^ERROR: could not export[^\n]*", re.MULTILINE)
# What the tools say themselves. Any other line before the words may be a row of the data.
_TOOL = re.compile(rb"^(?:pg_dump|mysqldump|mariadb-dump): [^\n]*", re.MULTILINE)


def failure_in(file: t.BinaryIO) -> str | None:
    """The words of a failed export at the end of a file, None where there are none."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL))
    return failure_words(file.read(_TAIL))


def failure_words(tail: bytes) -> str | None:
    """The words of a failed export in the end of what came, None where there are none."""
    failed = _FAILED.search(tail)
    if failed is None:
        return None
    said = [*_TOOL.findall(tail, 0, failed.start())][-2:]
    return "; ".join(line.decode("utf-8", "replace").strip() for line in [*said, failed[0]])


def check_export(operation: str, redact: t.Callable[[str], str]) -> t.Callable[[t.BinaryIO], int]:
    """For ``transfers.save``: the number of bytes of an export. Raises ConvoxError for one that failed."""

    def check(file: t.BinaryIO) -> int:
        failed = failure_in(file)
        size = file.seek(0, os.SEEK_END)
        if failed is None and size:
            return size
        raise errors.ConvoxError(
            f"the rack answered 200, and the export failed: {redact(failed)}"
            if failed
            else "the rack answered 200, and nothing came",
            operation=operation,
            hint="No file was written. See whether the resource runs.",
        )

    return check


def check_source(
    path: str,
    option: str = "src",
    open_file: t.Callable[[str], t.BinaryIO] = local_files.open_regular,
) -> int:
    """The size of a file that is to be imported. ``open_file`` opens it. Raises ConvoxOptionError for
    one that cannot be read, is
    empty or holds a failed export."""
    try:
        with open_file(path) as file:
            failed = failure_in(file)
            size = file.seek(0, os.SEEK_END)
    except OSError as error:
        raise transfers.unreadable(path, error, option) from None
    problem = "holds a failed export instead of data" if failed else "" if size else "is empty"
    if problem:
        raise errors.ConvoxOptionError(option, f"{ascii(path)} {problem}", "name a dump of the database")
    return size
