# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: files that come from a process, each put into its place when it is whole.

Nothing that comes may lead outside of the place that the task names: names with ``..``, other paths, links
and devices are refused, and no link that is there is followed.
"""

from __future__ import annotations

import os
import typing as t
from contextlib import ExitStack, suppress

from ansible_collections.convox.rack.plugins.module_utils._api import errors, local_files
from ansible_collections.convox.rack.plugins.module_utils._modules.file import names
from ansible_collections.convox.rack.plugins.module_utils._modules.file.tar_in import Entry, Write
from ansible_collections.convox.rack.plugins.module_utils._shared.local_dest import Dest


class _Discard(Exception):
    """The temporary file goes, and what is there stays."""


class Receive:
    """Puts the files below ``root`` of a process under ``dest`` here, those that differ. ``is_real`` False:
    only looks. ``changed``: the places that differed; ``size``: bytes of all files."""

    def __init__(self, root: str, dest: str, mode: int | None, *, is_real: bool) -> None:
        self._root = root
        self._dest = dest
        self._mode = mode
        self._is_real = is_real
        self._stack: ExitStack | None = None
        self._place: Dest | None = None
        self._new: t.BinaryIO | None = None
        self._old: t.BinaryIO | None = None
        self._is_same = False
        self.changed: list[str] = []
        self.size = 0
        self.count = 0

    def begin(self, entry: Entry) -> Write | None:
        name = names.below(self._root, entry.name)
        if self._place is not None:
            raise self._refused(entry, "comes behind the file that was asked for")
        if name is None:
            raise self._refused(entry, "lies outside of what was asked for")
        if entry.kind not in ("file", "folder"):
            what = "is a link" if entry.kind == "link" else "is neither a file nor a folder"
            raise self._refused(entry, what)
        if entry.kind == "folder":
            self._folder(self._target(name, entry))
            return None
        self.count += 1
        self.size += entry.size
        self._open(self._target(name, entry), entry)
        return self._take

    def _target(self, name: str, entry: Entry) -> str:
        """The place of a member."""
        if name:
            place = os.path.normpath(self._dest)
            for part in name.split("/"):
                if os.path.islink(place) and place != os.path.normpath(self._dest):
                    raise self._refused(entry, f"would follow the link {ascii(place)} here")
                place = os.path.join(place, part)
            if os.path.islink(place):
                raise self._refused(entry, f"would follow the link {ascii(place)} here")
            return place
        if entry.kind == "file" and (self._dest.endswith(os.sep) or os.path.isdir(self._dest)):
            return os.path.join(self._dest, os.path.basename(self._root))
        return self._dest

    def _folder(self, place: str) -> None:
        if os.path.isdir(place):
            return
        if os.path.lexists(place):
            raise errors.ConvoxOptionError(
                "dest", f"{ascii(place)} is no folder, and a folder comes", "name a folder, or move the file"
            )
        self.changed.append(place)
        if self._is_real:
            with Dest(place).trouble():
                os.makedirs(place)

    def _open(self, place: str, entry: Entry) -> None:
        mode = entry.mode & 0o777 if self._mode is None else self._mode
        self._place = Dest(place, mode=mode)
        if self._is_real and place != self._dest:
            with self._place.trouble():
                os.makedirs(os.path.dirname(place), exist_ok=True)
        self._place.check(folder_may_come=not self._is_real)
        self._is_same = False
        with suppress(OSError):
            self._old = local_files.open_regular(place)
            self._is_same = os.fstat(self._old.fileno()).st_size == entry.size
        if self._is_real:
            self._stack = ExitStack()
            self._new = self._stack.enter_context(self._place.replacing())

    def _take(self, data: bytes) -> None:
        if self._is_same and self._old is not None:
            self._is_same = self._old.read(len(data)) == data
        if self._new is not None and self._place is not None:
            with self._place.trouble():
                self._new.write(data)

    def end(self, entry: Entry) -> None:
        """A member is whole. One in a folder takes its place now; a file that was asked for itself when all
        of the tar has come."""
        if entry.kind == "file" and names.below(self._root, entry.name):
            self.finish()

    def finish(self) -> None:
        """The file that is whole takes its place, if it differs."""
        place, stack = self._place, self._stack
        if place is None:
            return
        if self._is_same:
            self.close()
        else:
            self._close_old()
            if stack is not None:
                self._stack = self._new = None
                stack.close()
            self.changed.append(place.path)
        self._place = None
        self._dress(place)

    def _dress(self, place: Dest) -> None:
        """The mode that the task asks for, also of a file whose content stays."""
        if self._mode is None or not os.path.exists(place.real):
            return
        if os.stat(place.real).st_mode & 0o7777 != self._mode:
            if place.path not in self.changed:
                self.changed.append(place.path)
            if self._is_real:
                with place.trouble():
                    os.chmod(place.real, self._mode)

    def start_again(self) -> None:
        """The tar comes from its beginning again."""
        self.close()
        self.size = self.count = 0

    def close(self) -> None:
        """What is under way goes."""
        self._place = None
        self._close_old()
        stack, self._stack, self._new = self._stack, None, None
        if stack is not None:
            with suppress(_Discard):
                stack.__exit__(_Discard, _Discard(), None)

    def _close_old(self) -> None:
        old, self._old = self._old, None
        if old is not None:
            old.close()

    def _refused(self, entry: Entry, why: str) -> errors.ConvoxError:
        taken = len(self.changed) if self._is_real else 0
        so_far = f"{taken} before it took their places" if taken else "nothing was taken"
        return errors.ConvoxError(
            f"what came of {self._root} holds {ascii(entry.name)}, which {why}: {so_far}",
            hint="Name the file that you want itself, or pack what you want in the process first.",
        )
