# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the connection plugin tells shells, in real shells, with an input that never ends."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.plugin_utils import shell_line

SHELLS = list(filter(None, map(shutil.which, ("dash", "bash", "busybox", "zsh"))))
WORDS = {"busybox": "busybox sh"}
# All but NUL, in UTF-8, and what shells and printf give a meaning to.
ODD = "".join(map(chr, range(1, 256))) + "'\"$HOME `id` \\n \\0101 \\c %s ü\u2028"
Said = tuple[int, bytes, bytes]


class Talk:
    """A shell that runs: what it is sent, and what it answers."""

    def __init__(self, shell: str) -> None:
        line = shell_line.start(WORDS.get(Path(shell).name, shell), "T")
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        self.child = subprocess.Popen(shlex.split(line), stdin=pipe, stdout=pipe, stderr=nothing)

    def send(self, data: bytes) -> None:
        # Nobody has to read it.
        assert self.child.stdin is not None
        with suppress(BrokenPipeError):
            self.child.stdin.write(data)
            self.child.stdin.flush()

    def answer(self) -> shell_line.Answer:
        """All that comes of a command."""
        assert self.child.stdout is not None
        answer = shell_line.Answer("T")
        while piece := os.read(self.child.stdout.fileno(), 65536):
            if answer.feed(piece):
                break
        return answer

    def say(self, command: str, data: bytes = b"", more: bytes = b"", *, asks: bool = False) -> Said:
        self.send(shell_line.command(command, "T", len(data), asks=asks) + more + data)
        found = self.answer().ended()
        assert found is not None
        return tuple(found)


@contextmanager
def talk(shell: str) -> Iterator[Talk]:
    opened = Talk(shell)
    try:
        yield opened
        if opened.child.poll() is None:
            opened.send(shell_line.LEAVE)
        # By itself, while its input stays open.
        opened.child.wait(10)
    finally:
        opened.child.kill()
        with suppress(BrokenPipeError):
            opened.child.communicate()


@pytest.mark.parametrize("shell", SHELLS)
def test_code_output_and_errors_are_kept_apart(shell: str) -> None:
    with talk(shell) as shell_:
        say = shell_.say
        assert say("printf out; printf err >&2; exit 3") == (3, b"out", b"err\n")
        assert say("cat") == (0, b"", b"")
        assert say("echo $1; cat", b"in\xff\0put") == (0, b"\nin\xff\0put", b"")
        assert say("printf '\\nT:9\\n'; exit 2") == (2, b"\nT:9\n", b"")
        assert say("printf 'a\\n\\nb\\n\\n' >&2") == (0, b"", b"a\n\nb\n")
        assert say("nosuchprogram")[0] == shell_line.NOT_FOUND


@pytest.mark.parametrize("shell", SHELLS)
def test_a_command_that_is_none_ends_in_a_code(shell: str) -> None:
    with talk(shell) as shell_:
        assert shell_.say("echo 'not closed")[0] != 0


@pytest.mark.parametrize("shell", SHELLS)
def test_commands_know_nothing_of_one_another(shell: str) -> None:
    with talk(shell) as shell_:
        where = shell_.say("pwd")
        shell_.say("cd /; X=1; export X; umask 0; set -e; exec 2>/dev/null; exit 5")
        assert shell_.say("pwd") == where
        assert shell_.say("echo ${X-none}; false; echo on; echo err >&2") == (0, b"none\non\n", b"err\n")


@pytest.mark.parametrize("shell", SHELLS)
def test_what_a_command_leaves_of_its_input_is_not_the_next_command(shell: str) -> None:
    with talk(shell) as shell_:
        left = b"apart 0\necho begun\nU apart 0\necho begun" * 9000
        shell_.send(shell_line.command("true", "T", len(left)) + left)
        first = shell_.answer()
        shell_.send(shell_line.command("echo begun", "T", 0))
        second = shell_.answer()
        assert (first.ended(), second.ended()) == ((0, b"", b""), None)
        # The shell says so as soon as it sees it, which may be before the next command is sent.
        assert (first.is_refused or second.is_refused, b"begun" in first.said + second.said) == (True, False)


@pytest.mark.parametrize("shell", SHELLS)
def test_half_a_command_is_not_begun(shell: str) -> None:
    with talk(shell) as shell_:
        whole = shell_line.command("echo begun /and/more", "T", 0)
        shell_.send(whole[: -len(b"/and/more\n")])
        assert shell_.child.stdin is not None
        shell_.child.stdin.close()
        assert (shell_.answer().is_refused, shell_.child.wait(10)) == (True, 0)
        shell_.child.stdin = None


@pytest.mark.parametrize("shell", SHELLS)
def test_what_is_odd_or_long(shell: str) -> None:
    with talk(shell) as shell_:
        assert shell_.say(f"printf %s {shlex.quote(ODD)}; cat", b"input")[1] == ODD.encode() + b"input"
        assert shell_.say(f"printf %s {'x' * 100_000} | wc -c")[1].strip() == b"100000"
        large = os.urandom(3_000_000)
        assert shell_.say("cat; wc -c </dev/null", large[:50_000])[1].startswith(large[:50_000])
        assert shell_.say("wc -c", large)[1].strip() == b"3000000"


@pytest.mark.parametrize("shell", SHELLS)
def test_a_password_is_a_line_of_the_input_and_no_more(shell: str) -> None:
    answer = b"p" + shell_line.escaped(ODD) + b"\n"
    reading = "IFS= read -r a; echo got; cat; echo err >&2"
    with talk(shell) as shell_:
        assert shell_.say("cat", b"data", answer, asks=True)[1] == ODD.encode() + b"\ndata"
        got = shell_.say("cat; echo err >&2; exit 4", b"data", b"n\n", asks=True)
        assert got == (4, b"dataerr\n", b"")
        assert shell_.say(reading, b"", b"pword\n", asks=True)[1] == b"got\nerr\n"
        assert shell_.say("echo on")[1] == b"on\n"


ENDS = b"\nT:3\nerr\nT.\n"


@pytest.mark.parametrize("said", [b"", b"out", b"\nT:", b"\nT:1", b"\nT:x\n", b"T:0\n", ENDS[:-1], ENDS[1:]])
def test_without_its_last_lines_a_command_did_not_end(said: bytes) -> None:
    answer = shell_line.Answer("T")
    assert not answer.feed(said) or answer.ended() is None
    assert answer.ended() is None


@given(st.binary(), st.lists(st.integers(1, 12)), st.binary())
def test_an_answer_may_come_in_any_pieces(output: bytes, cuts: list[int], late: bytes) -> None:
    answer, data = shell_line.Answer("T" * 8), output + ENDS.replace(b"T", b"T" * 8) + late
    for cut in [*cuts, len(data)]:
        if answer.feed(data[:cut]):
            break
        data = data[cut:]
    assert answer.ended() == (3, output, b"err\n")


def test_what_is_no_command() -> None:
    for shell in ("", "  ", "'sh"):
        with pytest.raises(errors.ConvoxOptionError, match="ansible_convox_shell"):
            shell_line.start(shell, "T")
    with pytest.raises(errors.ConvoxOptionError, match="NUL"):
        shell_line.command("echo \0", "T", 0)


def test_an_answer_says_nothing_of_itself() -> None:
    assert "canary" not in repr(shell_line.Ended(0, b"canary", b"canary"))
    assert "canary" not in repr(shell_line.Answer("canary"))
