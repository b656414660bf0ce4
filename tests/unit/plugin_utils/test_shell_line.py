# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of the connection plugin, in real shells, with an input that never ends."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.plugin_utils import shell_line

SHELLS = list(filter(None, map(shutil.which, ("dash", "bash", "busybox", "zsh"))))
WORDS = {"busybox": "busybox sh"}
# All but NUL, in UTF-8, and what shells and printf give a meaning to.
ODD = "".join(map(chr, range(1, 256))) + "'\"$HOME `id` \\n \\0101 \\c %s ü\u2028"


def say(shell: str, command: str, data: bytes = b"", more: bytes = b"", *, asks: bool = False) -> bytes:
    """What comes of a line, whose input stays open: the line ends by itself."""
    line = shell_line.build(command, WORDS.get(Path(shell).name, shell), len(data), asks=asks, token="T")
    child = subprocess.Popen(
        shlex.split(line.text), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert child.stdin is not None and child.stdout is not None
    try:
        if line.has_input:
            # Nobody has to read it.
            with suppress(BrokenPipeError):
                child.stdin.write(line.first + more + data)
                child.stdin.flush()
        return child.stdout.read()
    finally:
        child.stdout.close()
        with suppress(BrokenPipeError):
            child.stdin.close()
        child.wait(10)


def ended(said: bytes) -> tuple[int, bytes, bytes]:
    found = shell_line.ended(said, b"T")
    assert found is not None, said
    return tuple(found)


@pytest.mark.parametrize("shell", SHELLS)
def test_code_output_and_errors_are_kept_apart(shell: str) -> None:
    assert ended(say(shell, "printf out; printf err >&2; exit 3")) == (3, b"out", b"err\n")
    assert ended(say(shell, "cat")) == (0, b"", b"")
    assert ended(say(shell, "echo $1; cat", b"in\xff\0put")) == (0, b"\nin\xff\0put", b"")
    assert ended(say(shell, "true", b"nobody reads this" * 9000))[0] == 0
    assert ended(say(shell, "printf '\\nT:9\\n'; exit 2")) == (2, b"\nT:9\n", b"")
    assert ended(say(shell, "nosuchprogram"))[0] == shell_line.NOT_FOUND
    assert ended(say(shell, "echo 'not closed"))[0] != 0


@pytest.mark.parametrize("shell", SHELLS)
def test_a_command_that_no_header_holds(shell: str) -> None:
    command = f"printf %s {shlex.quote(ODD)}; cat"
    assert ended(say(shell, command, b"input"))[1] == ODD.encode() + b"input"
    long = f"printf %s {'x' * 100_000} | wc -c"
    assert ended(say(shell, long))[1].strip() == b"100000"


@pytest.mark.parametrize("shell", SHELLS)
def test_a_password_is_a_line_of_the_input_and_no_more(shell: str) -> None:
    answer = b"p" + shell_line.escaped(ODD) + b"\n"
    reading = "IFS= read -r a; echo got; cat; echo err >&2"
    got = say(shell, "cat", b"data", answer, asks=True)
    assert ended(got)[1] == ODD.encode() + b"\ndata"
    assert ended(say(shell, "cat; echo err >&2; exit 4", b"data", b"n\n", asks=True)) == (
        4,
        b"dataerr\n",
        b"",
    )
    assert ended(say(shell, reading, b"", b"pword\n", asks=True))[1] == b"got\nerr\n"


@pytest.mark.parametrize("said", [b"", b"out", b"\nT:", b"\nT:1", b"\nT:x\n", b"T:0\n"])
def test_without_its_last_line_a_command_did_not_end(said: bytes) -> None:
    assert shell_line.ended(said, b"T") is None


def test_what_is_no_command() -> None:
    for shell in ("", "  ", "'sh"):
        with pytest.raises(errors.ConvoxOptionError, match="ansible_convox_shell"):
            shell_line.build("true", shell, 0)
    with pytest.raises(errors.ConvoxOptionError, match="NUL"):
        shell_line.build("echo \0", "/bin/sh", 0)


def test_a_line_says_nothing_of_itself() -> None:
    assert "canary" not in repr(shell_line.build("echo canary", "/bin/sh", 0))
