# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps that send files into a process, fetch them from there, and delete them."""

from __future__ import annotations

import posixpath
import secrets
import shlex
import typing as t
from contextlib import suppress
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import files
from ansible_collections.convox.rack.plugins.module_utils._modules.file import source, tar_read
from ansible_collections.convox.rack.plugins.module_utils._modules.file.compare import Enough
from ansible_collections.convox.rack.plugins.module_utils._modules.file.receive import Receive
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step
from ansible_collections.convox.rack.plugins.module_utils._shared.transfers import Meter

# The name before is in the place of the one behind, whole, or not at all.
_FILE_INTO_PLACE = ("mv", "-f")
# Of a folder: what is there besides stays.
_FOLDER_INTO_PLACE = ("sh", "-c", 'mkdir -p "$2" && cp -Rp "$1"/. "$2" && rm -rf "$1"', "sh")
# Seconds for cleaning up after a failure.
_HASTE = 10.0
_MOST_WORDS = 2000


class Sent(t.NamedTuple):
    """The paths in the process that were sent."""

    paths: tuple[str, ...]


def read(
    client: Client,
    context: Context,
    place: tuple[str, str, str],
    receiver: tar_read.Receiver,
    *,
    timeout: float,
    start_again: t.Callable[[], object] = lambda: None,
) -> bool:
    """Read the tar of a path (``place``: app, process, path); whether anything is there.

    Raises ConvoxError for a process that is gone, and the errors of ``tar_read.read``. ``start_again``: the
    tar comes from its beginning again.
    """
    app, process, path = place
    meter = Meter(context, app, f"read {path}")
    try:
        found = tar_read.read(
            client,
            place,
            receiver,
            timeout=timeout,
            start_again=start_again,
            begin=meter.begin,
            tell=meter.add,
        )
    except Enough:
        return True
    if not found.size:
        raise errors.ConvoxError(f"process {process} of {app} is gone: nothing came of it")
    return not found.empty


@dataclass(frozen=True)
class Send(Step):
    """Send files under another name, then put them into their place at once."""

    app: str
    process: str
    path: str
    items: tuple[source.Item, ...]
    before: str | None
    timeout: float
    way_out: t.ClassVar[str] = "What was sent lies beside its place, under a name that begins with .convox-."

    def changes(self) -> t.Sequence[Change]:
        count = sum(not item.is_folder for item in self.items)
        size = sum(item.size for item in self.items)
        words = f"{size} bytes" if count == 1 else f"{count} files, {size} bytes"
        return [Change((self.path,), self.before, f"{words}, new content" if self.before else words)]

    def apply(self, client: Client, context: Context) -> Sent:
        # Here, because a module compiles what it imports each time it runs, and mostly nothing is sent.
        from ansible_collections.convox.rack.plugins.module_utils._api.resources import execs

        execs.need_library(f"send {self.path} to {self.process} of {self.app}")
        folder, name = posixpath.split(self.path)
        other = posixpath.join(folder, f".convox-{secrets.token_hex(6)}-{name[:100]}")
        meter = Meter(context, self.app, f"send {self.path}")
        try:
            files.upload(
                client,
                self.app,
                self.process,
                lambda: source.tar(self.items, other, meter.add),
                what=self.path,
                timeout=self.timeout,
            )
            self._into_place(client, other)
        except BaseException:
            with suppress(errors.ConvoxError):
                files.delete(client, self.app, self.process, other, timeout=_HASTE)
            raise
        return Sent(tuple(posixpath.join(self.path, item.name).rstrip("/") for item in self.items))

    def _into_place(self, client: Client, other: str) -> None:
        from ansible_collections.convox.rack.plugins.module_utils._api.resources import execs

        is_folder = len(self.items) > 1 or self.items[0].is_folder or bool(self.items[0].name)
        words = (*(_FOLDER_INTO_PLACE if is_folder else _FILE_INTO_PLACE), other, self.path)
        said = b""
        with execs.start(client, self.app, self.process, shlex.join(words), timeout=self.timeout) as running:
            for piece in running:
                said = (said + piece)[:_MOST_WORDS]
        if running.code:
            text = said.decode("utf-8", "replace").strip()
            raise errors.ConvoxError(
                f"what was sent cannot be put into its place: {words[0]} ended with {running.code}: {text}",
                hint="The process has to be allowed to write there, and needs the programs mv, cp and rm.",
                operation=f"send {self.path} to {self.process} of {self.app}",
            )


@dataclass(frozen=True)
class Fetch(Step):
    """Fetch files; those that differ take their places here. ``foreseen``: what a look has shown of them."""

    app: str
    process: str
    path: str
    dest: str
    mode: int | None
    timeout: float
    foreseen: tuple[str, ...] = ()
    one_shot: t.ClassVar[bool] = True

    def changes(self) -> t.Sequence[Change]:
        return [Change((self.dest,), None, f"from {self.path}")]

    def apply(self, client: Client, context: Context) -> Receive:
        receive = Receive(self.path, self.dest, self.mode, is_real=True)
        try:
            is_there = read(
                client,
                context,
                (self.app, self.process, self.path),
                receive,
                timeout=self.timeout,
                start_again=receive.start_again,
            )
            receive.finish()
        finally:
            receive.close()
            if receive.changed:
                client.ledger.changed_here()
        if not is_there:
            raise absent(self.app, self.process, self.path)
        return receive


@dataclass(frozen=True)
class Delete(Step):
    """Delete a file or folder."""

    app: str
    process: str
    path: str
    kind: str

    def changes(self) -> t.Sequence[Change]:
        return [Change((self.path,), self.kind, None)]

    def apply(self, client: Client, context: Context) -> Sent:
        files.delete(client, self.app, self.process, self.path)
        return Sent((self.path,))


def absent(app: str, process: str, path: str) -> errors.ConvoxOptionError:
    """The error for a path of a process that is not there."""
    return errors.ConvoxOptionError(
        "src",
        f"there is no {path} in {process} of {app}",
        "look at its folder with convox_run, command: ls",
        not_yet=True,
    )
