# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of a deploy run in this process, over real sockets, in fast time.

``do`` runs one task through the collection's own door. ``fast_time`` makes every pause of the client so many
times shorter; the practice rack's times (``FAST``) are as short.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils import _options, _runner
from ansible_collections.convox.rack.plugins.module_utils._api import waiting
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import Transport
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import builds
from ansible_collections.convox.rack.plugins.module_utils._modules.app.noun import AppNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.build.noun import BuildNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.env.noun import EnvNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.release.noun import ReleaseNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.service.noun import ServiceNoun
from ansible_collections.convox.rack.plugins.module_utils._noun import Progress, no_progress
from ansible_collections.convox.rack.plugins.plugin_utils.run import run_in_process
from tests.practice_rack.server import PracticeRack

SPEED = 50.0
FAST: dict[str, Any] = {
    "password": "of-the-practice-rack",
    "create_seconds": 0.01,
    "settle_seconds": 0.01,
    "promote_seconds": 0.02,
    "process_seconds": 0.01,
    "build_seconds": 0.03,
    "delete_seconds": 0.02,
    "revert_seconds": 0.2,
    "rollback_seconds": 0.02,
    "restart_seconds": 0.01,
}
URL = "https://code.test/source.tgz"

Answer = dict[str, Any]


@contextmanager
def fast_time(speed: float = SPEED) -> Iterator[None]:
    """Every pause of the client, and its clock of waits, ``speed`` times as fast. Deadlines of single
    requests (``timeout``) stay what they are. Clients made inside are closed at the end."""

    def pause(seconds: float) -> None:
        time.sleep(max(seconds, 0.0) / speed)

    transports: dict[Any, Transport] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(waiting.Clock, "now", lambda clock: time.monotonic() * speed)
        patch.setattr(waiting.Clock, "sleep", lambda clock, seconds: pause(seconds))
        patch.setattr(_runner, "Client", partial(Client, sleep=pause))
        patch.setattr(_runner, "Transport", partial(Transport, sleep=pause))
        patch.setattr(_runner, "_transports", transports)
        yield
    for transport in transports.values():
        transport.close()


@dataclass(frozen=True)
class Task:
    """One task: the module by its noun, its options, and a name for tests."""

    name: str
    noun: _options.NounClass
    options: dict[str, Any]

    def __str__(self) -> str:
        return self.name

    def named(self, name: str) -> Task:
        """The same task under another name."""
        return replace(self, name=name)


def do(
    rack: PracticeRack,
    task: Task,
    *,
    key: str | None = None,
    check: bool = False,
    progress: Progress = no_progress,
    **more: Any,
) -> Answer:
    """Run a task against a rack: the answer as Ansible would get it, with ``warnings``. ``progress``
    gets what is shown; ``more`` are options besides the task's."""
    warnings: list[str] = []
    front = _runner.FrontEnd(
        check_mode=check,
        diff=True,
        environ={"CONVOX_HOST": rack.url, "CONVOX_PASSWORD": key or rack.password, "HOME": "/nonexistent"},
        progress=progress,
        warn=warnings.append,
    )
    options = {"backoff_base": 0.2, **copy.deepcopy(task.options), **more}
    name = f"convox.rack.convox_{task.noun.__module__.split('.')[-2]}"
    answer = run_in_process(task.noun, name, options, front, invocation=True)
    answer["warnings"] = warnings
    return answer


def done(rack: PracticeRack, task: Task, **more: Any) -> Answer:
    """``do``, for a task that has to end well."""
    answer = do(rack, task, **more)
    if answer.get("failed"):
        raise AssertionError(f"{task}: {answer['msg']}\n{answer.get('exception', '')}")
    return answer


def failed(rack: PracticeRack, task: Task, **more: Any) -> Answer:
    """``do``, for a task that has to fail."""
    answer = do(rack, task, **more)
    if not answer.get("failed"):
        raise AssertionError(f"{task} did not fail: {answer}")
    return answer


def app_task(**options: Any) -> Task:
    return Task("app", AppNoun, {"name": "web", **options})


def env_task(variables: dict[str, Any] | None = None, **options: Any) -> Task:
    given = {} if variables is None else {"variables": variables}
    return Task("env", EnvNoun, {"app": "web", **given, **options})


def release_task(**options: Any) -> Task:
    return Task("release", ReleaseNoun, {"app": "web", **options})


def service_task(**options: Any) -> Task:
    return Task("service", ServiceNoun, {"app": "web", **options})


def build_task(**options: Any) -> Task:
    return Task("build", BuildNoun, {"app": "web", **options})


def client(rack: PracticeRack) -> Client:
    """The collection's client of a rack, for what is no task."""
    environ = {"CONVOX_HOST": rack.url, "CONVOX_PASSWORD": rack.password, "HOME": "/nonexistent"}
    return _runner.client_for({}, environ, lambda text: None)


def build(rack: PracticeRack, url: str = URL, app: str = "web", **options: Any) -> str:
    """Build, and wait for its end; the release's id."""
    made = builds.create(client(rack), app, url, **options)
    until(lambda: builds.get(client(rack), app, made.id).status in ("complete", "failed"))
    return builds.get(client(rack), app, made.id).release


def running_app(rack: PracticeRack, variables: dict[str, Any] | None = None) -> str:
    """An app that runs a release with these variables; the release's id."""
    done(rack, app_task())
    if variables:
        done(rack, env_task(variables))
    build(rack)
    active: str = done(rack, release_task(release="latest"))["release"]
    return active


def until(good: Any, seconds: float = 10.0) -> None:
    """Wait until ``good()`` is true. Raises AssertionError after so many seconds."""
    end = time.monotonic() + seconds
    while not good():
        if time.monotonic() > end:
            raise AssertionError("what was waited for did not come")
        time.sleep(0.005)
