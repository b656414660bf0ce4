# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Racks on which something is going on, and whole tasks run on them by the collection's own runner."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, redirect_stdout, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from unittest import mock

import httpx
from ansible.module_utils import basic

from ansible_collections.convox.rack.plugins.module_utils import _options, _runner
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.deadline import seconds_left
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import Transport
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._failure import failure
from ansible_collections.convox.rack.plugins.plugin_utils.names import check_names, check_values
from ansible_collections.convox.rack.plugins.plugin_utils.run import run_in_process
from tests.fuzz.nouns import ENV_CANARY
from tests.practice_rack import resources
from tests.practice_rack.memory import MemoryRack
from tests.practice_rack.rack import Rack
from tests.unit.tasks import RackClock

KEY_CANARY = "canary-of-the-key-d2e9"
OLD_CANARY = "canary-of-the-old-env-33b0"
REGISTRY_CANARY = "canary-of-a-registry-40ab"
HOOK_CANARY = "canary-of-a-webhook-77f0"
CONFIG_CANARY = "canary-of-a-config-1d5e"
# What the racks keep in secret.
CANARIES = (OLD_CANARY, REGISTRY_CANARY, HOOK_CANARY, CONFIG_CANARY, resources.PASSWORD)
CONSOLE = "org/one"


def empty() -> MemoryRack:
    return MemoryRack(password=KEY_CANARY)


def made() -> MemoryRack:
    rack = empty()
    rack.add_app("web")
    return rack


def deployed() -> MemoryRack:
    """Two releases, the newer one runs; services web and worker."""
    rack = empty()
    deploy(rack)
    return rack


def deploy(rack: Rack) -> None:
    """App web as in ``deployed``."""
    rack.add_app("web")
    rack.add_release({"A": "0", "OLD": OLD_CANARY}, build="B1")
    rack.activate(rack.add_release({"A": "1", "TOKEN": ENV_CANARY}, build="B2").id)


def pending() -> MemoryRack:
    """A build that nobody promoted yet is the newest release."""
    rack = deployed()
    rack.add_release({"A": "1", "TOKEN": ENV_CANARY, "C": "3"}, build="B3")
    return rack


def promoting() -> MemoryRack:
    """Somebody's promote is under way."""
    rack = pending()
    rack.promote(rack.release().id)
    return rack


def doomed() -> MemoryRack:
    """The newest release does not run: the rack will put the old one back."""
    rack = pending()
    rack.fate(rack.release().id, "fail")
    rack.ill("worker", "crashed")
    return rack


def lagging() -> MemoryRack:
    rack = pending()
    rack.settings.change({"lag_seconds": 1.0})
    return rack


def updating() -> MemoryRack:
    """A v2 rack that somebody updates."""
    rack = made()
    rack.settings.change({"generation": "2", "version": "20190111211123", "late_status_seconds": 1.0})
    rack.state.itself.outputs["RegistryPassword"] = OLD_CANARY
    rack.act("PUT", "/system", {"count": "3"})
    return rack


def full() -> MemoryRack:
    """With one of everything that a rack has."""
    rack = empty()
    fill(rack)
    return rack


def fill(rack: Rack) -> None:
    """App web as in ``deployed``; processes of its own, registries, webhooks, certificates, configs, a
    budget, objects."""
    deploy(rack)
    rack.settings.change({"cost_tracking": True, "keda": True})
    rack.add_process("worker", id="worker-run1")
    rack.add_process("web", "complete", id="web-ended")
    state = rack.state
    for server in ("registry.test", "index.docker.io/v1"):
        login = {"server": server, "username": "user", "password": REGISTRY_CANARY}
        state.registries[server] = login
    url = {"Url": f"https://hooks.test/{HOOK_CANARY}"}
    kinds = {"status": "running", "type": "webhook", "url": ""}
    state.rack_resources["hook"] = {"name": "hook", "parameters": url, **kinds}
    rack.act("POST", "/certificates/generate", {"domains": "one.test"})
    rack.app().configs["settings"] = CONFIG_CANARY
    rack.act("POST", "/apps/web/budget", {"monthly-cap-usd": "10"})
    rack.act("POST", "/apps/web/objects/some/key")


def behind_a_console() -> MemoryRack:
    """The same, reached as one of its racks."""
    rack = full()
    more = {"console": CONSOLE, "machines": "org/box", "cloudflare": True, "update_seconds": 20.0}
    rack.settings.change({**more, "instance_seconds": 5.0})
    rack.state.itself.parameters["docker_hub_password"] = OLD_CANARY
    return rack


