# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what is in a process, compared with what is to be there, as it comes."""

from __future__ import annotations

import typing as t
from contextlib import suppress

from ansible_collections.convox.rack.plugins.module_utils._modules.file import names
from ansible_collections.convox.rack.plugins.module_utils._modules.file.source import Item
from ansible_collections.convox.rack.plugins.module_utils._modules.file.tar_in import Entry, Write


class Enough(Exception):
    """Nothing more of the tar is needed."""


class Look:
    """What a path of the process is: ``kind`` of the first member, None for nothing. Reads no further."""

    def __init__(self) -> None:
        self.kind: str | None = None

    def begin(self, entry: Entry) -> Write | None:
        self.kind = entry.kind
        raise Enough

    def end(self, entry: Entry) -> None:
        """Never comes to this."""


class Compare:
    """Which items are in a process as they are here. ``kind``: of the path itself, None where it is not
    there. ``mode``: compared where it is given, for the process's umask may change others."""

    def __init__(self, root: str, items: t.Sequence[Item], mode: int | None) -> None:
        self._root = root
        self._items = {item.name: item for item in items}
        self._is_one = len(items) == 1 and not items[0].is_folder
        self._mode = mode
        self.kind: str | None = None
        self.size: int | None = None
        self._same: set[str] = set()
        self._file: t.BinaryIO | None = None
        self._is_same = False

    def begin(self, entry: Entry) -> Write | None:
        name = names.below(self._root, entry.name)
        if name == "":
            self.kind, self.size = entry.kind, entry.size if entry.kind == "file" else None
        item = None if name is None else self._items.get(name)
        self._is_same = item is not None and self._may_be(item, entry)
        if self._is_one and not self._is_same:
            raise Enough
        if item is not None and self._is_same and not item.is_folder:
            try:
                self._file = item.open()
            except OSError:
                self._is_same = False
            else:
                return self._take
        return None

    def _may_be(self, item: Item, entry: Entry) -> bool:
        if item.is_folder:
            return entry.kind == "folder"
        fits = self._mode is None or entry.mode == item.mode
        return entry.kind == "file" and entry.size == item.size and fits

    def _take(self, data: bytes) -> None:
        if self._is_same and self._file is not None:
            self._is_same = self._file.read(len(data)) == data
            if self._is_one and not self._is_same:
                raise Enough

    def end(self, entry: Entry) -> None:
        self.close()
        name = names.below(self._root, entry.name)
        if name is not None and self._is_same:
            self._same.add(name)

    def close(self) -> None:
        """Close the file that is being compared."""
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                file.close()

    def differing(self) -> tuple[Item, ...]:
        """The items that are not there as they are here, in their order."""
        return tuple(item for name, item in self._items.items() if name not in self._same)
