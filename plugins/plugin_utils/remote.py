# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: commands and files in one process, as a connection wants them."""

from __future__ import annotations

import os
import shlex
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import execs, files
from ansible_collections.convox.rack.plugins.module_utils._modules.file import names, source, tar_read
from ansible_collections.convox.rack.plugins.module_utils._modules.file.tar_in import Entry, Write
from ansible_collections.convox.rack.plugins.module_utils._shared.local_dest import Dest, Sink
from ansible_collections.convox.rack.plugins.plugin_utils import shell_line
from ansible_collections.convox.rack.plugins.plugin_utils.become import Conversation

# A command may take as long as it likes: the task's own timeout ends it.
_LONGEST = 30 * 24 * 3600.0
# Seconds between two looks at a program that may ask for a password.
_LOOK = 0.2
_FRAME = 32 * 1024
# What is sent is for modules of the task alone.
_MODE = 0o600
# What racks say of a program that cannot be started (recordings: websockets).
_NOT_STARTED = b"OCI runtime exec failed"
_COMPLETED = "cannot exec into a container in a completed pod"
_WORDS_SHOWN = 300


class Gone(errors.ConvoxError):
    """The process is not there, or does not run any more; nothing was done in it."""


class Absent(Exception):
    """There is no such file in the process."""


class Place:
    """One process of an app."""

    def __init__(self, client: Client, app: str, process: str) -> None:
        self._client = client
        self._app = app
        self._process = process

    def run(
        self, line: shell_line.Line, in_data: bytes, talk: Conversation | None = None
    ) -> tuple[int, bytes, bytes]:
        """Exit code, output and error output of a command. Raises Gone; ConvoxError where the command did not
        end by itself; and what ``talk`` raises."""
        said = bytearray()
        given: t.Any = _pieces(line.first + in_data) if line.has_input else None
        try:
            with execs.start(
                self._client,
                self._app,
                self._process,
                line.text,
                input=given if talk is None else talk.pull,
                timeout=_LONGEST,
                opening=self._client.transport.connection.timeout,
                idle=None if talk is None else _LOOK,
            ) as running:
                for piece in running:
                    said += piece
                    if talk is not None and talk.goes_on:
                        talk.hear(bytes(said))
        except (errors.ConvoxNotFoundError, errors.ConvoxServerError) as error:
            is_gone = isinstance(error, errors.ConvoxNotFoundError) or _COMPLETED in str(error)
            if said or not is_gone:
                raise
            raise self._gone(error) from None
        ended = shell_line.ended(bytes(said), line.token)
        if ended is None:
            raise self._cut_short(bytes(said), running.code, line)
        output = ended.output if talk is None else talk.rest(ended.output)
        return ended.code, output, ended.errors

    def _gone(self, error: errors.ConvoxError) -> Gone:
        return Gone(f"process {self._process} of {self._app} cannot be worked in: {errors.describe(error)}")

    def _cut_short(self, said: bytes, code: int | None, line: shell_line.Line) -> errors.ConvoxError:
        """The error for a shell that did not say how its command ended."""
        words = said.decode("utf-8", "replace").strip()[:_WORDS_SHOWN]
        where = f"process {self._process} of {self._app}"
        if said.startswith(_NOT_STARTED):
            shell = shlex.split(line.text)[0]
            return errors.ConvoxError(
                f"{where} has no shell {shell}: {words}",
                hint="Name its shell (ansible_convox_shell, ansible_shell_executable). Where the image has "
                "none, convox.rack.convox_run runs programs without one.",
            )
        return errors.ConvoxError(
            f"{where} ended under the command (code {code}): nobody knows how far it came",
            hint="It was stopped, replaced by a promote, or ended for the memory that it took. The next task "
            "looks for the newest running one, unless ansible_convox_process names one.",
        )

    def put(self, path: str, remote: str, timeout: float) -> None:
        """Send the file ``path`` of this machine, as ``remote`` in the process. Raises ConvoxError."""
        remote = names.remote("dest", remote)
        items = source.of_path(path, _MODE)
        try:
            files.upload(
                self._client,
                self._app,
                self._process,
                lambda: source.tar(items, remote, lambda _count: None),
                what=remote,
                timeout=timeout,
            )
        except errors.ConvoxNotFoundError as error:
            raise self._gone(error) from None
        except errors.ConvoxServerError as error:
            error.hint = error.hint or (
                "The process needs a program called tar, room, and the right to write there."
            )
            raise

    def fetch(self, remote: str, path: str, timeout: float, shell: str) -> None:
        """Fetch the file ``remote`` of the process, or what it links to. Raises Absent, ConvoxError."""
        remote = names.remote("src", remote)
        if not self._fetched(remote, path, timeout):
            line = shell_line.build(f"readlink -f {shlex.quote(remote)}", shell, 0)
            code, output, _errors = self.run(line, b"")
            real = output.decode("utf-8", "surrogateescape").rstrip("\n")
            if code or real == remote or not self._fetched(names.remote("src", real), path, timeout):
                raise Absent(
                    f"{remote} in process {self._process} of {self._app} is a link that leads to no file"
                )

    def _fetched(self, remote: str, path: str, timeout: float) -> bool:
        """Whether it is a file, which then is here; False for a link."""
        dest = Dest(path, mode=0o666 & ~_umask())
        with dest.trouble():
            os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        member = _Member(remote)
        try:
            with dest.replacing() as file:
                member.sink = Sink(dest, file)
                self._download(remote, member, timeout)
                if member.kind != "file":
                    raise _NoFile
        except _NoFile:
            if member.kind == "link":
                return False
            if member.kind is None:
                raise Absent(f"there is no {remote} in process {self._process} of {self._app}") from None
            raise errors.ConvoxError(
                f"{remote} in process {self._process} of {self._app} is a {member.kind}, no file"
            ) from None
        return True

    def _download(self, remote: str, member: _Member, timeout: float) -> None:
        place = (self._app, self._process, remote)
        found = tar_read.read(self._client, place, member, timeout=timeout, start_again=member.rewind)
        if not found.size:
            raise Gone(f"process {self._process} of {self._app} is gone: nothing came of it")


class _NoFile(Exception):
    """What came is no file: the temporary file goes."""


class _Member:
    """Takes the file that was asked for out of its tar. ``kind``: what it is, None for nothing."""

    def __init__(self, remote: str) -> None:
        self._remote = remote
        self.kind: str | None = None
        self.sink: Sink | None = None

    def begin(self, entry: Entry) -> Write | None:
        if self.kind is not None or names.below(self._remote, entry.name) != "":
            return None
        self.kind = entry.kind
        if entry.kind != "file":
            raise _NoFile
        return None if self.sink is None else self.sink.write

    def end(self, entry: Entry) -> None:
        """Nothing is left to do."""

    def rewind(self) -> None:
        """It comes from its beginning again."""
        self.kind = None
        if self.sink is not None:
            self.sink.rewind()


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _pieces(data: bytes) -> t.Iterator[bytes]:
    return (data[start : start + _FRAME] for start in range(0, len(data), _FRAME))
