# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""The source of a build as a tar.gz: packed from a folder while it is sent, or a finished file.

Private to the collection. Whatever the size, only blocks of it are in memory. Everything that can be
refused is refused before the first byte: a source is named by an option, ``path`` or ``archive``.
"""

from __future__ import annotations

import gzip
import os
import posixpath
import stat
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from ansible_collections.convox.rack.plugins.module_utils._api import errors, local_files
from ansible_collections.convox.rack.plugins.module_utils._api.resources.builds import MANIFEST
from ansible_collections.convox.rack.plugins.module_utils._build_context import dockerfiles, tar_headers
from ansible_collections.convox.rack.plugins.module_utils._build_context import folder as folders
from ansible_collections.convox.rack.plugins.module_utils._build_context.folder import (
    NAMES_SHOWN,
    Item,
    listed,
    shown,
)

_BLOCK = 256 * 1024
_GZIP = 16 + zlib.MAX_WBITS
_END = bytes(2 * tarfile.BLOCKSIZE)
# Nobody writes a longer one; whatever a file of that name is, it must not fill the memory.
_MANIFEST_LIMIT = 1024 * 1024


@dataclass(frozen=True)
class Packed:
    """A folder ready to be sent. ``chunks()`` packs it, anew at each call (an upload may be repeated).

    ``files`` counts the files, ``manifest`` is the manifest's text, ``warnings`` are for the user. The
    archive holds folders and regular files in a fixed order, with their modes and times (seconds), all
    owned by 0.
    """

    items: tuple[Item, ...]
    files: int
    manifest: str
    warnings: tuple[str, ...]

    def chunks(self) -> Iterator[bytes]:
        """The archive, block by block. Raises ConvoxOptionError where a file changes or vanishes under
        our hands."""
        squeeze = zlib.compressobj(wbits=_GZIP)
        waiting: list[bytes] = []
        size = 0
        for block in _tar(self.items):
            squeezed = squeeze.compress(block)
            if not squeezed:
                continue
            waiting.append(squeezed)
            size += len(squeezed)
            if size >= _BLOCK:
                yield b"".join(waiting)
                waiting, size = [], 0
        yield b"".join([*waiting, squeeze.flush()])


@dataclass(frozen=True)
class Archive:
    """A finished .tgz that was read through. ``chunks()`` reads it, anew at each call."""

    path: str
    files: int
    manifest: str
    warnings: tuple[str, ...]

    def chunks(self) -> Iterator[bytes]:
        """The file, block by block. Raises ConvoxOptionError where it vanishes under our hands."""
        try:
            with local_files.open_regular(self.path) as file:
                while block := file.read(_BLOCK):
                    yield block
        except OSError as error:
            raise _unreadable(self.path, error) from None


def pack(folder: str, manifest: str = MANIFEST, ignore_file: str = ".dockerignore") -> Packed:
    """Find what of ``folder`` is to be packed (see `folder.find`), and make it ready.

    ``manifest`` is a path relative to the folder, which has to be in the archive. Raises ConvoxOptionError
    for the option ``path``.
    """
    found = folders.find(folder, ignore_file)
    files = found.files
    wanted = posixpath.normpath(manifest)
    if wanted not in files:
        raise _no_manifest(found.root, wanted, ignore_file, bool(files))
    warnings = []
    if found.special:
        warnings.append(f"not packed, for they are no files: {listed(found.special)}")
    env_files = [name for name in files if posixpath.basename(name) == ".env"]
    if env_files:
        warnings.append(
            f"the build gets {listed(env_files)}: name it in {shown(ignore_file)} if it holds secrets"
        )
    path = next(item.path for item in found.items if item.name == wanted)
    with local_files.open_regular(path) as file:
        text = _text(file.read(_MANIFEST_LIMIT))
    if found.leaves_out:
        warnings += _lost_dockerfiles(found.root, set(files), text, ignore_file)
    return Packed(tuple(found.items), len(files), text, tuple(warnings))


def _lost_dockerfiles(root: str, files: set[str], manifest: str, ignore_file: str) -> list[str]:
    """Words on each Dockerfile that is there and left out. docker sends it all the same, and so people name
    it."""
    services: dict[str, list[str]] = {}
    for service, name in dockerfiles.of_services(manifest).items():
        if name not in files and os.path.isfile(os.path.join(root, name)):
            services.setdefault(name, []).append(service)
    return [
        f"{shown(ignore_file)} leaves out {shown(name)}, without which a rack cannot build {listed(names)} "
        f"(docker alone would send it all the same): add the line !{shown(name)} to {shown(ignore_file)}, "
        f"at its end"
        for name, names in services.items()
    ]


def check_archive(path: str, manifest: str = MANIFEST) -> Archive:
    """Read the .tgz ``path`` through, to its last byte, keeping nothing of it.

    Raises ConvoxOptionError for the option ``archive``: no regular file, empty, no gzip, broken, with a
    header of more than tar_headers.HEADER_LIMIT bytes, or without ``manifest``. Links in it are warned of:
    the builder drops them.
    """
    way_out = "pack the source with tar -czf"
    try:
        with local_files.open_regular(path) as file:
            if file.read(2) != b"\x1f\x8b":
                what = "is no gzip file" if os.fstat(file.fileno()).st_size else "is empty"
                raise errors.ConvoxOptionError("archive", f"{shown(path)} {what}", way_out)
            file.seek(0)
            content = _read_through(file, posixpath.normpath(manifest))
    except tar_headers.HeaderTooLargeError:
        problem = f"{shown(path)} holds a header of more than 1 MiB, which no rack reads"
        raise errors.ConvoxOptionError("archive", problem, way_out) from None
    except (tarfile.TarError, zlib.error, EOFError, gzip.BadGzipFile):
        problem = f"{shown(path)} is no readable tar.gz (broken or cut off)"
        raise errors.ConvoxOptionError("archive", problem, way_out) from None
    except OSError as error:
        raise _unreadable(path, error) from None
    if content.manifest is None:
        raise errors.ConvoxOptionError(
            "archive",
            f"{shown(path)} holds no {shown(manifest)}",
            "pack from inside the source's folder (tar -C FOLDER -czf ...), or name the file in manifest",
        )
    links = listed(content.links, content.link_count)
    warnings = (f"the builder drops the links of the archive: {links}",) if links else ()
    return Archive(path, content.files, content.manifest, warnings)


def _unreadable(path: str, error: OSError) -> errors.ConvoxOptionError:
    problem = f"{shown(path)} cannot be read: {error.strerror}"
    return errors.ConvoxOptionError("archive", problem, "name a .tgz file that you may read")


@dataclass
class _Content:
    """How many files an archive holds, how many links with the first names, and its manifest's text."""

    files: int = 0
    links: list[str] = field(default_factory=list)
    link_count: int = 0
    manifest: str | None = None


