# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventory files of the collection, and what ansible-inventory says of them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.integration.harness import ANSIBLE, Harness
from tests.practice_rack.server import PracticeRack

KEY = "canary-of-the-inventory"
SERVICES = {"web": {"image": "i", "port": 3000}, "worker": {"image": "i"}}
NOWHERE = {"host": "http://127.0.0.1:9", "api_key": KEY, "max_retries": 0}


@dataclass
class Said:
    """What ansible-inventory said."""

    status: int
    output: str
    errors: str

    @property
    def hosts(self) -> dict[str, dict[str, Any]]:
        assert self.status == 0, self.errors
        found: dict[str, dict[str, Any]] = json.loads(self.output)["_meta"]["hostvars"]
        return found

    @property
    def groups(self) -> dict[str, list[str]]:
        found = json.loads(self.output)
        return {name: sorted(each.get("hosts", ())) for name, each in found.items() if name != "_meta"}


def furnished(rack: PracticeRack) -> PracticeRack:
    """The apps api, which is being updated, and web; each with two services."""
    for name in ("api", "web"):
        rack.add_app(name, services=SERVICES)
    rack.busy("api")
    return rack


def write(harness: Harness, config: Mapping[str, Any] | str, name: str = "fleet.convox.yml") -> Path:
    path = harness.folder / name
    text = config if isinstance(config, str) else yaml.safe_dump({"plugin": "convox.rack.convox", **config})
    path.write_text(text, encoding="utf-8")
    return path


def ask(harness: Harness, config: Mapping[str, Any], env: Mapping[str, str | None] | None = None) -> Said:
    """``ansible-inventory --list -vvvv`` of a file: nothing that it says holds a key."""
    command = [str(ANSIBLE / "ansible-inventory"), "-i", str(write(harness, config)), "--list", "-vvvv"]
    strict = {
        "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
        "ANSIBLE_INVENTORY_ENABLED": "convox.rack.convox",
    }
    done = subprocess.run(
        command,
        env=harness.environment("short", {**strict, **(env or {})}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert KEY not in done.stdout + done.stderr
    output = done.stdout[done.stdout.find("\n{") + 1 :]
    return Said(done.returncode, output, " ".join((done.stdout + done.stderr).split()))
