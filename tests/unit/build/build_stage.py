# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""convox_build against a practice rack, in this process."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils import _runner
from ansible_collections.convox.rack.plugins.module_utils._modules.app import noun as app
from ansible_collections.convox.rack.plugins.module_utils._modules.build import noun as build
from ansible_collections.convox.rack.plugins.module_utils._modules.env import noun as env
from ansible_collections.convox.rack.plugins.module_utils._modules.release import noun as release
from tests.practice_rack.server import PracticeRack

MANIFEST = "services:\n  web:\n    build: .\n    port: 3000\n"
NOUNS = {"convox_app": app, "convox_build": build, "convox_env": env, "convox_release": release}


SETTINGS: dict[str, Any] = {
    "create_seconds": 0.0,
    "settle_seconds": 0.0,
    "build_seconds": 0.1,
    "promote_seconds": 0.1,
    "process_seconds": 0.1,
    "find_lag_seconds": 0.0,
    "refuse_writes": False,
    "deploy_keys": {},
}


class Stage:
    """Runs tasks; keeps what they said and warned of."""

    def __init__(self, rack: PracticeRack, folder: Path) -> None:
        rack.settings.change(copy.deepcopy(SETTINGS))
        rack.reset()
        self.rack = rack
        self.key = rack.password
        self.folder = folder
        self.said: list[str] = []
        self.warned: list[str] = []
        folder.mkdir()
        (folder / "convox.yml").write_text(MANIFEST)
        (folder / "Dockerfile").write_text("FROM scratch\n")
        self.must("convox_app", name="web")

    def do(self, module: str, *, check: bool = False, **options: Any) -> dict[str, Any]:
        """The result of a task; ``requests`` in it are those it sent."""
        self.rack.requests.clear()
        self.said.clear()
        self.warned.clear()
        environ = {"CONVOX_HOST": self.rack.url, "CONVOX_PASSWORD": self.key, "HOME": str(self.folder)}
        front = _runner.FrontEnd(
            check_mode=check,
            diff=True,
            environ=environ,
            progress=lambda app, text, thing="": self.said.append(text),
            warn=self.warned.append,
        )
        answer = _runner.run_in_process(NOUNS[module], module, options, front, invocation=True)
        return {**answer, "requests": [f"{each.method} {each.path}" for each in self.rack.requests]}

    def must(self, module: str, **options: Any) -> dict[str, Any]:
        answer = self.do(module, **options)
        assert not answer.get("failed"), answer
        return answer

    def build(self, **options: Any) -> dict[str, Any]:
        """convox_build of the folder, unless another source is named."""
        source = {} if {"path", "archive", "url"} & set(options) else {"path": str(self.folder)}
        return self.do("convox_build", app="web", backoff_base=0.01, poll_interval=0.2, **source, **options)

    def built(self, **options: Any) -> dict[str, Any]:
        answer = self.build(**options)
        assert not answer.get("failed"), answer
        return answer

    def writes(self) -> list[str]:
        return [f"{each.method} {each.path}" for each in self.rack.requests if each.write]
