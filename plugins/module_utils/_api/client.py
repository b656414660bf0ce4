# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the connection to one rack, as one task has it.

What the rack can do stands in ``resources/``, as functions that take this client. A client belongs to one
task: it counts what the task has written and passes on its warnings, while the connections below it (the
transport) are shared by all tasks of a process, and by the threads of one task.

A POST that makes something is settled by looking: when no answer came, the rack is asked whether the thing is
there, before anything is sent a second time.
"""

from __future__ import annotations

import time
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.ledger import Ledger
from ansible_collections.convox.rack.plugins.module_utils._api._http.responses import Response
from ansible_collections.convox.rack.plugins.module_utils._api._http.secrets import Secrets
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import Transport

if t.TYPE_CHECKING:
    from ansible_collections.convox.rack.plugins.module_utils._api._http.websocket import Input, Socket

T = t.TypeVar("T")
# How long an id that we just made may be missing from the rack's reads, in seconds.
FRESH_SECONDS = 5.0
FRESH_PAUSE = 0.2
# When no answer came to a POST, the rack may still be at work on it: look this often before sending again.
FIND_PAUSES = (0.0, 0.5, 1.5)
# How many entries of a list are read: one page serves nearly always.
PAGE = 20


def given(**fields: t.Any) -> dict[str, str]:
    """Form fields for what is not None: names with ``_`` become the wire's with ``-``, and a bool the text
    ``true`` or ``false`` (a rack reads the text ``true`` as true and anything else as false)."""
    form = {}
    for name, value in fields.items():
        if value is not None:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            form[name.replace("_", "-")] = text
    return form


def absent_is_none(read: t.Callable[[], T], thing: str | None = None, name: str = "") -> T | None:
    """What ``read`` gives, or None where the rack says that it is not there: this very thing of this name
    (``("release", id)``, see ``ConvoxNotFoundError.missing``), anything where no thing is given. Every other
    error passes, other 404s among them: nobody knows who answered."""
    try:
        return read()
    except errors.ConvoxNotFoundError as error:
        if thing is not None and not error.is_about(thing, name):
            raise
        return None


def _may_still_come(error: errors.ConvoxError) -> bool:
    """Whether the rack may still be at work on a request: to send it again could make a thing twice."""
    return isinstance(error, errors.ConvoxTimeoutError) or getattr(error, "status_code", None) == 504


class Client:
    """A rack, for one task. ``warn`` gets the task's warnings, ``secrets`` are those of the task;
    ``sleep`` takes seconds and is replaced in tests.

    ``ledger`` says how many requests were sent, and how many of them changed something or may have.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        warn: t.Callable[[str], None] | None = None,
        secrets: Secrets | None = None,
        sleep: t.Callable[[float], None] = time.sleep,
    ) -> None:
        self.transport = transport
        self.ledger = Ledger(warn, secrets)
        self._sleep = sleep
        self._made: set[str] = set()

    def get(self, path: str, operation: str, query: t.Mapping[str, str] | None = None) -> Response:
        """Read ``path``. Raises as ``send``."""
        return self.send("GET", path, operation=operation, query=query or None)

    def send(self, method: str, path: str, *, operation: str, **request: t.Any) -> Response:
        """Send a request, with the words of ``Transport.send``. Raises the errors of ``errors.py``."""
        return self.transport.send(method, path, operation=operation, ledger=self.ledger, **request)

    def download(
        self,
        path: str,
        write: t.Callable[[bytes], object],
        *,
        operation: str,
        rewind: t.Callable[[], object] | None = None,
        **request: t.Any,
    ) -> Response:
        """Read ``path`` and hand its body to ``write`` as it comes; see ``Transport.download``."""
        return self.transport.download(
            path, write, operation=operation, ledger=self.ledger, rewind=rewind, **request
        )

    def stream_text(
        self,
        path: str,
        *,
        operation: str,
        headers: t.Mapping[str, str] | None = None,
        timeout: float | None = None,
        opening: float | None = None,
        idle: float | None = None,
    ) -> t.Iterator[str]:
        """Read a websocket route (logs) until the rack ends it; see ``websocket.stream_text``. Seconds."""
        from ansible_collections.convox.rack.plugins.module_utils._api._http import websocket

        return websocket.stream_text(
            self.transport,
            path,
            headers or {},
            operation=operation,
            ledger=self.ledger,
            timeout=timeout,
            opening=opening,
            idle=idle,
        )

    def open_socket(
        self,
        path: str,
        *,
        operation: str,
        headers: t.Mapping[str, str] | None = None,
        input: Input | None = None,
        timeout: float | None = None,
        opening: float | None = None,
        idle: float | None = None,
        writes: bool = False,
    ) -> Socket:
        """Open a websocket route that also reads (exec, a console); see ``websocket.Socket``. Seconds."""
        from ansible_collections.convox.rack.plugins.module_utils._api._http import websocket

        return websocket.Socket(
            self.transport,
            path,
            headers or {},
            operation=operation,
            ledger=self.ledger,
            input=input,
            timeout=timeout,
            opening=opening,
            idle=idle,
            writes=writes,
        )

    def made(self, id_: str) -> None:
        """Remember the id of something that this task made: the rack's reads may lag behind."""
        self._made.add(id_)

    def settled(self, send: t.Callable[[], T], find: t.Callable[[], T | None]) -> T:
        """Send; when nobody knows whether it was done, find out, and send again only if it was not and cannot
        be done later: after a timeout, ours or a gateway's, the rack may go on with it."""
        tries = self.transport.connection.max_retries
        while True:
            try:
                return send()
            except errors.ConvoxError as error:
                if not error.unsettled:
                    raise
                try:
                    found = self._found(find)
                except errors.ConvoxError:
                    # A plain deploy key may make some things and not list them; or the rack is out of reach.
                    raise error from None
                if found is not None:
                    self.ledger.settle(error.operation)
                    return found
                if tries <= 0 or _may_still_come(error):
                    raise
                tries -= 1

    def _found(self, find: t.Callable[[], T | None]) -> T | None:
        for pause in FIND_PAUSES:
            self._sleep(pause)
            found = find()
            if found is not None:
                return found
        return None

    def fresh(self, id_: str, read: t.Callable[[], T]) -> T:
        """What ``read`` gives; an id that this task made and the rack does not find yet is asked for again
        for some seconds. Raises ConvoxNotFoundError after that."""
        left = FRESH_SECONDS if id_ in self._made else 0.0
        while True:
            try:
                return read()
            except errors.ConvoxNotFoundError:
                if left <= 0:
                    raise
            self._sleep(FRESH_PAUSE)
            left -= FRESH_PAUSE
