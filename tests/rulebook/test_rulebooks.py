# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rulebooks of the collection in the real ansible-rulebook, told by a practice rack: ``make events``."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.practice_rack.server import PracticeRack

TOOLS = Path(os.environ["CONVOX_TEST_RULEBOOK"])
PASSWORD, KEY, CANARY = "password-of-the-rack-77", "5257a869" * 8, "canary-of-an-env-77"
STRANGE = ("ANSIBLE_", "CONVOX_", "RACK_URL", "EDA_")
QUICK = {"promote_seconds": 0.2, "process_seconds": 0.1, "revert_seconds": 1.0, "rollback_seconds": 0.3}
MOST_SECONDS = 60


def wait(what: Callable[[], bool]) -> None:
    until = time.monotonic() + MOST_SECONDS
    while not what():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Rulebook:
    """A rulebook that runs: ``output`` is all that it has said."""

    def __init__(self, rack: PracticeRack, folder: Path, name: str, **variables: object) -> None:
        self._log = folder / "output"
        (folder / "vars.yml").write_text(json.dumps(variables), encoding="utf-8")
        (folder / "inventory").write_text(
            "localhost ansible_connection=local ansible_python_interpreter={{ansible_playbook_python}}\n",
            encoding="utf-8",
        )
        env = {name: value for name, value in os.environ.items() if not name.startswith(STRANGE)}
        env |= {
            "PATH": f"{TOOLS}{os.pathsep}{env['PATH']}",
            "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
            "CONVOX_HOST": rack.url,
            "CONVOX_PASSWORD": PASSWORD,
            "CONVOX_WEBHOOK_SIGNING_KEY": KEY,
            "NOTIFY_URL": str(variables.get("chat", "")),
        }
        # Ansible's own finder of collections must not help it.
        del env["PYTHONPATH"]
        command = [
            TOOLS / "ansible-rulebook",
            "--rulebook",
            name,
            "-i",
            "inventory",
            "--vars",
            "vars.yml",
            "-vv",
        ]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)

    @property
    def output(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(MOST_SECONDS)


@pytest.fixture
def rack() -> Iterator[PracticeRack]:
    """A rack whose app web has two releases, the newer one active, and a webhook."""
    with PracticeRack(password=PASSWORD, webhook_signing_key=KEY, **QUICK) as rack:
        rack.add_app("web")
        for build in ("B1", "B2"):
            rack.activate(rack.add_release(f"SECRET={CANARY}", build=build).id)
        url = "Url=https%3A%2F%2F203.0.113.7%2Fconvox"
        rack.act("POST", "/resources", {"kind": "webhook", "name": "rulebook", "parameters": url})
        yield rack


@contextmanager
def listening(rack: PracticeRack, folder: Path, name: str, **variables: object) -> Iterator[Rulebook]:
    """A rulebook that takes the rack's events."""
    port = free_port()
    rulebook = Rulebook(rack, folder, name, events_host="127.0.0.1", events_port=port, **variables)
    try:
        wait(lambda: "Waiting for events" in rulebook.output or rulebook.process.poll() is not None)
        rack.settings.events_to = f"http://127.0.0.1:{port}/convox"
        yield rulebook
    finally:
        rulebook.end()
        for secret in (PASSWORD, KEY, CANARY):
            assert secret not in rulebook.output


def active(rack: PracticeRack) -> str:
    """What runs, by its build; "" while something is under way."""
    app = rack.app()
    return rack.release(app.release).build if app.status == "running" else ""


def settled(rulebook: Rulebook, plays: int = 1) -> None:
    wait(lambda: rulebook.output.count("PLAY RECAP") >= plays)


def test_a_promote_that_failed_goes_back(rack: PracticeRack, tmp_path: Path) -> None:
    with listening(rack, tmp_path, "convox.rack.rollback") as rulebook:
        # Somebody's smoke test says so; the rack is content.
        bad = rack.app().release
        rack.act(
            "POST",
            "/events",
            {"action": "app:promote:errored", "data": f"app=web&id={bad}", "error": "smoke"},
        )
        settled(rulebook)
        assert active(rack) == "B1", rulebook.output
        # Told again, and by another event: it has gone back, so nothing more is done.
        back = rack.app().release
        rack.act(
            "POST", "/events", {"action": "app:promote:errored", "data": f"app=web&id={bad}", "error": "more"}
        )
        settled(rulebook, 2)
        assert (active(rack), rack.app().release) == ("B1", back)


def test_what_the_rack_put_back_itself_goes_no_further(rack: PracticeRack, tmp_path: Path) -> None:
    with listening(rack, tmp_path, "convox.rack.rollback") as rulebook:
        good = rack.app().release
        bad = rack.add_release("A=1", build="B3").id
        rack.fate(bad, "fail")
        rack.promote(bad)
        wait(lambda: active(rack) == "B2")
        settled(rulebook)
        assert rack.app().release == good


def test_an_unsigned_event_does_nothing(rack: PracticeRack, tmp_path: Path) -> None:
    with listening(rack, tmp_path, "convox.rack.rollback") as rulebook:
        rack.settings.webhook_signing_key = ""
        bad = rack.app().release
        rack.act(
            "POST", "/events", {"action": "app:promote:errored", "data": f"app=web&id={bad}", "error": "x"}
        )
        wait(lambda: "Refused a request" in rulebook.output)
        time.sleep(2)
        assert (active(rack), "PLAY" in rulebook.output) == ("B2", False)


def test_a_rack_that_is_looked_at(rack: PracticeRack, tmp_path: Path) -> None:
    rulebook = Rulebook(
        rack, tmp_path, "convox.rack.poll", events_poll_interval=0.1, events_state_file=str(tmp_path / "seen")
    )
    try:
        wait(lambda: (tmp_path / "seen").exists() and "Waiting for events" in rulebook.output)
        bad = rack.add_release("A=1", build="B3").id
        rack.fate(bad, "fail")
        rack.promote(bad)
        settled(rulebook)
        assert active(rack) == "B2"
    finally:
        rulebook.end()
    for secret in (PASSWORD, KEY, CANARY):
        assert secret not in rulebook.output + (tmp_path / "seen").read_text(encoding="utf-8")


def test_a_message_of_what_failed(rack: PracticeRack, tmp_path: Path) -> None:
    posted: list[bytes] = []

    class Chat(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *words: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Chat) as chat:
        threading.Thread(target=chat.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{chat.server_port}/secret-of-the-chat-77"
        with listening(rack, tmp_path, "convox.rack.notify", chat=url) as rulebook:
            words = "{{ lookup('ansible.builtin.pipe', 'echo injected') }}"
            data = f"app=web&id={rack.app().release}&actor=alice%40example.com"
            rack.act("POST", "/events", {"action": "app:promote:errored", "data": data, "error": words})
            settled(rulebook)
        chat.shutdown()
    text = json.loads(posted[0])["text"]
    assert text.startswith(f"rack1: app:promote:errored of web {rack.app().release} failed ({{ {{ lookup(")
    assert text.endswith("by alice@example.com")
    assert "secret-of-the-chat-77" not in rulebook.output
