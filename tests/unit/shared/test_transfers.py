# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that come and go as streams: whole and checked, or not at all; and what is told meanwhile."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import client as api
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared import transfers
from ansible_collections.convox.rack.plugins.module_utils._shared.local_dest import Dest
from tests.unit.api.clients import Client, at_most
from tests.unit.api.servers import Server, Talk, answer
from tests.unit.api.test_streams import LARGE, MIB, cut_after, flat_memory, large
from tests.unit.fake_clock import FakeClock

_open: list[Client] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while _open:
        _open.pop().transport.close()


def client_of(url: str, **options: Any) -> api.Client:
    one = Client(url, **options)
    _open.append(one)
    return api.Client(one.transport, sleep=lambda seconds: None)


def nothing_wrong(file: BinaryIO) -> int:
    return len(file.read())


def save(
    client: api.Client,
    dest: Path | str,
    check: Callable[[BinaryIO], Any] = nothing_wrong,
    context: Context | None = None,
    timeout: float = 30,
) -> Any:
    return transfers.save(
        client,
        context or Context(),
        "/data",
        Dest(str(dest)),
        app="web",
        operation="export database of web",
        check=check,
        timeout=timeout,
    )


def send(client: api.Client, src: Path, repeatable: bool = False, **more: Any) -> Any:
    return transfers.upload(
        client,
        more.pop("context", Context()),
        "PUT",
        "/data",
        str(src),
        app="web",
        operation="import database of web",
        expect="ok",
        timeout=30,
        repeatable=repeatable,
        **more,
    )


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# --- into a file


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    with Server((answer(200, b"rows"),)) as rack:
        client = client_of(rack.url)
        assert save(client, tmp_path / "dump") == 4
    assert (tmp_path / "dump").read_bytes() == b"rows"
    assert mode_of(tmp_path / "dump") == 0o600
    assert os.listdir(tmp_path) == ["dump"]
    assert (client.ledger.writes, client.ledger.last) == (1, "")


def test_a_file_that_is_replaced_keeps_its_mode_and_a_link_stays(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"longer than the new one")
    (tmp_path / "old").chmod(0o640)
    (tmp_path / "link").symlink_to("old")
    with Server((answer(200, b"rows"),)) as rack:
        save(client_of(rack.url), tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "old").read_bytes() == b"rows"
    assert mode_of(tmp_path / "old") == 0o640


def bad(file: BinaryIO) -> None:
    raise errors.ConvoxError("no good")


@pytest.mark.parametrize(
    ("reply", "check"),
    [
        (answer(200, b"rows"), bad),
        (answer(500, {"error": "no such resource: x"}), nothing_wrong),
        (cut_after(b"half"), nothing_wrong),
        (cut_after(b"half", chunked=True), nothing_wrong),
        (lambda talk: (talk.send(b"HTTP/1.1 200 OK\r\n\r\nwho knows"), talk.cut()), nothing_wrong),
    ],
    ids=["bad content", "error", "cut", "cut chunks", "no end"],
)
def test_what_does_not_come_whole_leaves_no_trace(tmp_path: Path, reply: Any, check: Any) -> None:
    (tmp_path / "dump").write_bytes(b"good")
    with Server((reply,)) as rack:
        client = client_of(rack.url, max_retries=1)
        with pytest.raises(errors.ConvoxError):
            save(client, tmp_path / "dump", check)
    assert os.listdir(tmp_path) == ["dump"]
    assert (tmp_path / "dump").read_bytes() == b"good"
    assert client.ledger.writes == 0


def test_a_download_that_breaks_off_is_begun_again(tmp_path: Path) -> None:
    with Server((cut_after(b"a longer half"), answer(200, b"whole"))) as rack:
        assert save(client_of(rack.url), tmp_path / "dump") == 5
    assert (tmp_path / "dump").read_bytes() == b"whole"


def test_a_trickle_meets_the_deadline(tmp_path: Path) -> None:
    def trickle(talk: Talk) -> None:
        talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not talk.stop.wait(0.05):
            talk.send(b"x")

    with Server((trickle,)) as rack, at_most(3), pytest.raises(errors.ConvoxTimeoutError):
        save(client_of(rack.url), tmp_path / "dump", timeout=0.5)
    assert os.listdir(tmp_path) == []


