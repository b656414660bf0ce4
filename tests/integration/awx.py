# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A job as AWX runs it: AWX's own code injects the credential, ansible-runner runs the playbook."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from awx_plugins.interfaces._temporary_private_api import ManagedCredentialType
from awx_plugins.interfaces._temporary_private_credential_api import Credential
from awx_plugins.interfaces._temporary_private_inject_api import inject_credential

from tests.integration.harness import MOST_SECONDS, ROOT, Harness

AWX = ROOT / "extensions" / "awx"
TYPES = ("rack", "console", "token")
# In a container the folder of the job is mounted here.
INSIDE = "/runner"
INVENTORY = 'localhost ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}"\n'


def read(kind: str, name: str) -> dict[str, Any]:
    """One of the files: a credential type or a survey."""
    found: dict[str, Any] = json.loads((AWX / kind / f"{name}.json").read_text(encoding="utf-8"))
    return found


def answers(survey: str, **given: Any) -> dict[str, Any]:
    """The variables of a survey, the questions that nobody answered as they are by default."""
    return {each["variable"]: each["default"] for each in read("surveys", survey)["spec"]} | given


class Job:
    """A job of AWX, with a folder of its own: ``env``, what is injected; ``shown``, what AWX keeps of it."""

    def __init__(self, harness: Harness, name: str = "job") -> None:
        self._harness = harness
        self.folder = harness.folder / name
        for each in ("env", "inventory", "project"):
            (self.folder / each).mkdir(parents=True)
        self.env: dict[str, Any] = {}
        self.shown: dict[str, Any] = {}

    def inject(self, type_name: str, **inputs: str | bool) -> None:
        """Give the job a credential of one of our types."""
        body = read("credential_types", type_name)
        kind = ManagedCredentialType(type_name, body["name"], body["kind"], body["inputs"], body["injectors"])
        rest: list[str] = []
        inject_credential(kind, Credential({**inputs}), self.env, self.shown, rest, str(self.folder))
        if rest:
            raise AssertionError(f"more than variables: {rest}")
        # No container here.
        self.env = {n: v.replace(INSIDE, str(self.folder), 1) for n, v in self.env.items()}

    def variables(self) -> dict[str, str]:
        """The environment of the job."""
        nothing = {"CONVOX_HOST": None, "CONVOX_PASSWORD": None}
        return self._harness.environment("short", {**nothing, **self.env})

    def run(self, playbook: str, variables: Mapping[str, Any]) -> tuple[int, str]:
        """Run a playbook of the collection; exit status and all that is printed."""
        book = [{"ansible.builtin.import_playbook": f"convox.rack.{playbook}"}]
        for name, value in (("env/envvars", self.env), ("env/extravars", variables), ("project/a.yml", book)):
            (self.folder / name).write_text(json.dumps(value), encoding="utf-8")
        (self.folder / "inventory" / "hosts").write_text(INVENTORY, encoding="utf-8")
        done = subprocess.run(
            [Path(sys.executable).with_name("ansible-runner"), "run", self.folder, "-p", "a.yml", "-vvvv"],
            env=self.variables(),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=MOST_SECONDS,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def events(self) -> list[dict[str, Any]]:
        """The events of the job, in their order."""
        paths = self.folder.glob("artifacts/*/job_events/*.json")
        return sorted((json.loads(path.read_bytes()) for path in paths), key=lambda each: each["counter"])

    def left(self) -> Iterator[tuple[Path, str]]:
        """All that the job leaves behind. What AWX itself writes for the runner is removed with the job: the
        folder env, and the runner's note of its own environment."""
        for path in self.folder.rglob("*"):
            inside = path.relative_to(self.folder)
            if path.is_file() and inside.parts[0] != "env" and not inside.match("artifacts/*/command"):
                yield inside, path.read_text(encoding="utf-8", errors="replace")