def _read_through(file: BinaryIO, manifest: str) -> _Content:
    found = _Content()
    with gzip.GzipFile(fileobj=file) as unzipped:
        members = tar_headers.Members(unzipped)
        for member in members:
            if member.is_file:
                found.files += 1
                if posixpath.normpath(member.name).lstrip("/") == manifest:
                    found.manifest = _text(members.content(_MANIFEST_LIMIT))
            elif member.is_link:
                found.link_count += 1
                if len(found.links) < NAMES_SHOWN:
                    found.links.append(member.name)
        while unzipped.read(_BLOCK):  # gzip's checksum stands at the end
            pass
    return found


def _text(manifest: bytes) -> str:
    """A manifest's text, as a rack gives it back later."""
    return manifest.decode("utf-8", "replace")


def _no_manifest(root: str, manifest: str, ignore_file: str, some: bool) -> errors.ConvoxOptionError:
    name, ignore = shown(manifest), shown(ignore_file)
    if posixpath.isabs(manifest) or manifest.split("/")[0] == "..":
        problem, way_out = f"the manifest {name} lies outside of {shown(root)}", "name it relative to path"
    elif os.path.isfile(os.path.join(root, manifest)):
        problem = f"{ignore} leaves out {name}" if some else f"{ignore} leaves out every file, {name} too"
        way_out = f"add the line !{name} to {ignore}, at its end"
    else:
        problem = f"{shown(root)} holds no {name}"
        way_out = "name the folder that holds it, or the file in the option manifest"
    return errors.ConvoxOptionError("path", problem, way_out)


def _tar(items: tuple[Item, ...]) -> Iterator[bytes]:
    for item in items:
        try:
            if item.is_folder:
                yield _header(item, os.stat(item.path), 0)
            else:
                with local_files.open_regular(item.path) as file:
                    yield from _file(item, file)
        except OSError as error:
            raise _changed(item, f"cannot be read: {error.strerror}") from None
    yield _END


def _file(item: Item, file: BinaryIO) -> Iterator[bytes]:
    state = os.fstat(file.fileno())
    yield _header(item, state, state.st_size)
    left = state.st_size
    while left:
        block = file.read(min(left, _BLOCK))
        if not block:
            raise _changed(item, "got shorter while it was packed")
        left -= len(block)
        yield block
    if file.read(1):
        raise _changed(item, "got longer while it was packed")
    yield bytes(-state.st_size % tarfile.BLOCKSIZE)


def _header(item: Item, state: os.stat_result, size: int) -> bytes:
    info = tarfile.TarInfo(item.name)
    info.type = tarfile.DIRTYPE if item.is_folder else tarfile.REGTYPE
    info.mode = stat.S_IMODE(state.st_mode)
    info.mtime = int(state.st_mtime)
    info.size = size
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")


def _changed(item: Item, what: str) -> errors.ConvoxOptionError:
    return errors.ConvoxOptionError(
        "path", f"{shown(item.name)} {what}", "leave it alone meanwhile, or name it in .dockerignore"
    )
