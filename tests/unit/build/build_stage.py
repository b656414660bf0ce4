# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""convox_build against a practice rack in memory, from the options of a task to its answer."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils import _runner
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._modules.app.noun import AppNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.build.noun import BuildNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.env.noun import EnvNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.release.noun import ReleaseNoun
from ansible_collections.convox.rack.plugins.plugin_utils.run import run_in_process
from tests.practice_rack.memory import MemoryRack
from tests.practice_rack.state import App, Build
from tests.unit.tasks import RackClock, client_of

MANIFEST = "services:\n  web:\n    build: .\n    port: 3000\n"
NOUNS: dict[str, Any] = {
    "convox_app": AppNoun,
    "convox_build": BuildNoun,
    "convox_env": EnvNoun,
    "convox_release": ReleaseNoun,
}


class Stage:
    """Runs tasks; keeps what they said and warned of. ``settings`` are the rack's."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> None:
        self.rack = MemoryRack(profile="plain", **settings)
        self.key = self.rack.password
        self.folder = folder
        self.said: list[str] = []
        self.warned: list[str] = []
        monkeypatch.setattr(_runner, "client_for", self._client_for)
        folder.mkdir()
        (folder / "convox.yml").write_text(MANIFEST)
        (folder / "Dockerfile").write_text("FROM scratch\n")
        self.must("convox_app", name="web")

    def _client_for(
        self,
        options: Mapping[str, Any],
        environ: Mapping[str, str],
        warn: Callable[[str], None],
        *,
        folder: str = os.curdir,
        **more: Any,
    ) -> Client:
        return client_of(self.rack, key=self.key, warnings=self.warned)

    def do(self, module: str, *, check: bool = False, **options: Any) -> dict[str, Any]:
        """The result of a task; ``requests`` in it are those it sent."""
        self.rack.requests.clear()
        self.said.clear()
        self.warned.clear()
        front = _runner.FrontEnd(
            check_mode=check,
            diff=True,
            environ={},
            progress=lambda app, text, thing="": self.said.append(text),
            warn=self.warned.append,
            clock=RackClock(self.rack),
        )
        answer = run_in_process(NOUNS[module], module, options, front, invocation=True)
        return {**answer, "requests": [f"{each.method} {each.path}" for each in self.rack.requests]}

    def must(self, module: str, **options: Any) -> dict[str, Any]:
        answer = self.do(module, **options)
        assert not answer.get("failed"), answer
        return answer

    def build(self, **options: Any) -> dict[str, Any]:
        """convox_build of the folder, unless another source is named."""
        source = {} if {"path", "archive", "url"} & set(options) else {"path": str(self.folder)}
        return self.do("convox_build", **{"app": "web", **source, **options})

    def built(self, **options: Any) -> dict[str, Any]:
        answer = self.build(**options)
        assert not answer.get("failed"), answer
        return answer

    def writes(self) -> list[str]:
        return [f"{each.method} {each.path}" for each in self.rack.requests if each.write]

    @property
    def app(self) -> App:
        return self.rack.app()

    @property
    def last(self) -> Build:
        """The newest build of the app."""
        return self.app.builds[-1]
