# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: the shell of a connection, the commands that it reads and what it answers. Pure.

A rack splits a line into words, mixes both outputs of a command without an input, loses the error output of
one with an input, and never ends an input. So one shell in the process runs a task's commands, one after
another, as its input tells them: a line with the shell's token, how, and the count of bytes behind it; a line
with the command; so many bytes for the command, which ``head`` ends. ``read`` takes a line byte by byte, so
that it leaves the rest alone.

The shell keeps a command's error output in a variable and prints it behind the output, between two lines that
nobody can foresee; the first one holds the exit code. Without them the command did not end by itself.

A command need not read all that was for it. What is left then stands where the next line is wanted and is not
ours: the shell says so and ends, and the next command has not begun. Any line that is not ours ends it.
"""

from __future__ import annotations

import secrets
import shlex
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors

#: The exit code of a shell for a program that is not there.
NOT_FOUND = 127
#: A line that ends the shell.
LEAVE = b"exit\n"
# The error output goes into the variable, the output where it went before.
_APART = (
    "{ _e=$(case $_n in "
    '(0) { eval "$_c"; } 2>&1 >&3 3>&- </dev/null;; '
    '(*) head -c "$_n" | { eval "$_c"; } 2>&1 >&3 3>&-;; '
    "esac); _r=$?; } 3>&1; "
    'printf \'\\n@:%s\\n%s\\n@.\\n\' "$_r" "$_e"'
)
# A password is asked for on the error output, so that has to come at once. Its answer is a line of its own: p
# and the password, or n where nobody asked.
_ASKING = (
    '{ IFS= read -r _a; case $_a in p*) printf "%b\\n" "${_a#p}";; esac; head -c "$_n"; } | '
    '{ (eval "$_c"); printf \'\\n@:%s\\n\\n@.\\n\' "$?"; } 2>&1'
)
_SCRIPT = (
    "while IFS= read -r _l; do "
    "case $_l in '@ '*) ;; *) break;; esac; "
    '_n=${_l##* }; IFS= read -r _c || break; _c=$(printf %b. "$_c"); _c=${_c%.}; '
    f"case $_l in *asks*) {_ASKING};; *) {_APART};; esac; "
    "done; printf '\\n@?\\n'"
)


class Ended(t.NamedTuple):
    """How a command ended."""

    code: int
    output: bytes
    errors: bytes

    def __repr__(self) -> str:
        return type(self).__name__


def new_token() -> str:
    """What no program can foresee."""
    return secrets.token_hex(16)


def start(shell: str, token: str) -> str:
    """The command line of a shell that runs what its input tells it. Raises ConvoxOptionError for what can be
    no shell."""
    try:
        words = shlex.split(shell)
    except ValueError:
        words = []
    if not words:
        raise errors.ConvoxOptionError(
            "ansible_convox_shell", "names no program", "give one, such as /bin/sh"
        )
    return shlex.join([*words, "-c", _SCRIPT.replace("@", token)])


def command(text: str, token: str, count: int, *, asks: bool = False) -> bytes:
    """The lines for a command with ``count`` bytes of input. ``asks``: it may ask for a password; then a line
    with the answer comes before those bytes. Raises ConvoxOptionError for what can be no command."""
    if "\0" in text:
        raise errors.ConvoxOptionError("command", "holds a NUL", "leave it out")
    return b"%s %s %d\n%s\n" % (token.encode(), b"asks" if asks else b"apart", count, escaped(text))


def escaped(text: str) -> bytes:
    """A text as one line that ``printf %b`` makes the text of again, in any shell."""
    data = text.encode("utf-8", "surrogateescape")
    return b"".join(bytes((n,)) if 0x20 <= n <= 0x7E and n != 0x5C else b"\\0%03o" % n for n in data)


class Answer:
    """What a shell says after a command, piece by piece."""

    def __init__(self, token: str) -> None:
        self._mark = b"\n" + token.encode()
        self._end = self._mark + b".\n"
        self.said = bytearray()
        self._seen = 0
        self._ended_at = -1

    def feed(self, piece: bytes) -> bool:
        """Whether the command ended, now that this came."""
        self.said += piece
        self._ended_at = self.said.find(self._end, self._seen)
        self._seen = max(0, len(self.said) - len(self._end))
        return self._ended_at >= 0

    @property
    def is_refused(self) -> bool:
        """Whether the shell has ended, and runs no command that it was not yet running."""
        return self._mark + b"?\n" in self.said

    def ended(self) -> Ended | None:
        """How the command ended; None for one that did not end by itself."""
        if self._ended_at < 0:
            return None
        begin = self._mark + b":"
        at = self.said.rfind(begin, 0, self._ended_at)
        code, newline, rest = bytes(self.said[at + len(begin) : self._ended_at]).partition(b"\n")
        if at < 0 or not newline or not code.isdigit():
            return None
        return Ended(int(code), bytes(self.said[:at]), rest + b"\n" if rest else b"")
