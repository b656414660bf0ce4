# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: any route of a rack, as a task of convox_api names it."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible_collections.convox.rack.plugins.module_utils._api._http.call import READING, Content
from ansible_collections.convox.rack.plugins.module_utils._api._http.responses import Response
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client


class Request(t.NamedTuple):
    """One request. ``repeatable``: whether doing it twice does no harm, None for what its method says.

    ``secrets`` are the values in it that no message may hold.
    """

    method: str
    path: str
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    content: Content | None = None
    repeatable: bool | None = None
    secrets: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.words})"

    @property
    def words(self) -> str:
        """What it is, for messages."""
        return f"{self.method} {self.path}"

    @property
    def reads(self) -> bool:
        """Whether it changes nothing on a rack."""
        return self.method in READING


def send(client: Client, request: Request, good: t.Collection[int]) -> Response:
    """Any route; the answer, of 64 MiB at most. ``good``: statuses that are no failure, besides 2xx."""
    return client.send(
        request.method,
        request.path,
        operation=request.words,
        query=request.query,
        headers=request.headers,
        content=request.content,
        repeatable=request.repeatable,
        expect="any",
        good=good,
    )


def download(
    client: Client, request: Request, write: t.Callable[[bytes], object], rewind: t.Callable[[], object]
) -> Response:
    """Any route that is read by GET; its body goes to ``write`` as it comes. ``rewind`` takes back what was
    written."""
    return client.download(
        request.path,
        write,
        rewind=rewind,
        operation=request.words,
        query=request.query,
        headers=request.headers,
    )