World = Callable[[], MemoryRack]
WORLDS: tuple[World, ...] = (
    empty,
    made,
    deployed,
    deployed,
    pending,
    promoting,
    doomed,
    lagging,
    full,
    full,
    behind_a_console,
    updating,
)


@dataclass
class Ran:
    """A task that was run: its answer, and all the words that left it."""

    answer: dict[str, Any]
    lines: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def said(self) -> str:
        return json.dumps([self.answer, self.lines, self.warnings], default=str, ensure_ascii=False)


def wire_of(rack: MemoryRack) -> httpx.BaseTransport:
    """What requests of the collection go over to this rack."""
    return rack.transport(lambda: seconds_left(None, httpx.ReadTimeout))


@contextmanager
def served(rack: MemoryRack, wire: httpx.BaseTransport | None = None) -> Iterator[None]:
    """The collection's runner asks this rack, and its time passes on the rack's clock."""
    transport = partial(
        Transport,
        wire=wire or wire_of(rack),
        sleep=rack.clock.sleep,
        clock=rack.clock.now,
        random=lambda: 0.5,
    )
    with (
        mock.patch.object(_runner, "_transports", {}),
        mock.patch.object(_runner, "Transport", transport),
        mock.patch.object(_runner, "Client", partial(Client, sleep=rack.clock.sleep)),
        mock.patch.object(_runner, "FrontEnd", partial(_runner.FrontEnd, clock=RackClock(rack))),
    ):
        yield


def login(rack: MemoryRack) -> dict[str, str]:
    found = {"CONVOX_HOST": rack.url, "CONVOX_PASSWORD": rack.password, "HOME": "/nonexistent"}
    return {**found, "CONVOX_RACK": rack.settings.console} if rack.settings.console else found


def _refused(noun: _options.NounClass, options: dict[str, Any]) -> Ran | None:
    """What an action plugin refuses before it takes either way."""
    try:
        check_names(options, _options.argument_spec(noun))
        check_values(options, _options.argument_spec(noun))
    except errors.ConvoxError as error:
        return Ran(failure(error, changed=False))
    return None


def in_process(
    noun: _options.NounClass, options: dict[str, Any], rack: MemoryRack, *, check: bool = False
) -> Ran:
    """Run a task as an action plugin does."""
    with served(rack):
        return in_process_here(noun, options, rack, check=check)


def in_process_here(
    noun: _options.NounClass,
    options: dict[str, Any],
    rack: MemoryRack,
    *,
    check: bool = False,
    environ: dict[str, str] | None = None,
) -> Ran:
    """The same where this rack is served already. ``environ``: another than one with its login."""
    refused = _refused(noun, options)
    if refused is not None:
        return refused
    ran = Ran({})
    front = _runner.FrontEnd(
        check_mode=check,
        diff=True,
        environ=environ or login(rack),
        progress=lambda app, text, thing="": ran.lines.append(text),
        warn=ran.warnings.append,
    )
    began = rack.clock.now()
    ran.answer = run_in_process(noun, "convox.rack.convox_x", options, front, invocation=True)
    ran.seconds = rack.clock.now() - began
    return ran


def _lenient() -> AbstractContextManager[Any]:
    """A module's Ansible reads half a letter, such as a file's name may hold; a controller's does not."""
    try:
        from ansible.module_utils._internal._json import _profiles
    except ImportError:  # before core 2.19
        return nullcontext()
    return mock.patch.object(_profiles, "_string_encoding_check_enabled", lambda: False)


def as_module(
    noun: _options.NounClass, options: dict[str, Any], rack: MemoryRack, *, check: bool = False
) -> Ran:
    """Run a task as a module does: arguments come and the answer leaves as JSON, through core's own hands."""
    refused = _refused(noun, options)
    if refused is not None:
        return refused
    given = json.dumps(
        {"ANSIBLE_MODULE_ARGS": {**options, "_ansible_diff": True, "_ansible_check_mode": check}}
    )
    out = io.StringIO()
    environ = mock.patch.dict("os.environ", login(rack))
    arguments = mock.patch.object(basic, "_ANSIBLE_ARGS", given.encode())
    profile = mock.patch.object(basic, "_ANSIBLE_PROFILE", "legacy", create=True)
    began = rack.clock.now()
    with served(rack), environ, arguments, profile, _lenient(), redirect_stdout(out), suppress(SystemExit):
        _runner.run_module(noun)
    answer = json.loads(out.getvalue().strip().splitlines()[-1])
    return Ran(answer, seconds=rack.clock.now() - began)
