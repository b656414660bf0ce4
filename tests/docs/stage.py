# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the blocks of one page run: a folder, a practice rack with an app, the variables that pages speak of.

The names of the pages stand for what is here: ``rack.example.com`` and ``127.0.0.1:5443`` for a practice
rack, those in ``OTHERS`` for further ones, started where a page names them. All have the password ``secret``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.docs.blocks import ROOT, Block, plays
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
}
CONSOLE = "acme/production"
# Racks that a page may name beside the usual one, and how they differ from it.
OTHERS: dict[str, dict[str, Any]] = {
    "console.convox.com": {"console": CONSOLE},
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

    def do(self, group: Sequence[Block]) -> str:
        """Run blocks that belong together: one sh block, or yaml blocks as one playbook."""
        place = group[0].place
        if group[0].kind == "file":
            (self.folder / group[0].words).write_text(self.here(group[0].text), encoding="utf-8")
            return ""
        if group[0].language == "sh":
            command = ["bash", "-euo", "pipefail", "-c", self.here(group[0].text)]
            status, output = self._run(command, self.environment())
        else:
            found = [play for block in group for play in plays(block)]
            status, output = self.play(found, place.replace(":", "-"))
        if (status != 0) != (group[0].kind == "fails"):
            raise AssertionError(f"{place} ended with status {status}:\n{output}")
        said = " ".join(output.split()).replace('"', "'")
        if group[0].kind in ("fails", "says") and group[0].words not in said:
            raise AssertionError(f"{place} does not say {group[0].words!r}:\n{output}")
        return output

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


@contextmanager
def stage(folder: Path, *, furnished: bool, named: str = "", **settings: Any) -> Iterator[Stage]:
    """A stage for a text that is ``named``, with more settings of its racks. Furnished racks have the app
    web: two builds, the second one runs with a small env."""
    with ExitStack() as stack:
        rack = stack.enter_context(PracticeRack(**{**QUICK, **settings}))
        others = {
            name: stack.enter_context(PracticeRack(**{**QUICK, **settings, **more}))
            for name, more in OTHERS.items()
            if name in named
        }
        for each in (rack, *others.values()):
            if furnished:
                furnish(each)
        yield Stage(rack, others, folder)


def furnish(rack: PracticeRack) -> None:
    """Make the app web as somebody with the CLI would have."""
    headers = {"Rack": rack.settings.console} if rack.settings.console else {}
    with httpx.Client(base_url=rack.url, auth=("convox", rack.password), headers=headers) as client:
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
