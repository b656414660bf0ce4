# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: the words between sudo, su or the like in a process and who knows the password.

The password goes into the input of the command and nowhere else: on no command line, in no variable that a
program inherits. Nothing of the task's own input is sent before the program has let the command in.
"""

from __future__ import annotations

import time
import typing as t

from ansible.errors import AnsibleAuthenticationFailure

from ansible_collections.convox.rack.plugins.plugin_utils import shell_line
from ansible_collections.convox.rack.plugins.plugin_utils.plain import plain


class Conversation:
    """`become`: the plugin. ``hear`` gets all output so far and gives what to send. ``patience``: seconds for
    the program to ask or to let the command in. Raises AnsibleAuthenticationFailure."""

    def __init__(self, become: t.Any, in_data: bytes, patience: float) -> None:
        self._become = become
        self._in_data = in_data
        self._until = time.monotonic() + patience
        self._patience = patience
        self._asked_at: int | None = None
        self.goes_on = True

    def hear(self, said: bytes, ended: bool) -> bytes:
        """What to answer to what was said, once each. ``ended``: the command did."""
        become = self._become
        let_in = become.check_success(said)
        # Before the end of the command: both may come in one piece.
        if not let_in and self._asked_at is not None and self._refused(said):
            raise AnsibleAuthenticationFailure(f"Incorrect {become.name} password.")
        if let_in or ended:
            self.goes_on = False
            return (b"n\n" if self._asked_at is None else b"") + self._in_data
        if self._asked_at is None and become.check_password_prompt(said):
            self._asked_at = len(said)
            password = plain(become.get_option("become_pass") or "")
            return b"p" + shell_line.escaped(password) + b"\n"
        if time.monotonic() > self._until:
            raise AnsibleAuthenticationFailure(
                f"{become.name} neither asked for a password nor let the command in within "
                f"{self._patience:g} s. A rack gives it no terminal: a program that reads passwords from one "
                "only cannot be used."
            )
        return b""

    def _refused(self, said: bytes) -> bool:
        """Whether the program says that the password is wrong, or asks once more."""
        again = self._become.check_password_prompt(said[self._asked_at or 0 :])
        return bool(again or self._become.check_incorrect_password(said))

    def rest(self, output: bytes) -> bytes:
        """The output behind the words of the program; all where it let nothing in."""
        at = output.find(str(self._become.success).encode())
        end = output.find(b"\n", at) if at >= 0 else -1
        return output[end + 1 :]
