# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines of logs, as racks write them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._modules.log_info import lines
from ansible_collections.convox.rack.plugins.module_utils._modules.log_info.lines import (
    LONGEST,
    Line,
    Patience,
    Reader,
)
from tests.unit.fake_clock import FakeClock

POD, AT = "web-fd13069220-22g7b", "2026-11-24T09:07:36.508058366Z"
ENDS, GOES_ON = Patience(3.0, ends=True), Patience(3.0, ends=False)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"[pod/{POD}/ws] {AT} web started", (AT, POD, "web started")),
        (f"[pod/{POD}/ws] {AT} ", (AT, POD, "")),
        (f"[pod/{POD}/ws] {AT}", (AT, POD, "")),
        (f"[pod/{POD}/ws] {AT} [a] b\r", (AT, POD, "[a] b")),
        (f"2026-11-24T09:07:36Z service/web/{POD} one  two", ("2026-11-24T09:07:36Z", POD, "one  two")),
        (f"2026-11-24T09:07:36Z agent/web/{POD}", ("2026-11-24T09:07:36Z", POD, "")),
        ("Step 1/3 : RUN true", (None, "mine", "Step 1/3 : RUN true")),
        ("GET service/web/x y", (None, "mine", "GET service/web/x y")),
        ("[pod/x] no time", (None, "mine", "[pod/x] no time")),
        ("", (None, "mine", "")),
    ],
)
def test_a_line_is_read(text: str, line: tuple[str | None, str, str]) -> None:
    assert lines.read(text, "mine") == Line(*line)


def reader(**given: object) -> Reader:
    facts: dict[str, object] = {"source": None, "most": 1000, "tail": None, "wanted": lambda text: True}
    return Reader(**{**facts, **given})  # type: ignore[arg-type]


def texts(found: Reader) -> list[str]:
    return [line.text for line in found.lines()]


@given(st.text("ab\n", max_size=40), st.integers(1, 9))
def test_where_pieces_are_cut_means_nothing(text: str, size: int) -> None:
    found = reader()
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    found.take(pieces, FakeClock(), ENDS)
    whole = text.split("\n")
    assert texts(found) == (whole if whole[-1] else whole[:-1])
    assert found.ended


def test_only_what_is_asked_for_is_kept() -> None:
    found = reader(most=2, wanted=lambda text: "b" in text)
    found.take(["a\nb1\nb2\na\nb3\n"], FakeClock(), ENDS)
    assert (texts(found), found.dropped) == (["b2", "b3"], True)
    found = reader(tail=3, wanted=lambda text: "b" in text)
    found.take(["b1\nb2\na\nb3"], FakeClock(), ENDS)
    assert (texts(found), found.dropped) == (["b2", "b3"], False)


def test_a_line_without_an_end_is_cut() -> None:
    found = reader()
    found.take((n * "x" for n in [1000] * 100), FakeClock(), ENDS)
    assert [len(text) for text in texts(found)] == [LONGEST + 2]


def silence(clock: FakeClock, *pieces: str | float) -> Iterator[str]:
    """Pieces, with seconds between them, which show as empty pieces each half second; then silence."""
    for piece in (*pieces, 1000.0):
        if isinstance(piece, str):
            yield piece
            continue
        for _half in range(int(piece * 2)):
            clock.sleep(0.5)
            yield ""


@pytest.mark.parametrize(
    ("patience", "pieces", "seconds", "kept"),
    [
        (ENDS, (), 10.0, 0),
        (ENDS, (5.0, "a\n"), 8.0, 1),
        (ENDS, ("a\n", 2.5, "b\n"), 5.5, 2),
        (GOES_ON, (), 3.0, 0),
        (GOES_ON, ("a\n",), 3.0, 1),
        (GOES_ON, ("a\n", 1.0, "b\n", 1.0, "c\n", 1.0, "d\n", 1.0, "e\n"), 3.0, 3),
        (Patience(0.2, ends=False), ("a\n",), 0.5, 1),
        (Patience(60.0, ends=True), ("a\n",), 60.0, 1),
    ],
)
def test_a_log_that_goes_on_is_left(
    patience: Patience, pieces: tuple[str | float, ...], seconds: float, kept: int
) -> None:
    clock, found = FakeClock(), reader()
    before = clock.now()
    found.take(silence(clock, *pieces), clock, patience)
    assert (clock.now() - before, len(found.lines()), found.ended) == (seconds, kept, False)


def test_lines_are_merged_by_their_times() -> None:
    def at(second: str, text: str) -> Line:
        return Line(f"2026-11-24T09:07:{second}Z" if second else None, "x", text)

    one = [at("36", "1"), at("", "of 1"), at("36.5", "3")]
    other = [at("", "0"), at("36.40000001", "2"), at("36.50", "3 too")]
    assert [line.text for line in lines.merged([one, other])] == ["0", "1", "of 1", "2", "3", "3 too"]


def test_each_process_keeps_its_order() -> None:
    found = [Line(None, "a", "1"), Line(None, "b", "2"), Line(None, None, "3"), Line(None, "a", "4")]
    assert [[line.text for line in group] for group in lines.by_process(found)] == [["1", "4"], ["2", "3"]]
