# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each measurement stands on: a practice rack in its own process, and ansible-playbook against it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import certifi
import httpx

APP = "bench"
SOURCE = "https://host.test/source.tgz"
PASSWORD = "of-the-practice-rack"
HERE = Path(__file__).resolve().parent
Task = dict[str, Any]


@dataclass(frozen=True)
class Budget:
    """A row of the table: what was measured, and the most (or with ``least``, the least) that it may be."""

    what: str
    measured: float
    limit: float | None = None
    least: bool = False
    unit: str = ""

    @property
    def kept(self) -> bool:
        if self.limit is None:
            return True
        return self.measured >= self.limit if self.least else self.measured <= self.limit

    def row(self) -> str:
        sign = "≥" if self.least else "≤"
        limit = f"{sign} {self.limit:g}{self.unit}" if self.limit is not None else "–"
        verdict = "ok" if self.kept else "MISSED"
        return f"{self.what:<56} {self.measured:>8.2f}{self.unit:<4} {limit:>10}  {verdict}"


@dataclass(frozen=True)
class Run:
    """One ansible-playbook run."""

    seconds: float
    status: int
    output: str
    ended: dict[str, float]


class Rack:
    """A practice rack that is running, and the folder where playbooks for it are written."""

    def __init__(self, url: str, folder: Path, roots: Path | None) -> None:
        self.url = url
        self.folder = folder
        self.environment = {"CONVOX_HOST": url, "CONVOX_PASSWORD": PASSWORD}
        if roots is not None:
            self.environment["SSL_CERT_FILE"] = str(roots)
        verify = str(roots) if roots else False
        self.http = httpx.Client(base_url=url, auth=("convox", PASSWORD), verify=verify, trust_env=False)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """A request of our own; raises httpx.HTTPStatusError for anything but a good answer."""
        return self.http.request(method, path, **more).raise_for_status()

    def prepare(self) -> None:
        """One app with a running release, so that every kind finds the same unchanged thing."""
        self.ask("POST", "/apps", data={"name": APP})
        self.wait_until_running()
        build = self.ask("POST", f"/apps/{APP}/builds", data={"url": SOURCE}).json()
        while build["status"] in ("created", "running"):
            time.sleep(0.2)
            build = self.ask("GET", f"/apps/{APP}/builds/{build['id']}").json()
        self.ask("POST", f"/apps/{APP}/releases/{build['release']}/promote")
        time.sleep(0.5)
        self.wait_until_running()

    def wait_until_running(self) -> None:
        while self.ask("GET", f"/apps/{APP}").json()["status"] != "running":
            time.sleep(0.05)

    def take_requests(self) -> list[dict[str, Any]]:
        """The requests since the last call."""
        found: list[dict[str, Any]] = self.ask("GET", "/_practice/requests").json()["requests"]
        self.ask("DELETE", "/_practice/requests")
        return found

    def play(self, name: str, tasks: list[Task], variables: dict[str, Any] | None = None, **more: str) -> Run:
        """Run tasks on localhost, ``more`` in the environment; ``ended``: when each ended, by its name."""
        play = {"hosts": "localhost", "gather_facts": False, "vars": variables or {}, "tasks": tasks}
        book, times = self.folder / f"{name}.json", self.folder / f"{name}.times"
        book.write_text(json.dumps([play]), encoding="utf-8")
        times.unlink(missing_ok=True)
        env = {
            **os.environ,
            **self.environment,
            **more,
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callbacks"),
            "ANSIBLE_CALLBACKS_ENABLED": "ended",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "BENCH_TIMES": str(times),
        }
        started = time.monotonic()
        # The implicit localhost: its Python is Ansible's own, nothing has to be discovered.
        command = [ansible("ansible-playbook"), str(book)]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        seconds = time.monotonic() - started
        lines = times.read_text(encoding="utf-8").splitlines() if times.exists() else []
        ended = {each["task"]: each["time"] for each in map(json.loads, lines)}
        return Run(seconds, done.returncode, done.stdout + done.stderr, ended)

    def must_play(self, name: str, tasks: list[Task], **more: str) -> Run:
        """The same, ending the benchmark when the play fails: a failed task is no measurement."""
        run = self.play(name, tasks, **more)
        if run.status:
            sys.exit(f"the play {name} failed:\n{run.output}")
        return run


def ansible(name: str) -> str:
    """A program of the ansible-core that is measured."""
    return str(Path(os.environ["CONVOX_TEST_ANSIBLE"]) / name)


@contextmanager
def practice_rack(folder: Path, *options: str) -> Iterator[Rack]:
    """A prepared practice rack; its authority stands among as many roots as a real machine has."""
    command = [sys.executable, "-m", "tests.practice_rack", "--port", "0", "--password", PASSWORD, *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    roots, url = None, ""
    try:
        for line in process.stdout or ():
            if "authority" in line:
                roots = _bundle(folder, Path(line.split()[-1]))
            elif "listening" in line:
                url = line.split()[-1]
                break
        rack = Rack(url, folder, roots)
        rack.prepare()
        yield rack
    finally:
        process.terminate()
        process.wait()


def _bundle(folder: Path, authority: Path) -> Path:
    usual = Path(certifi.where()).read_text(encoding="utf-8")
    bundle = folder / "roots.pem"
    bundle.write_text(f"{usual}\n{authority.read_text(encoding='utf-8')}", encoding="utf-8")
    return bundle
