# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unpacking an uploaded source as the rack's builder does."""

from __future__ import annotations

import io
import posixpath
import tarfile

Files = dict[str, tuple[int, bytes | None]]


def unpack(content: bytes) -> Files:
    """Folders (None) and regular files of a tar.gz; links and all else are dropped without a word.

    ValueError where it is no such archive, is cut off, or names leave the folder.
    """
    files: Files = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
            for member in archive:
                name = posixpath.normpath(member.name.lstrip("/"))
                if name == ".." or name.startswith("../"):
                    raise ValueError(f"invalid path in archive: {member.name}")
                if member.isdir() and name != ".":
                    files[name] = (member.mode, None)
                elif member.isreg():
                    reader = archive.extractfile(member)
                    files[name] = (member.mode, reader.read() if reader else b"")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise ValueError(
            "gzip: invalid header" if not content.startswith(b"\x1f\x8b") else "unexpected EOF"
        ) from error
    return files