def test_an_interrupt_leaves_no_trace(tmp_path: Path) -> None:
    def interrupted(file: BinaryIO) -> None:
        assert len(os.listdir(tmp_path)) == 1
        raise KeyboardInterrupt

    with Server((answer(200, b"rows"),)) as rack, pytest.raises(KeyboardInterrupt):
        save(client_of(rack.url), tmp_path / "dump", interrupted)
    assert os.listdir(tmp_path) == []


def test_a_disk_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with (
        Server((answer(200, b"rows"),)) as rack,
        pytest.raises(errors.ConvoxOptionError, match="dest: .*dump' cannot be written: No space left"),
    ):
        save(client_of(rack.url), tmp_path / "dump")
    assert os.listdir(tmp_path) == []


# --- out of a file


def test_a_file_is_sent_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "dump").write_bytes(b"rows\x00" * 100_000)
    with Server((answer(200, "ok"),)) as rack:
        client = client_of(rack.url)
        send(client, tmp_path / "dump")
        assert rack.seen[0].body == b"rows\x00" * 100_000
    assert client.ledger.writes == 1


@pytest.mark.parametrize("repeatable", [True, False])
def test_only_what_may_be_sent_twice_is(tmp_path: Path, repeatable: bool) -> None:
    (tmp_path / "dump").write_bytes(b"rows")
    with Server((lambda talk: talk.cut(), answer(200, "ok"))) as rack:
        client = client_of(rack.url)
        if repeatable:
            send(client, tmp_path / "dump", repeatable=True)
        else:
            with pytest.raises(errors.ConvoxConnectionError) as caught:
                send(client, tmp_path / "dump")
            assert caught.value.unsettled
        assert [each.body for each in rack.seen] == [b"rows"] * (2 if repeatable else 1)


@pytest.mark.parametrize("size", [0, 2 * MIB])
def test_a_file_that_changes_under_our_hands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    source = tmp_path / "dump"
    source.write_bytes(bytes(MIB))

    def change(meter: transfers.Meter, count: int) -> None:
        os.truncate(source, size)

    monkeypatch.setattr(transfers.Meter, "add", change)
    with Server((answer(200, "ok"),)) as rack:
        client = client_of(rack.url)
        with pytest.raises(errors.ConvoxOptionError, match=f"got {'longer' if size else 'shorter'}"):
            send(client, source)
        assert client.ledger.unsettled == ["import database of web"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with Server((answer(200, "ok"),)) as rack:
        client = client_of(rack.url)
        with pytest.raises(errors.ConvoxOptionError, match=r"src: .*nowhere' cannot be read: No such file"):
            send(client, tmp_path / "nowhere")
        assert (client.ledger.writes, rack.seen) == (0, [])


# --- what is told, and what it costs


def test_a_line_a_second(tmp_path: Path) -> None:
    lines: list[str] = []
    clock = FakeClock()
    context = Context(clock=clock, progress=lambda app, text, thing="": lines.append(f"[{app}] {text}"))
    known, unknown = transfers.Meter(context, "web", "export"), transfers.Meter(context, "web", "import")
    known.begin(4 * MIB)
    unknown.begin(None)
    for _number in range(4):
        clock.sleep(0.4)
        known.add(MIB)
        unknown.add(MIB)
    assert lines == ["[web] export: 75 %, 3.0 of 4.0 MiB", "[web] import: 3.0 MiB"]


@pytest.mark.parametrize("way", ["down", "up"])
def test_large_files_cost_no_memory(tmp_path: Path, way: str) -> None:
    def swallow(talk: Talk) -> None:
        talk.send(answer(200, "ok"))

    def first_bytes(file: BinaryIO) -> bytes:
        return file.read(4)

    if way == "down":
        with Server((large,)) as rack, flat_memory(16 * MIB):
            save(client_of(rack.url), tmp_path / "dump", first_bytes, timeout=120)
        assert (tmp_path / "dump").stat().st_size == LARGE
        return
    with open(tmp_path / "dump", "wb") as file:
        file.truncate(LARGE)
    meter = transfers.Meter(Context(), "web", "import")
    with flat_memory(16 * MIB):
        size = sum(map(len, transfers.Body(str(tmp_path / "dump"), "src", meter)()))
    assert size == LARGE
