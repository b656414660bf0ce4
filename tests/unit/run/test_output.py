# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The output of a command: by lines on the screen, and within bounds in the result."""

from __future__ import annotations

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api._http.secrets import Secrets
from ansible_collections.convox.rack.plugins.module_utils._modules.run import output as module
from ansible_collections.convox.rack.plugins.module_utils._modules.run.output import Output


def taken(*pieces: bytes, secrets: list[str] | None = None) -> tuple[str, list[str]]:
    words = Secrets()
    words.add(secrets or [])
    shown: list[str] = []
    made = Output(shown.append, words.mask, words.redact)
    for piece in pieces:
        made.feed(piece)
    made.feed(b"", final=True)
    return made.text(), [line for text in shown for line in text.split("\n") if line]


@given(st.text(st.characters(exclude_categories=["C"]) | st.just("\n"), max_size=60), st.data())
def test_letters_may_be_cut_anywhere(text: str, data: st.DataObject) -> None:
    whole = text.encode()
    cut = data.draw(st.integers(0, len(whole)))
    stdout, shown = taken(whole[:cut], whole[cut:])
    assert stdout == text.rstrip("\n")
    assert shown == [line for line in (line.rstrip() for line in text.split("\n")) if line]


def test_lines_are_shown_when_they_are_finished() -> None:
    shown: list[str] = []
    made = Output(shown.append)
    made.feed(b"one\ntw")
    assert shown == ["one"]
    made.feed(b"o\nthree\n")
    assert shown == ["one", "two\nthree"]
    made.feed(b"50 %\r100 %\r\n\x1b[31mred\x1b[0m\n")
    assert shown[-1] == "100 %\nred"


def test_what_is_no_text() -> None:
    assert taken(b"a\xff\xfeb\xc3")[0] == "a��b�"


def test_secrets_are_masked_wherever_a_message_ends() -> None:
    stdout, shown = taken(b"key=cana", b"ry-value\n", secrets=["canary-value"])
    assert stdout == "key=********"
    assert shown == ["key=********"]


def test_a_long_output_keeps_both_ends_in_whole_lines() -> None:
    lines = [f"line {n} canary-value" for n in range(400_000)]
    whole = "\n".join(lines).encode()
    pieces = [whole[at : at + 30_000] for at in range(0, len(whole), 30_000)]
    stdout, _shown = taken(*pieces, secrets=["canary-value"])
    kept = stdout.split("\n")
    assert kept[0] == "line 0 ********" and kept[-1] == "line 399999 ********"
    note = next(line for line in kept if "left out" in line)
    assert all(line in (note, f"line {line.split(' ')[1]} ********") for line in kept)
    assert len(stdout) < 2 * module.KEPT + 100_000
    assert "canary" not in stdout


def test_one_endless_line_is_bounded() -> None:
    tracemalloc.start()
    made = Output(lambda text: None)
    for _unused in range(1000):
        made.feed(b"x" * 65536)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    made.feed(b"", final=True)
    assert peak < 12 * module.KEPT
    assert made.text() == "… 65536000 characters left out …"
