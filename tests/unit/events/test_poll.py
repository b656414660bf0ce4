# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source convox_poll, on a practice rack behind a real socket."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils import _options
from tests.practice_rack.faults import Fault
from tests.practice_rack.server import PracticeRack
from tests.unit.events.plugins import load, run_source

PASSWORD, CANARY = "password-of-the-rack-77", "canary-of-an-env-77"
SOURCE = load("event_source", "convox_poll")
PROMOTES = ("release:promote", "app:promote:completed", "app:promote:errored", "app:promote:cancelled")


@pytest.fixture(scope="module")
def socket() -> Iterator[PracticeRack]:
    quick = {"promote_seconds": 0.1, "process_seconds": 0.05, "revert_seconds": 0.1, "rollback_seconds": 0.2}
    with PracticeRack(password=PASSWORD, **quick) as rack:
        yield rack


@pytest.fixture
def rack(socket: PracticeRack, monkeypatch: pytest.MonkeyPatch) -> PracticeRack:
    socket.reset()
    socket.add_app("web")
    monkeypatch.setenv("CONVOX_HOST", socket.url)
    monkeypatch.setenv("CONVOX_PASSWORD", PASSWORD)
    return socket


def poll(play: Any, **args: Any) -> list[dict[str, Any]]:
    return run_source(SOURCE["main"], {"poll_interval": 0.03, **args}, play)


async def looked(rack: PracticeRack, times: int = 2) -> None:
    """Wait until the rack was looked at so many times more."""
    wanted = len(rack.asked("/apps$")) + times
    for _unused in range(1000):
        if len(rack.asked("/apps$")) >= wanted:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody looks any more")


async def until(queue: asyncio.Queue[Any], action: str) -> list[tuple[str, str]]:
    """What is told up to this action."""
    found: list[tuple[str, str]] = []
    while not found or found[-1][0] != action:
        event = await asyncio.wait_for(queue.get(), 10)
        found.append((event["payload"]["action"], event["payload"]["data"].get("id", "")))
    return found


def test_events_of_promotes_releases_and_apps(rack: PracticeRack) -> None:
    good = rack.add_release(f"SECRET={CANARY}").id
    rack.activate(good)

    async def play(queue: asyncio.Queue[Any]) -> None:
        await looked(rack)
        new = rack.add_release("A=1").id
        rack.promote(new)
        assert await until(queue, PROMOTES[1]) == [
            ("release:create", new),
            ("release:promote", new),
            ("app:promote:completed", new),
        ]
        bad = rack.add_release("A=2").id
        rack.fate(bad, "fail")
        rack.promote(bad)
        assert (await until(queue, PROMOTES[2]))[-2:] == [
            ("release:promote", bad),
            ("app:promote:errored", bad),
        ]
        await looked(rack, 10)
        rack.add_app("other")
        assert await until(queue, "app:create") == [("app:create", "")]
        rack.act("DELETE", "/apps/other")
        assert await until(queue, "app:delete") == [("app:delete", "")]

    assert poll(play) == []


def test_an_event_has_a_racks_form(rack: PracticeRack) -> None:
    async def play(queue: asyncio.Queue[Any]) -> None:
        await looked(rack)
        rack.promote(rack.add_release("A=1").id)
        await looked(rack, 12)

    events = [event["payload"] for event in poll(play)]
    told = [event for event in rack.state.events if event["action"] in PROMOTES]
    for ours, racks in zip([e for e in events if e["action"] in PROMOTES], told, strict=True):
        assert ours["data"] | {"actor": "rack-password"} == racks["data"]
        assert (ours["action"], ours["status"]) == (racks["action"], racks["status"])
        assert ours["timestamp"].endswith("Z")


def test_nothing_is_told_twice_after_a_restart(rack: PracticeRack, tmp_path: Path) -> None:
    file = tmp_path / "seen.json"
    rack.activate(rack.add_release(f"SECRET={CANARY}").id)

    async def wait(queue: asyncio.Queue[Any]) -> None:
        await looked(rack)

    assert poll(wait, state_file=str(file)) == []
    new = rack.add_release("A=1").id
    rack.activate(new)
    first = poll(wait, state_file=str(file))
    assert [event["payload"]["action"] for event in first] == ["release:create", "app:promote:completed"]
    assert poll(wait, state_file=str(file)) == []
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["seen.json"]
    for secret in (PASSWORD, CANARY):
        assert secret not in file.read_text(encoding="utf-8")


