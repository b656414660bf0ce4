# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: the process that the tasks of a run work in.

Each task is a process of its own here, so what was chosen is kept in a file of the run, which goes with it.
It holds the id of a process and nothing else.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import typing as t
from contextlib import suppress

from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._shared import running_process
from ansible_collections.convox.rack.plugins.plugin_utils import core
from ansible_collections.convox.rack.plugins.plugin_utils.remote import Gone, Place

T = t.TypeVar("T")


class Choice:
    """A process by its id, or the newest running one of a service, for one task."""

    def __init__(self, client: Client, app: str, service: str | None, process: str | None) -> None:
        self._client = client
        self._app = app
        self._service = service or ""
        self._process = process
        self._is_pinned = process is not None
        # Whether anything of this task ran in the process.
        self._is_used = False
        self._place: Place | None = None
        connection = client.transport.connection
        place = "\0".join((connection.url, connection.rack or "", app, self._service))
        self._file = os.path.join(
            core.RUN_FOLDER, f"convox-process-{hashlib.sha256(place.encode()).hexdigest()[:32]}"
        )

    def within(self, work: t.Callable[[Place], T]) -> T:
        """What ``work`` gives in the process. Raises ConvoxError."""
        process, was_kept = self._found()
        try:
            given = work(self._in(process))
        except Gone:
            self.forget()
            if self._is_used or self._is_pinned or not was_kept:
                raise
            process, _no = self._found()
            given = work(self._in(process))
        self._is_used = True
        return given

    def _in(self, process: str) -> Place:
        if self._place is None or self._place.process != process:
            self.close()
            self._place = Place(self._client, self._app, process)
        return self._place

    def close(self) -> None:
        """End the shell in the process."""
        if self._place is not None:
            self._place.close()
            self._place = None

    def _found(self) -> tuple[str, bool]:
        """The id of the process, and whether an earlier task has chosen it."""
        if self._process is not None:
            return self._process, False
        with suppress(OSError), open(self._file, encoding="utf-8") as file:
            self._process = file.read().strip() or None
        if self._process is not None:
            return self._process, True
        self._process = running_process.find(self._client, self._app, self._service)
        self._keep(self._process)
        return self._process, False

    def _keep(self, process: str) -> None:
        """A run without such a folder chooses anew for each task."""
        with suppress(OSError):
            descriptor, temporary = tempfile.mkstemp(dir=core.RUN_FOLDER)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(process)
            os.replace(temporary, self._file)

    def forget(self) -> None:
        """The next look chooses anew, where nobody named the process."""
        if not self._is_pinned:
            self._process = None
            with suppress(OSError):
                os.unlink(self._file)
