# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the real ``ansible-playbook``, ``ansible`` and ``ansible-runner`` against a practice rack.

``Harness(rack, folder)`` runs; each run answers a ``Run`` with the results of all tasks in their order, what
was printed, and the requests that the rack got meanwhile. The short way is always run with a Python
interpreter that does not exist: a module of the collection that leaves the process of Ansible fails there. A
task that needs an ordinary module sets ``ansible_python_interpreter: "{{ ansible_playbook_python }}"``.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml

from tests.practice_rack.exchange import Record
from tests.practice_rack.server import PracticeRack

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TARGETS = HERE / "targets"
# Where ansible-playbook of the core under test lies; its python has httpx and pydantic.
ANSIBLE = Path(os.environ.get("CONVOX_TEST_ANSIBLE") or Path(sys.executable).parent)
PYTHON = str(ANSIBLE / "python")
NO_PYTHON = "/nonexistent/python"
MOST_SECONDS = 900
SHOWN = 2500
PASSWORD = "of-the-practice-rack"
# Long enough for what happens meanwhile to be seen, short enough for many tests.
QUICK: dict[str, Any] = {
    "password": PASSWORD,
    "create_seconds": 0.05,
    "settle_seconds": 0.05,
    "promote_seconds": 0.2,
    "process_seconds": 0.1,
    "build_seconds": 0.2,
    "delete_seconds": 0.1,
    "revert_seconds": 30.0,
    "rollback_seconds": 0.2,
    "restart_seconds": 0.2,
    "cost_tracking": True,
    "resource_data": True,
}
# Nothing of the caller's settings may reach a run.
_STRANGE = ("ANSIBLE_", "CONVOX_", "RACK_URL", "AWX_", "XDG_", "PYTHON", "NO_PROXY", "no_proxy", "SSL_CERT_")
_KEPT = ("ANSIBLE_COLLECTIONS_PATH",)

Way = Literal["short", "long"]
WAYS: tuple[Way, ...] = ("short", "long")
Task = dict[str, Any]


class Result(NamedTuple):
    """One result. ``kind``: ok, failed, skipped, unreachable, retry, item_ok or item_failed."""

    task: str
    host: str
    result: dict[str, Any]
    kind: str
    action: str


@dataclass
class Run:
    """One run: its exit status, what it printed, its results, the requests that the rack got meanwhile."""

    rc: int
    stdout: str
    stderr: str
    results: list[Result]
    requests: list[Record] = field(default_factory=list)
    seconds: float = 0.0
    folder: str = ""

    @property
    def output(self) -> str:
        return self.stdout + self.stderr

    @property
    def writes(self) -> list[Record]:
        return [record for record in self.requests if record.write]

    def of(self, task: str) -> dict[str, Any]:
        """The last result of the task of this name; for a loop the result of the whole."""
        found = [
            each.result for each in self.results if each.task == task and not each.kind.startswith("item")
        ]
        if not found:
            raise AssertionError(f"no result of {task!r} in:\n{self.output}")
        return found[-1]

    def ours(self) -> list[Result]:
        """The results of the collection's own modules."""
        return [each for each in self.results if each.action.startswith("convox.rack.")]

    def warnings(self) -> list[str]:
        """Every warning and deprecation, of results and of what Ansible printed by itself."""
        found = [
            str(text)
            for each in self.results
            for name in ("warnings", "deprecations")
            for text in each.result.get(name) or ()
        ]
        printed = [line for line in self.output.splitlines() if re.match(r"\[(WARNING|DEPRECATION)", line)]
        return found + printed

    def must(self) -> Run:
        """Itself; raises AssertionError with the end of what was printed when the run failed."""
        if self.rc:
            raise AssertionError(f"exit status {self.rc}\n{self.stdout[-SHOWN:]}\n{self.stderr[-SHOWN:]}")
        return self


