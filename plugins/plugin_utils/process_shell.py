# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: one shell in a process, which runs the commands of a task over one websocket."""

from __future__ import annotations

import shlex
import time
from contextlib import suppress

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import execs
from ansible_collections.convox.rack.plugins.plugin_utils import shell_line
from ansible_collections.convox.rack.plugins.plugin_utils.become import Conversation

# A command may take as long as it likes: the task's own timeout ends it.
_LONGEST = 30 * 24 * 3600.0
# Seconds between two looks at a program that may ask for a password.
_LOOK = 0.2
# Seconds for which a silent connection is taken for a living one. Some load balancers cut it without a word.
_FRESH = 15.0
# What racks say of a program that cannot be started (recordings: websockets).
_NOT_STARTED = b"OCI runtime exec failed"
_WORDS_SHOWN = 300


class NotBegun(errors.ConvoxError):
    """The shell has ended and the command not begun: another shell may run it."""


class Shell:
    """A shell in a process of an app, until it is closed."""

    def __init__(self, client: Client, app: str, process: str, program: str) -> None:
        self.program = program
        self._where = f"process {process} of {app}"
        self._token = shell_line.new_token()
        self._exec = execs.start(
            client,
            app,
            process,
            shell_line.start(program, self._token),
            written=True,
            timeout=_LONGEST,
            opening=client.transport.connection.timeout,
            idle=_LOOK,
        )
        self._pieces = iter(self._exec)
        self._used_at = time.monotonic()
        #: Whether it has said anything.
        self.has_spoken = False
        #: Whether it waits for the next command, and for nothing else.
        self.is_whole = True

    @property
    def is_fresh(self) -> bool:
        """Whether its connection was used so lately that it stands."""
        return time.monotonic() - self._used_at < _FRESH

    def close(self) -> None:
        """End the shell, and not what it runs."""
        if self.is_whole:
            with suppress(errors.ConvoxError):
                self._exec.write(shell_line.LEAVE)
        self._exec.close()

    def run(self, command: str, in_data: bytes, talk: Conversation | None = None) -> tuple[int, bytes, bytes]:
        """Exit code, output and error output of a command. Raises NotBegun; ConvoxError where the command did
        not end by itself, after which the shell is of no use; and what ``talk`` raises."""
        lines = shell_line.command(command, self._token, len(in_data), asks=talk is not None)
        answer = shell_line.Answer(self._token)
        self.is_whole = False
        self._send(lines if talk is not None else lines + in_data)
        for piece in self._pieces:
            self.has_spoken = self.has_spoken or bool(piece)
            is_end = answer.feed(piece)
            if talk is not None and talk.goes_on:
                self._send(talk.hear(bytes(answer.said), is_end))
            if is_end:
                break
        self._used_at = time.monotonic()
        ended = answer.ended()
        if ended is None and answer.is_refused:
            raise NotBegun(f"the shell in {self._where} was given no whole command")
        if ended is None:
            raise self._cut_short(bytes(answer.said))
        # It may have come upon what the command left of its input by now.
        self.is_whole = not answer.is_refused
        output = ended.output if talk is None else talk.rest(ended.output)
        return ended.code, output, ended.errors

    def _send(self, data: bytes) -> None:
        # What reading gives next tells more of a connection that was cut.
        with suppress(errors.ConvoxConnectionError):
            self._exec.write(data)

    def _cut_short(self, said: bytes) -> errors.ConvoxError:
        """The error for a shell that did not say how its command ended."""
        words = said.decode("utf-8", "replace").strip()[:_WORDS_SHOWN]
        if said.startswith(_NOT_STARTED):
            return errors.ConvoxError(
                f"{self._where} has no shell {shlex.split(self.program)[0]}: {words}",
                hint="Name its shell (ansible_convox_shell, ansible_shell_executable). Where the image has "
                "none, convox.rack.convox_run runs programs without one.",
            )
        return errors.ConvoxError(
            f"{self._where} ended under the command (code {self._exec.code}): nobody knows how far it came",
            hint="It was stopped, replaced by a promote, or ended for the memory that it took. The next task "
            "looks for the newest running one, unless ansible_convox_process names one.",
        )
