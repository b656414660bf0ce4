# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: a command of a connection as one line for a rack, and what comes of it. Pure.

A rack splits a line into words, mixes both outputs of a command without an input, loses the error output of
one with an input, and never ends an input. So a shell in the process runs the command: it keeps the error
output in a variable and prints it behind the output, after a line that nobody can foresee with the exit code.
Without that line the command did not end by itself. ``head`` ends the input.

A line is a header of a request. A command that no header can hold, or that is too long for one, comes as the
first line of the input, which ``read`` takes byte by byte, so that it leaves the rest alone.
"""

from __future__ import annotations

import re
import secrets
import shlex
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors

#: The exit code of a shell for a program that is not there.
NOT_FOUND = 127
# What proxies take as a header is 8 KiB.
_LONGEST = 4000
_SENDABLE = re.compile("[\x20-\x7e]*")
_BY_ARGUMENT = "_c=$1; shift"
_BY_INPUT = """IFS= read -r _c; _c=$(printf %b. "$_c"); _c=${_c%.}"""
# The error output goes into the variable, the output where it went before.
_APART = (
    '{{ _e=$({feed}{{ eval "$_c"; }} 2>&1 >&3 3>&-{end}); _r=$?; }} 3>&1; '
    'printf \'\\n{token}:%s\\n%s\' "$_r" "$_e"'
)
# A password is asked for on the error output, so that has to come at once. Its answer is a line of its own: p
# and the password, or n where nobody asked.
_ASKING = (
    '{{ IFS= read -r _a; case $_a in p*) printf "%b\\n" "${{_a#p}}";; esac; head -c {count}; }} | '
    '{{ (eval "$_c"); printf \'\\n{token}:%s\\n\' "$?"; }} 2>&1'
)


class Line(t.NamedTuple):
    """``text``: for the rack. ``first``: what its input begins with. ``has_input``: whether it has one."""

    text: str
    first: bytes
    has_input: bool
    token: bytes

    def __repr__(self) -> str:
        return type(self).__name__


class Ended(t.NamedTuple):
    """How a command ended."""

    code: int
    output: bytes
    errors: bytes

    def __repr__(self) -> str:
        return type(self).__name__


def build(command: str, shell: str, count: int, *, asks: bool = False, token: str = "") -> Line:
    """The line for a command with ``count`` bytes of input. ``asks``: it may ask for a password. Raises
    ConvoxOptionError for a command or a shell that cannot be one."""
    token = token or secrets.token_hex(16)
    try:
        words = shlex.split(shell)
    except ValueError:
        words = []
    if not words:
        raise errors.ConvoxOptionError(
            "ansible_convox_shell", "names no program", "give one, such as /bin/sh"
        )
    if "\0" in command:
        raise errors.ConvoxOptionError("command", "holds a NUL", "leave it out")
    end = "" if count else " </dev/null"
    feed = f"head -c {count} | " if count else ""
    script = (_ASKING if asks else _APART).format(token=token, count=count, feed=feed, end=end)
    text = shlex.join([*words, "-c", f"{_BY_ARGUMENT}; {script}", "sh", command])
    first = b""
    if len(text) > _LONGEST or not _SENDABLE.fullmatch(text):
        text = shlex.join([*words, "-c", f"{_BY_INPUT}; {script}"])
        first = escaped(command) + b"\n"
    return Line(text, first, bool(first or count or asks), token.encode())


def escaped(text: str) -> bytes:
    """A text as one line that ``printf %b`` makes the text of again, in any shell."""
    data = text.encode("utf-8", "surrogateescape")
    return b"".join(bytes((n,)) if 0x20 <= n <= 0x7E and n != 0x5C else b"\\0%03o" % n for n in data)


def ended(said: bytes, token: bytes) -> Ended | None:
    """How a command ended that said this; None for one that did not end by itself."""
    mark = b"\n" + token + b":"
    at = said.rfind(mark)
    code, newline, rest = said[at + len(mark) :].partition(b"\n")
    if at < 0 or not newline or not code.isdigit():
        return None
    return Ended(int(code), said[:at], rest + b"\n" if rest else b"")
