# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: a command as a task gives it, and as a rack takes it. Pure.

A rack takes one line of text and splits it into words as a shell does; no shell ever sees it.
"""

from __future__ import annotations

import re
import shlex
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors

# The line is a header of a request.
_UNSENDABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_WAY_OUT = "give it as a script: command: sh -s, and the lines as stdin"
# ``head`` is what ends the input: a program that a rack runs never sees an end. The error output goes where
# the other goes, for beside an input a rack drops it.
_FED = """sh -c 'head -c {} | "$@" 2>&1' sh {}"""


def line_of(command: str | None, argv: t.Sequence[str] | None) -> str:
    """The line for a rack. Raises ConvoxOptionError, naming the option, for what cannot be sent whole."""
    option = "command" if argv is None else "argv"
    words = list(argv) if argv is not None else _words(command or "")
    if not words or not words[0]:
        raise errors.ConvoxOptionError(option, "names no program", "give a program and its arguments")
    if any(_UNSENDABLE.search(word) for word in words):
        raise errors.ConvoxOptionError(
            option, "holds a line end or another control character in an argument", _WAY_OUT
        )
    if argv is None and command is not None and not _UNSENDABLE.search(command):
        return command.strip()
    return shlex.join(words)


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        raise errors.ConvoxOptionError(
            "command", "holds a quote that is not closed, or a backslash at its end", "close it, or give argv"
        ) from None


def fed(line: str, count: int) -> str:
    """The line for a command that gets ``count`` bytes of input, and then its end."""
    return _FED.format(count, line)
