# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""``targets/NOUN/cases.yml``: what is tried of each noun besides its playbook.

Its keys, each of which may be left out:

* ``warnings``: what the warnings begin with that the playbook, main.yml, has to give. No other is allowed.
* ``prepare``: requests that bring the rack into the state that the noun's cases need, ``METHOD /path`` to
  form fields. They come after what every rack of cases has: see ``furnish``.
* ``bad_input`` (run by test_bad_input.py): what a user may get wrong, and what the failure has to say.
  ``says``: texts in the message. ``error``: the class, ConvoxOptionError unless another is named, null where
  core itself refuses. ``status``: of the rack's answer. ``asks: true``: only the rack can know, so it is
  asked; a ``status`` says so, too. ``writes: true``: the request that it refuses would write. The text
  ``canary`` stands for a secret: it must not come out again.
* ``check_mode`` (test_check_mode.py): tasks on a rack that refuses every write. Check mode says that each
  would change something, and what; with ``changed: false`` that it would not. Those that change something
  are done for real, too, with a fault at each of their requests (tests/model/test_every_fault.py).
* ``requests`` (test_requests.py): tasks that find everything as they want it, and the most requests that one
  may cost, ``most``.
* ``examples`` (tests/docs/test_plugin_pages.py): what runs around the EXAMPLES of the plugin, on a rack with
  the settings ``rack`` where the app web runs: ``before``, what they take for granted; ``after``, what shows
  the results that no example has, failures above all. Each task of the collection runs in check mode first. A
  task with ``ignore_errors`` is there to fail, for the page documents what a failure returns.

A case has a ``name`` that no other has, and ``options`` of the noun's module; a target that is no module's
has a whole ``task`` instead. Both are templates as in a playbook, with the variables ``old``, ``active`` and
``staged`` (ids of releases of the app web; of ``requests`` only ``active``) and in ``bad_input`` ``sources``
(a folder of what cannot be built, see test_bad_input.py). ``environment`` is as in a task.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import yaml

from tests.integration.harness import TARGETS, Run, Task
from tests.integration.prepare import Preparer
from tests.practice_rack.exchange import Record
from tests.practice_rack.rack import Rack

# What the racks of cases and targets are besides: behind a console, which is asked for those who name the
# rack; others reach the rack itself.
CONSOLE: dict[str, Any] = {
    "console": "acme/production",
    "console_open": True,
    "cloudflare": True,
    "instance_seconds": 0.1,
    "machines": "acme/box",
    "update_seconds": 0.2,
}
_KEYS = {"warnings", "prepare", "bad_input", "check_mode", "requests", "examples"}


@dataclass(frozen=True)
class Case:
    """What every case has. ``target``: the folder it stands in."""

    target: str
    name: str
    options: dict[str, Any] = field(default_factory=dict)
    task: dict[str, Any] | None = None
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def actor(self) -> str:
        """The name under which its requests come; those of a lookup come without one."""
        return self.name.replace(" ", "-")

    def as_task(self, **keywords: Any) -> Task:
        """The task, which names itself to the rack, so that its requests can be told from those of others."""
        what = self.task or {f"convox.rack.convox_{self.target}": self.options}
        environment = {"CONVOX_ACTOR": self.actor, **self.environment}
        return {"name": self.name, **what, "environment": environment, **keywords}

    def requests(self, run: Run) -> list[Record]:
        """Its requests among those of a run."""
        default = "" if self.task is None else self.actor
        return [each for each in run.requests if each.headers.get("convox-actor", default) == self.actor]


@dataclass(frozen=True)
class Bad(Case):
    """A case of ``bad_input``."""

    says: Sequence[str] = ()
    error: str | None = "ConvoxOptionError"
    status: int | None = None
    asks: bool = False
    writes: bool = False

    @property
    def asked(self) -> bool:
        """Whether the rack is asked before the mistake can be known."""
        return self.asks or self.status is not None


@dataclass(frozen=True)
class Checked(Case):
    """A case of ``check_mode``."""

    changed: bool = True


@dataclass(frozen=True)
class Budget(Case):
    """A case of ``requests``."""

    most: int = 0


C = TypeVar("C", bound=Case)


def targets() -> list[str]:
    """The folders that hold a playbook; of them CONVOX_TEST_TARGET alone, where that is set."""
    only = os.environ.get("CONVOX_TEST_TARGET") or "*"
    return sorted(path.parent.name for path in TARGETS.glob(f"{only}/main.yml"))


def read(target: str) -> dict[str, Any]:
    """The cases.yml of a target, empty where there is none. Raises ValueError for a key that nobody reads."""
    path = TARGETS / target / "cases.yml"
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if set(found) - _KEYS:
        raise ValueError(f"nobody reads {sorted(set(found) - _KEYS)} in {path}")
    return found


def cases(section: str, kind: type[C]) -> dict[str, C]:
    """The cases of all targets by their names. Raises ValueError for a name that two have, TypeError for a
    key that such a case does not have."""
    found: dict[str, C] = {}
    for target in targets():
        for values in read(target).get(section, ()):
            case = kind(target, **values)
            if case.name in found:
                raise ValueError(f"two cases of {section} are called {case.name}")
            found[case.name] = case
    return found


def bad_input() -> dict[str, Bad]:
    return cases("bad_input", Bad)


def check_mode() -> dict[str, Checked]:
    return cases("check_mode", Checked)


def requests() -> dict[str, Budget]:
    return cases("requests", Budget)


def furnish(rack: Rack, preparer: Preparer | None = None) -> dict[str, str]:
    """What cases find: the app web with an old, an active and a staged release, whose ids this gives; the
    apps bare (a release without a build), empty (no release) and locked; and what the targets prepare. The
    rack's log is empty again. ``preparer``: of a rack that is asked otherwise than over a socket."""
    preparer = preparer or Preparer(rack)
    old = preparer.deployed()
    active = preparer.release(env="A=2")
    preparer.promote(active)
    staged = preparer.release(env="A=4")
    preparer.app("bare")
    preparer.release("bare", env="A=1")
    preparer.app("empty")
    preparer.app("locked", lock="true")
    prepare(preparer)
    rack.requests.clear()
    return {"old": old, "active": active, "staged": staged}


def prepare(preparer: Preparer) -> None:
    """What the targets prepare."""
    for target in targets():
        for request, form in read(target).get("prepare", {}).items():
            method, path = request.split()
            preparer.ask(method, path, data=form)
