# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: commands and files in one process, as a connection wants them."""

from __future__ import annotations

import os
import shlex
from contextlib import suppress

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import files
from ansible_collections.convox.rack.plugins.module_utils._modules.file import names, source, tar_read
from ansible_collections.convox.rack.plugins.module_utils._modules.file.tar_in import Entry, Write
from ansible_collections.convox.rack.plugins.module_utils._shared.local_dest import Dest, Sink
from ansible_collections.convox.rack.plugins.plugin_utils.become import Conversation
from ansible_collections.convox.rack.plugins.plugin_utils.process_shell import NotBegun, Shell

# What is sent is for modules of the task alone.
_MODE = 0o600
# What racks say of a process that has ended (recordings: websockets).
_COMPLETED = "cannot exec into a container in a completed pod"


class Gone(errors.ConvoxError):
    """The process is not there, or does not run any more; nothing was done in it."""


class Absent(Exception):
    """There is no such file in the process."""


class Place:
    """One process of an app."""

    def __init__(self, client: Client, app: str, process: str) -> None:
        self._client = client
        self._app = app
        self.process = process
        self._shell: Shell | None = None

    def run(
        self, command: str, in_data: bytes, program: str, talk: Conversation | None = None
    ) -> tuple[int, bytes, bytes]:
        """Exit code, output and error output of a command, which the shell ``program`` runs. Raises Gone;
        ConvoxError where the command did not end by itself; and what ``talk`` raises."""
        with suppress(NotBegun):
            if self._is_usable(program):
                return self._run(command, in_data, program, talk)
        self.close()
        return self._run(command, in_data, program, talk)

    def _is_usable(self, program: str) -> bool:
        """Whether the shell of the last command can run one more."""
        return self._shell is not None and self._shell.program == program and self._shell.is_fresh

    def _run(
        self, command: str, in_data: bytes, program: str, talk: Conversation | None
    ) -> tuple[int, bytes, bytes]:
        try:
            if self._shell is None:
                self._shell = Shell(self._client, self._app, self.process, program)
            return self._shell.run(command, in_data, talk)
        except (errors.ConvoxNotFoundError, errors.ConvoxServerError) as error:
            is_gone = isinstance(error, errors.ConvoxNotFoundError) or _COMPLETED in str(error)
            if not is_gone or (self._shell is not None and self._shell.has_spoken):
                raise
            raise self._gone(error) from None
        finally:
            if self._shell is not None and not self._shell.is_whole:
                self.close()

    def close(self) -> None:
        """End the shell of the last command."""
        if self._shell is not None:
            self._shell.close()
            self._shell = None

    def _gone(self, error: errors.ConvoxError) -> Gone:
        return Gone(f"process {self.process} of {self._app} cannot be worked in: {errors.describe(error)}")

    def put(self, path: str, remote: str, timeout: float) -> None:
        """Send the file ``path`` of this machine, as ``remote`` in the process. Raises ConvoxError."""
        remote = names.remote("dest", remote)
        items = source.of_path(path, _MODE)
        try:
            files.upload(
                self._client,
                self._app,
                self.process,
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
            code, output, _errors = self.run(f"readlink -f {shlex.quote(remote)}", b"", shell)
            real = output.decode("utf-8", "surrogateescape").rstrip("\n")
            if code or real == remote or not self._fetched(names.remote("src", real), path, timeout):
                raise Absent(
                    f"{remote} in process {self.process} of {self._app} is a link that leads to no file"
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
                raise Absent(f"there is no {remote} in process {self.process} of {self._app}") from None
            raise errors.ConvoxError(
                f"{remote} in process {self.process} of {self._app} is a {member.kind}, no file"
            ) from None
        return True

    def _download(self, remote: str, member: _Member, timeout: float) -> None:
        place = (self._app, self.process, remote)
        found = tar_read.read(self._client, place, member, timeout=timeout, start_again=member.rewind)
        if not found.size:
            raise Gone(f"process {self.process} of {self._app} is gone: nothing came of it")


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
