# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the blocks of one page run: a folder, a practice rack with an app, the variables that pages speak of.

The names of the pages stand for what is here: ``rack.example.com`` and ``127.0.0.1:5443`` for a practice
rack, those in ``OTHERS`` for further ones, started where a page names them. All have the password ``secret``.
"""

from __future__ import annotations

import copy
import os
import re
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.certs import make
from tests.docs.blocks import ROOT, Block, plays
from tests.practice_rack.faults import Fault
from tests.practice_rack.server import PracticeRack

ANSIBLE = Path(os.environ.get("CONVOX_TEST_ANSIBLE") or Path(sys.executable).parent)
MOST_SECONDS = 120
CANARY = "tok-5eec7ac4d0"
VAULT_PASSWORD = "of the pages"
QUICK: dict[str, Any] = {
    "password": "secret",
    "create_seconds": 0.05,
    "settle_seconds": 0.05,
    "promote_seconds": 0.2,
    "process_seconds": 0.1,
    "build_seconds": 0.2,
    "delete_seconds": 0.1,
    "revert_seconds": 4.0,
    "rollback_seconds": 0.2,
    "update_seconds": 0.2,
    "instance_seconds": 0.1,
    "cost_tracking": True,
    "resource_data": True,
    "deploy_keys": {"plain-deploy-key": None},
    # Who names the rack asks the console before it; others reach the rack itself.
    "console": "acme/production",
    "console_open": True,
    "cloudflare": True,
    "machines": "acme/box",
}
MARK, AS_IT_SHOULD = "block ", "failed as it should"


@dataclass(frozen=True)
class Other:
    """A rack that a page may name beside the usual one: settings from its start, settings and faults from
    when it has its app on. ``empty``: it never gets one."""

    start: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    empty: bool = False


BUSY = Fault(
    "status",
    method="POST",
    path="/promote$",
    times=-1,
    status=403,
    headers={"Content-Type": "application/json"},
    body='{"error":"app is currently updating"}',
)
OTHERS = {
    "new.example.com": Other(empty=True),
    "console.convox.com": Other(start={"console_open": False}),
    "tls.example.com": Other(start={"tls": True, "rack_name": "europe"}),
    "spent.example.com": Other(settings={"budget_tripped": True}),
    "untracked.example.com": Other(settings={"cost_tracking": False}),
    "slow.example.com": Other(faults=(Fault("delay", seconds=3.0, times=-1),)),
    "busy.example.com": Other(faults=(BUSY,)),
    "alone.example.com": Other(start={"console": ""}),
    "fixed.example.com": Other(settings={"instance_seconds": 0.0}),
    "nodata.example.com": Other(settings={"resource_data": False, "image_tool": False}),
}
_STRANGE = ("ANSIBLE_", "CONVOX_", "RACK_URL", "AWX_", "XDG_", "PYTHON", "SSL_CERT_", "NO_COLOR", "PYTEST_")
_CONFIG = """[defaults]
localhost_warning = false
vault_password_file = vault-password
[inventory]
inventory_unparsed_warning = false
"""


def vaulted(text: str) -> bytes:
    """The text as ansible-vault encrypts it."""
    secret: bytes = VaultLib([("default", VaultSecret(VAULT_PASSWORD.encode()))]).encrypt(text)
    return secret


class Stage:
    """A folder and a rack for one page. ``run(blocks)`` answers all that was printed."""

    def __init__(self, rack: PracticeRack, others: dict[str, PracticeRack], folder: Path) -> None:
        self.rack = rack
        self.folder = folder
        self._names = {
            "https://convox:secret@rack.example.com": f"http://convox:secret@{rack.host}",
            "http://127.0.0.1:5443": rack.url,
            "127.0.0.1:5443": rack.host,
            "rack.example.com": rack.url,
            **{name: other.url for name, other in others.items()},
        }
        self._home = folder / "home"
        self._home.mkdir()
        shutil.copytree(ROOT / "tests" / "demo" / "app", folder / "app")
        (folder / "ansible.cfg").write_text(_CONFIG, encoding="utf-8")
        (folder / "vault-password").write_text(VAULT_PASSWORD, encoding="utf-8")
        (folder / "web.env").write_text(
            "# settings\nexport LOG_LEVEL=info\nGREETING='hello'\n", encoding="utf-8"
        )
        authority = make("An authority", authority=True)
        other = make("Another authority", authority=True)
        pair = make("shop.example.org", "shop.example.org", by=authority)
        for name, text in {
            "web.pem": pair.pem,
            "web.key": pair.key,
            "chain.pem": authority.pem,
            "other.pem": other.pem,
        }.items():
            (folder / name).write_text(text, encoding="utf-8")
        (folder / "secrets.yml").write_bytes(vaulted(f"api_token: {CANARY}\n"))

    def environment(self) -> dict[str, str]:
        """A user's variables, with the rack in them."""
        env = {name: value for name, value in os.environ.items() if not name.startswith(_STRANGE)}
        return env | {
            "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
            "CONVOX_HOST": self.rack.url,
            "CONVOX_PASSWORD": self.rack.password,
            "HOME": str(self._home),
            "PATH": f"{ANSIBLE}{os.pathsep}{env.get('PATH', os.defpath)}",
        }

    def here(self, text: str) -> str:
        """The text with the names of the pages replaced by what stands here for them."""
        for name, real in self._names.items():
            text = text.replace(name, real)
        return text

    def stands_for(self, name: str, real: str) -> None:
        """From now on ``here`` replaces this name, too."""
        self._names[name] = real

    def play(self, plays: list[dict[str, Any]], name: str = "play", **more: str) -> tuple[int, str]:
        """Run plays with the vaulted secrets and more variables; exit status and all that was printed."""
        book = self.folder / f"{name}.yml"
        book.write_text(self.here(yaml.safe_dump(plays, sort_keys=False)), encoding="utf-8")
        command = [str(ANSIBLE / "ansible-playbook"), str(book), "-e", "@secrets.yml"]
        return self._run(command, self.environment() | more)

    def do(self, group: Sequence[Block]) -> dict[int, str]:
        """Run blocks that belong together: one file or sh block, or yaml blocks as one playbook. What each
        one printed, by its line. Raises AssertionError for a block that does not end as its mark says."""
        first = group[0]
        if first.kind == "file":
            path = self.folder / first.words
            path.parent.mkdir(exist_ok=True)
            path.write_text(self.here(first.text), encoding="utf-8")
            return {}
        if first.language == "sh":
            command = ["bash", "-euo", "pipefail", "-c", self.here(first.text)]
            status, output = self._run(command, self.environment())
            judge(first, output, failed=status != 0)
            return {first.line: output}
        status, output = self.play([play for block in group for play in _marked(block)], f"line{first.line}")
        if status:
            raise AssertionError(f"{first.place} and what follows ended with status {status}:\n{output}")
        texts = re.split(rf"^PLAY \[{MARK}.*$", output, flags=re.MULTILINE)[1:]
        printed = {block.line: text for block, text in zip(group, texts, strict=True)}
        for block in group:
            judge(block, printed[block.line], failed=AS_IT_SHOULD in printed[block.line])
        return printed

    def _run(self, command: Sequence[str], env: dict[str, str]) -> tuple[int, str]:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=MOST_SECONDS,
            check=False,
        )
        return done.returncode, done.stdout


