# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: files of a running process, as streams of tar (recordings: processes).

An absent file is an empty tar with the status 200, and of an absent process nothing at all comes, with 200,
too: the caller has to look at what came.
"""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api._http.call import Content
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client


def download(
    client: Client,
    app: str,
    process: str,
    path: str,
    write: t.Callable[[bytes], object],
    *,
    begin: t.Callable[[int | None], object],
    rewind: t.Callable[[], object],
    timeout: float,
) -> None:
    """``GET /apps/{app}/processes/{pid}/files``: the tar of a file or folder, piece by piece. What ``write``
    raises passes through; ``begin`` and ``rewind`` as ``Client.download`` has them. ``timeout`` in
    seconds."""
    client.download(
        route("apps", app, "processes", process, "files"),
        write,
        operation=f"read {path} in {process} of {app}",
        query={"file": path},
        begin=begin,
        rewind=rewind,
        timeout=timeout,
    )


def upload(client: Client, app: str, process: str, content: Content, *, what: str, timeout: float) -> None:
    """``POST /apps/{app}/processes/{pid}/files``: unpack a tar at ``/``. The same tar again is the same
    files, so it may be repeated. ``what`` names it in messages; ``timeout`` in seconds."""
    client.send(
        "POST",
        route("apps", app, "processes", process, "files"),
        content=content,
        headers={"Content-Type": "application/octet-stream"},
        operation=f"send {what} to {process} of {app}",
        repeatable=True,
        expect="ok",
        timeout=timeout,
    )


def delete(client: Client, app: str, process: str, path: str, *, timeout: float | None = None) -> None:
    """``DELETE /apps/{app}/processes/{pid}/files``: a file or folder, which need not be there. Racks take a
    name with a comma for a list."""
    client.send(
        "DELETE",
        route("apps", app, "processes", process, "files"),
        query={"files": path},
        operation=f"delete {path} in {process} of {app}",
        expect="ok",
        timeout=timeout,
    )
