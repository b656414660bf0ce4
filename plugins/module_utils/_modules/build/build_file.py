# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: a build as a file, as a rack exports and imports it: a tar.gz with the build's facts
(build.json) and an image for each service."""

from __future__ import annotations

import gzip
import json
import os
import re
import tarfile
import typing as t
import zlib

from ansible_collections.convox.rack.plugins.module_utils._api import errors, local_files
from ansible_collections.convox.rack.plugins.module_utils._api.resources.builds import Build
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic
from ansible_collections.convox.rack.plugins.module_utils._build_context import tar_headers
from ansible_collections.convox.rack.plugins.module_utils._shared import transfers

FACTS = "build.json"
_FACTS_LIMIT = 4 * 1024 * 1024
# The words of an export that broke off, at its end (recordings: build_transfer_broken).
_TAIL = 4096
_WORDS = re.compile(rb'\{"error":("(?:[^"\\]|\\.)*")\}\s*\Z')


class BrokenError(Exception):
    """A file that is no whole build: why, in words."""


def read(file: t.BinaryIO) -> Build:
    """The facts of the build in a file, which is read to its end. Raises BrokenError for what is no whole
    export."""
    file.seek(0)
    try:
        facts = _facts(file)
    except tar_headers.HeaderTooLargeError:
        raise BrokenError("holds a header of more than 1 MiB, which no rack reads") from None
    except (tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile):
        raise BrokenError(_words(file) or "is no whole tar.gz (broken or cut off)") from None
    if facts is None:
        raise BrokenError(f"holds no {FACTS}, so it is no exported build")
    try:
        return Build.model_validate(json.loads(facts))
    except (ValueError, RecursionError, pydantic.ValidationError):
        raise BrokenError(f"holds a {FACTS} that tells of no build") from None


def look(path: str, option: str) -> Build:
    """The facts of the build in the file ``path``. Raises ConvoxOptionError for what is no whole export."""
    way_out = "name a file that convox_build with state exported, or convox builds export, has written"
    try:
        with local_files.open_regular(path) as file:
            build = read(file)
    except BrokenError as broken:
        raise errors.ConvoxOptionError(option, f"{ascii(path)} {broken}", way_out) from None
    except OSError as error:
        raise transfers.unreadable(path, error, option) from None
    if not build.manifest:
        problem = f"{ascii(path)} holds a build without a manifest: a rack would take it, and run nothing"
        raise errors.ConvoxOptionError(option, problem, way_out)
    return build


def holds(path: str, app: str, build: str) -> bool:
    """Whether the file is a whole export of this build."""
    try:
        with local_files.open_regular(path) as file:
            found = read(file)
    except (BrokenError, OSError):
        return False
    return (found.app, found.id) == (app, build)


def check(app: str, build: str, operation: str, redact: t.Callable[[str], str]) -> t.Callable[[t.BinaryIO], int]:
    """For ``transfers.save``: the number of bytes of an export of this build. Raises ConvoxError."""

    def check_file(file: t.BinaryIO) -> int:
        try:
            found = read(file)
        except BrokenError as broken:
            problem = f"what the rack sent {redact(str(broken))}"
        else:
            if (found.app, found.id) == (app, build):
                return file.seek(0, os.SEEK_END)
            problem = f"the rack sent another build, {redact(ascii(found.id))}"
        raise errors.ConvoxError(
            problem, operation=operation, hint="No file was written. Run the task again, or look at the rack."
        )

    return check_file


def _facts(file: t.BinaryIO) -> bytes | None:
    facts = None
    with gzip.GzipFile(fileobj=file) as unzipped:
        members = tar_headers.Members(unzipped)
        for member in members:
            if member.is_file and member.name == FACTS and facts is None:
                facts = members.content(_FACTS_LIMIT)
        while unzipped.read(transfers.BLOCK):  # gzip's checksum stands at the end
            pass
    return facts


def _words(file: t.BinaryIO) -> str:
    """What the rack says at the end of an export that broke off."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL))
    found = _WORDS.search(file.read(_TAIL))
    if found is None:
        return ""
    try:
        return f"broke off: {json.loads(found[1])}"
    except ValueError:
        return ""