def test_it_goes_on_while_the_rack_does_not_answer(
    rack: PracticeRack, caplog: pytest.LogCaptureFixture
) -> None:
    async def play(queue: asyncio.Queue[Any]) -> None:
        await looked(rack)
        rack.faults.append(Fault("cut_before", times=2))
        rack.fail(503, "later", times=1)
        rack.fail(401, "invalid authentication", times=1)
        new = rack.add_release("A=1").id
        rack.activate(new)
        assert (await until(queue, PROMOTES[1]))[-1] == (PROMOTES[1], new)
        await looked(rack)

    assert poll(play, backoff_max=0.1) == []
    assert "The rack answers again." in caplog.text
    assert PASSWORD not in caplog.text


def test_a_rack_that_does_not_answer_at_first(rack: PracticeRack) -> None:
    async def play(queue: asyncio.Queue[Any]) -> None:
        await looked(rack)

    rack.faults.append(Fault("cut_before", times=2))
    assert poll(play) == []


def test_a_key_that_is_refused_at_first_ends_it(rack: PracticeRack) -> None:
    async def play(queue: asyncio.Queue[Any]) -> None:
        await asyncio.sleep(10)

    with pytest.raises(Exception, match="401") as caught:
        poll(play, api_key="wrong-key-of-nobody")
    assert "wrong-key-of-nobody" not in str(caught.value)


def test_a_plain_deploy_key_needs_names(rack: PracticeRack, caplog: pytest.LogCaptureFixture) -> None:
    rack.activate(rack.add_release("A=0").id)
    key = rack.deploy_key()

    async def play(queue: asyncio.Queue[Any]) -> None:
        for _unused in range(50):
            await asyncio.sleep(0.02)
            if len(rack.asked("/apps/web$")) > 3:
                break
        rack.activate(rack.add_release("A=1").id)
        assert [action for action, _id in await until(queue, PROMOTES[1])] == [PROMOTES[1]]

    assert poll(play, apps=["web"], password=key) == []
    assert len([r for r in caplog.records if "No event tells of a new release" in r.message]) == 1


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ({"poll_interval": 0}, "poll_interval:"),
        ({"backoff_max": "canary"}, "backoff_max:"),
        ({"apps": ["web", ""]}, "apps:"),
        ({"apps": ".."}, "apps:"),
        ({"app": "web"}, "unknown options: app"),
        ({"state_file": "/"}, "state_file:"),
        ({"host": "two hosts"}, "host"),
    ],
)
def test_options_that_are_refused(rack: PracticeRack, args: dict[str, Any], says: str) -> None:
    with pytest.raises(Exception, match=says):
        SOURCE["Poller"](args, {"CONVOX_HOST": "a.example.com", "CONVOX_PASSWORD": PASSWORD})


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"rack": "x", "apps": []}', '{"rack": "x", "apps": {"web": {}}}', "[" * 100_000],
)
def test_a_state_file_of_another_kind(rack: PracticeRack, tmp_path: Path, text: str) -> None:
    file = tmp_path / "seen.json"
    file.write_text(text, encoding="utf-8")
    environ = {"CONVOX_HOST": rack.url, "CONVOX_PASSWORD": PASSWORD}
    with pytest.raises(ValueError, match="delete it to begin anew"):
        SOURCE["Poller"]({"state_file": str(file)}, environ)
    file.write_text(json.dumps({"rack": "https://other.example.com", "apps": {}}), encoding="utf-8")
    with pytest.raises(ValueError, match="of another rack"):
        SOURCE["Poller"]({"state_file": str(file)}, environ)


def test_a_state_file_that_cannot_be_written(rack: PracticeRack, tmp_path: Path) -> None:
    async def play(queue: asyncio.Queue[Any]) -> None:
        await asyncio.sleep(10)

    with pytest.raises(ValueError, match="cannot be written: No such file"):
        poll(play, state_file=str(tmp_path / "nowhere" / "seen.json"))


def test_the_connection_options_are_those_of_the_modules() -> None:
    """But for what a look does not need: it writes nothing, and the next one repeats it."""
    ours, modules = {*SOURCE["CONNECTION"]}, set(_options.RACK_ARGUMENTS)
    assert modules - ours == {"actor", "max_retries", "backoff_base", "backoff_max", "retry_on_500"}
    assert ours <= modules
    assert list(SOURCE["ALIASES"]) == _options.RACK_ARGUMENTS["api_key"]["aliases"]


def test_a_log_of_the_source_names_no_key(rack: PracticeRack, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def play(queue: asyncio.Queue[Any]) -> None:
        await looked(rack)

    poll(play)
    assert PASSWORD not in caplog.text