def _marked(block: Block) -> list[dict[str, Any]]:
    """The plays of a yaml block behind one that marks its beginning. Tasks that have to fail are rescued, so
    that the playbook goes on."""
    found = plays(block)
    if block.kind == "fails":
        rescue = {"name": "Go on", "ansible.builtin.debug": {"msg": AS_IT_SHOULD}}
        found = [{**play, "tasks": [{"block": play["tasks"], "rescue": [rescue]}]} for play in found]
    return [{"name": f"{MARK}{block.place}", "hosts": "localhost", "gather_facts": False}, *found]


def judge(block: Block, output: str, *, failed: bool) -> None:
    """Raises AssertionError where a block did not end as it should, or did not say what it should."""
    if failed != (block.kind == "fails"):
        raise AssertionError(f"{block.place} {'failed' if failed else 'did not fail'}:\n{output}")
    said = " ".join(output.split()).replace('"', "'")
    if block.kind in ("fails", "says") and block.words not in said:
        raise AssertionError(f"{block.place} does not say {block.words!r}:\n{output}")


@contextmanager
def stage(folder: Path, *, furnished: bool, named: str = "", **settings: Any) -> Iterator[Stage]:
    """A stage for a text that is ``named``, with more settings of its racks. Furnished racks have the app
    web: two builds, the second one runs with a small env."""
    if "ansible_connection: \"'convox.rack.convox'\"" in named:
        settings = {**_real_processes(folder), **settings}
    with ExitStack() as stack:
        rack = stack.enter_context(PracticeRack(**{**QUICK, **settings}))
        others = {
            name: stack.enter_context(PracticeRack(**{**QUICK, **settings, **OTHERS[name].start}))
            for name in OTHERS
            if name in named
        }
        for each in (rack, *(other for name, other in others.items() if not OTHERS[name].empty)):
            if furnished:
                furnish(each)
        for name, other in others.items():
            other.settings.change(OTHERS[name].settings)
            other.faults.extend(copy.copy(fault) for fault in OTHERS[name].faults)
        yield Stage(rack, others, folder)


def _real_processes(folder: Path) -> dict[str, Any]:
    """The setting for processes that are real, each with the program bin/migrate in its home."""
    program = folder / "processes" / "skeleton" / "bin" / "migrate"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho bin/migrate is done\n", encoding="utf-8")
    program.chmod(0o755)
    return {"real_root": str(folder / "processes")}


def furnish(rack: PracticeRack) -> None:
    """Make the app web as somebody with the CLI would have."""
    headers = {"Rack": rack.settings.console} if rack.settings.console else {}
    trusted = ssl.create_default_context(cafile=rack.ca_path) if rack.ca_path else False
    login = ("convox", rack.password)
    with httpx.Client(base_url=rack.url, auth=login, headers=headers, verify=trusted) as client:
        client.post("/apps", data={"name": "web"}).raise_for_status()
        _until(lambda: client.get("/apps/web").json()["status"] == "running")
        for number in (1, 2):
            env = f"GREETING=hello\nLOG_LEVEL=level{number}"
            client.post("/apps/web/releases", data={"env": env}).raise_for_status()
            build = client.post("/apps/web/builds", data={"url": "http://h/web.tgz"}).json()["id"]
            _until(lambda build=build: client.get(f"/apps/web/builds/{build}").json()["status"] == "complete")
            release = client.get(f"/apps/web/builds/{build}").json()["release"]
            client.post(f"/apps/web/releases/{release}/promote").raise_for_status()
            _until(lambda: client.get("/apps/web").json()["status"] == "running")


def _until(good: Any) -> None:
    end = time.monotonic() + 10
    while not good():
        if time.monotonic() > end:
            raise AssertionError("the practice rack did not get ready")
        time.sleep(0.02)
