# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the tar of a path in a process, read while it comes."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import files
from ansible_collections.convox.rack.plugins.module_utils._modules.file.tar_in import (
    BrokenTarError,
    Entry,
    Feed,
    Write,
)


class Receiver(t.Protocol):
    """What takes the members of a tar."""

    def begin(self, entry: Entry) -> Write | None:
        """What takes the content of a member, None for one that has none to take."""

    def end(self, entry: Entry) -> object:
        """A member has come whole."""


class Read(t.NamedTuple):
    """How many bytes came, none of a process that is gone; and whether no member was among them."""

    size: int
    empty: bool


def read(
    client: Client,
    place: tuple[str, str, str],
    receiver: Receiver,
    *,
    timeout: float,
    start_again: t.Callable[[], object],
    begin: t.Callable[[int | None], object] = lambda _size: None,
    tell: t.Callable[[int], object] = lambda _size: None,
) -> Read:
    """Read the tar of a path (``place``: app, process, path). ``start_again``: it comes from its beginning
    again; ``begin`` gets its size where the rack says it, ``tell`` that of each piece; ``timeout``: seconds.

    Raises ConvoxServerError for a tar that is not whole, the errors of ``Client.download``, and what the
    receiver raises.
    """
    app, process, path = place
    feed, count = Feed(receiver.begin, receiver.end), 0

    def write(piece: bytes) -> None:
        nonlocal count
        count += len(piece)
        feed.feed(piece)
        tell(len(piece))

    def rewind() -> None:
        nonlocal feed, count
        start_again()
        feed, count = Feed(receiver.begin, receiver.end), 0

    try:
        files.download(client, app, process, path, write, begin=begin, rewind=rewind, timeout=timeout)
        if count:
            feed.finish()
    except BrokenTarError as error:
        raise errors.ConvoxServerError(
            None,
            f"what came of {path} is no whole tar: {error}",
            hint="The process needs a program called tar, and has to live until all has come.",
            operation=f"read {path} in {process} of {app}",
        ) from None
    return Read(count, feed.empty)