class Harness:
    """Runs against one rack, with files in one folder of its own.

    ``env`` holds variables for every run; CONVOX_HOST and CONVOX_PASSWORD name the rack from the start.
    ``config`` is the ansible.cfg of every run, as good as empty.
    """

    def __init__(self, rack: PracticeRack, folder: Path) -> None:
        self.rack = rack
        self.folder = folder
        self.env = {"CONVOX_HOST": rack.url, "CONVOX_PASSWORD": rack.password}
        self.config = folder / "ansible.cfg"
        self._count = 0
        (folder / "home").mkdir(parents=True, exist_ok=True)
        self.config.write_text("[defaults]\n", encoding="utf-8")

    def run_playbook(
        self,
        playbook: Path | str | Sequence[Task],
        *,
        way: Way = "short",
        check: bool = False,
        diff: bool = False,
        verbosity: int = 0,
        extra_vars: Mapping[str, Any] | None = None,
        env: Mapping[str, str | None] | None = None,
        inventory: str | None = None,
        arguments: Sequence[str] = (),
        play: Mapping[str, Any] | None = None,
        cwd: Path | None = None,
    ) -> Run:
        """Run a playbook file, its YAML text, or a list of tasks on localhost.

        ``env``: a None takes a variable away (CONVOX_HOST: no rack is named). ``inventory``: text of an ini
        inventory instead of the usual one. ``play``: keywords of the play around a list of tasks (``vars``,
        ``environment``, ``module_defaults`` …). ``arguments``: more words for the command line.
        """
        command = self.playbook_command(playbook, way=way, inventory=inventory, play=play)
        command += [*arguments, *["--check"] * check, *["--diff"] * diff]
        command += ["-" + "v" * verbosity] * bool(verbosity)
        if extra_vars:
            command += ["--extra-vars", json.dumps(dict(extra_vars))]
        return self._run(command, way, env, cwd)

    def playbook_command(
        self,
        playbook: Path | str | Sequence[Task],
        *,
        way: Way = "short",
        inventory: str | None = None,
        play: Mapping[str, Any] | None = None,
    ) -> list[str]:
        """The command that runs it; its variables are those of ``environment``."""
        book = str(self._playbook(playbook, play))
        return [str(ANSIBLE / "ansible-playbook"), book, *self._words(way, inventory)]

    def run_adhoc(
        self,
        module: str,
        arguments: Mapping[str, Any] | str,
        *,
        way: Way = "short",
        env: Mapping[str, str | None] | None = None,
        more: Sequence[str] = (),
    ) -> Run:
        """``ansible localhost -m MODULE -a ARGUMENTS``; arguments as text, or as a dict that goes as JSON."""
        text = arguments if isinstance(arguments, str) else json.dumps(dict(arguments))
        command = [str(ANSIBLE / "ansible"), "localhost", "-m", module, "-a", text, *self._words(way, None)]
        loaded = {"ANSIBLE_LOAD_CALLBACK_PLUGINS": "1", **(env or {})}
        return self._run([*command, *more], way, loaded, None)

    def run_runner(
        self,
        playbook: Path | str | Sequence[Task],
        *,
        way: Way = "short",
        extra_vars: Mapping[str, Any] | None = None,
        env: Mapping[str, str | None] | None = None,
        play: Mapping[str, Any] | None = None,
    ) -> Run:
        """``ansible-runner run`` with a private data folder, as AWX runs jobs; the artifacts are in
        ``folder/runner*/artifacts``."""
        self._count += 1
        data = self.folder / f"runner{self._count}"
        for name in ("project", "inventory", "env"):
            (data / name).mkdir(parents=True)
        book = data / "project" / "site.yml"
        book.write_text(self._playbook(playbook, play).read_text(encoding="utf-8"), encoding="utf-8")
        (data / "inventory" / "hosts").write_text(self.inventory(way), encoding="utf-8")
        (data / "env" / "extravars").write_text(json.dumps(dict(extra_vars or {})), encoding="utf-8")
        command = [str(Path(sys.executable).parent / "ansible-runner"), "run", str(data), "-p", "site.yml"]
        return self._run(command, way, env, data)

    # -- what the three have in common

    def environment(self, way: Way, env: Mapping[str, str | None] | None = None) -> dict[str, str]:
        """The variables of a run, whose results have a file of their own."""
        self._count += 1
        kept = {n: v for n, v in os.environ.items() if n in _KEPT or not n.startswith(_STRANGE)}
        # The core's folder first: there ansible-runner finds its ansible-playbook.
        kept["PATH"] = os.pathsep.join([str(ANSIBLE), str(Path(sys.executable).parent), os.environ["PATH"]])
        kept |= {
            "HOME": str(self.folder / "home"),
            "ANSIBLE_HOME": str(self.folder / "home" / ".ansible"),
            "ANSIBLE_REMOTE_TEMP": str(self.folder / "home" / "tmp"),
            "ANSIBLE_ASYNC_DIR": str(self.folder / "home" / "async"),
            "ANSIBLE_CONFIG": str(self.config),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_INJECT_INVOCATION": "1",
            # Messages of core list sets.
            "PYTHONHASHSEED": "0",
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callbacks"),
            "ANSIBLE_CALLBACKS_ENABLED": "convox_results",
            "CONVOX_TEST_RESULTS": str(self.folder / f"results{self._count}.jsonl"),
            "CONVOX_IN_PROCESS": "true" if way == "short" else "false",
            **self.env,
        }
        changed = {**kept, **(env or {})}
        return {name: value for name, value in changed.items() if value is not None}

    def _words(self, way: Way, inventory: str | None) -> list[str]:
        self._count += 1
        path = self.folder / f"hosts{self._count}.ini"
        path.write_text(self.inventory(way) if inventory is None else inventory, encoding="utf-8")
        return ["--inventory", str(path)]

    @staticmethod
    def inventory(way: Way) -> str:
        """The usual inventory of a way, as ini text."""
        python = PYTHON if way == "long" else NO_PYTHON
        return f"localhost ansible_connection=local ansible_python_interpreter={python}\n"

    def _playbook(self, playbook: Path | str | Sequence[Task], play: Mapping[str, Any] | None) -> Path:
        if isinstance(playbook, Path):
            return playbook
        self._count += 1
        path = self.folder / f"play{self._count}.yml"
        if isinstance(playbook, str):
            text = playbook
        else:
            whole = {"hosts": "localhost", "gather_facts": False, **(play or {}), "tasks": list(playbook)}
            text = yaml.safe_dump([whole], sort_keys=False, allow_unicode=True)
        path.write_text(text, encoding="utf-8")
        return path

    def _run(
        self, command: list[str], way: Way, env: Mapping[str, str | None] | None, cwd: Path | None
    ) -> Run:
        variables = self.environment(way, env)
        written = Path(variables["CONVOX_TEST_RESULTS"])
        before, started = len(self.rack.requests), time.monotonic()
        done = subprocess.run(
            command,
            env=variables,
            cwd=cwd or self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=MOST_SECONDS,
            check=False,
        )
        seconds = time.monotonic() - started
        rest = read(written), self.rack.requests[before:], seconds, str(self.folder)
        return Run(done.returncode, done.stdout, done.stderr, *rest)


def read(path: Path) -> list[Result]:
    """The results that the callback has written. Since 2.19 they do not say ``failed`` themselves."""
    if not path.exists():
        return []
    found = []
    for line in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        line["result"]["failed"] = line["kind"] in ("failed", "item_failed", "retry")
        found.append(Result(line["task"], line["host"], line["result"], line["kind"], line["action"]))
    return found
