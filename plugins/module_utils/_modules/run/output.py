# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the output of a command, as it comes: shown by lines, and kept within bounds."""

from __future__ import annotations

import codecs
import typing as t
from collections import deque

from ansible_collections.convox.rack.plugins.module_utils._shared.log_lines import plain_line

# So many characters of the beginning are kept, and so many of the end.
KEPT = 2 * 1024 * 1024
_PIECE = 64 * 1024
# A line that is longer than this is shown when it is over, if at all: cut to what a screen bears.
_LONGEST_LINE = 64 * 1024
_SHOWN = 2000


class Output:
    """Bytes in, text out. ``show`` gets lines when they are whole, one text for all that came together.

    ``mask`` takes secrets out of text of whole lines as it came; ``redact`` makes it printable, too. An
    output that is too long is cut at line ends, so that no piece of a secret is left.
    """

    def __init__(
        self,
        show: t.Callable[[str], None],
        mask: t.Callable[[str], str] = str,
        redact: t.Callable[[str], str] = str,
    ) -> None:
        self._show = show
        self._mask = mask
        self._redact = redact
        # A message may end inside a letter.
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._head: list[str] = []
        self._head_length = 0
        self._tail: deque[str] = deque()
        self._tail_length = 0
        self._length = 0
        self._line: list[str] = []
        self._line_length = 0

    def feed(self, data: bytes, *, final: bool = False) -> None:
        """The next bytes of the output; ``final``: they are the last."""
        text = self._decoder.decode(data, final)
        for start in range(0, len(text), _PIECE):
            self._keep(text[start : start + _PIECE])
        self._tell(text)
        if final:
            self._tell("\n")

    def _keep(self, piece: str) -> None:
        self._length += len(piece)
        room = KEPT - self._head_length
        if room > 0:
            self._head.append(piece[:room])
            self._head_length += len(piece[:room])
            piece = piece[room:]
        if piece:
            self._tail.append(piece)
            self._tail_length += len(piece)
        while self._tail_length - len(self._tail[0] if self._tail else "") > KEPT:
            self._tail_length -= len(self._tail.popleft())

    def _tell(self, text: str) -> None:
        *lines, rest = text.split("\n")
        if lines:
            lines[0] = "".join([*self._line, lines[0]])
            self._line, self._line_length = [], 0
            masked = self._mask("\n".join(lines)).split("\n")
            shown = [plain_line(line)[:_SHOWN] for line in masked]
            self._show("\n".join(line for line in shown if line))
        if self._line_length <= _LONGEST_LINE:
            self._line.append(rest)
            self._line_length += len(rest)

    @property
    def left_out(self) -> int:
        """How many characters are not kept."""
        return self._length - self._head_length - self._tail_length

    def text(self) -> str:
        """What was kept, without secrets, and without the line ends at its end, as ansible.builtin.command
        gives it. Where something was left out a line says so."""
        head, tail = "".join(self._head), "".join(self._tail)
        if not self.left_out:
            return self._redact(head + tail).rstrip("\r\n")
        head = head[: head.rfind("\n") + 1]
        tail = tail[tail.find("\n") + 1 :] if "\n" in tail else ""
        missing = self._length - len(head) - len(tail)
        note = f"… {missing} characters left out …\n"
        return f"{self._redact(head)}{note}{self._redact(tail)}".rstrip("\r\n")
