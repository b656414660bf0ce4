# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.demo FOLDER``: a deploy through the real ansible-playbook, on a practice rack.

The playbooks of this package are copied into FOLDER, next to a secret that is encrypted on the spot; they can
be looked at afterwards. Ends with status 1 as soon as a step does not come out as it says.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.practice_rack.server import PracticeRack

HERE = Path(__file__).resolve().parent
COPIED = ("ansible.cfg", "deploy.yml", "broken.yml")
GOOD, BAD = "commit=4f2c9e1", "commit=b3d10f6"
# Slow enough to be watched.
PACE = {"build_seconds": 2.0, "promote_seconds": 2.5, "process_seconds": 1.5, "revert_seconds": 6.0}
BOLD, DIM, PLAIN = "\033[1m", "\033[2m", "\033[0m"


class Failed(Exception):
    """A step did not come out as it should; the message says which."""


class Demo:
    """The steps of the demo, in a folder of their own. ``color``: whether the terminal shows colours."""

    def __init__(self, folder: Path, rack: PracticeRack, *, color: bool) -> None:
        self.folder = folder
        self.rack = rack
        self.color = color
        self.started = time.monotonic()
        self.step = 0

    def paint(self, text: str, *styles: str) -> str:
        return "".join(styles) + text + PLAIN if self.color else text

    def tell(self, title: str, *lines: str) -> None:
        """Say what comes next."""
        self.step += 1
        print(f"\n{self.paint(f'{self.step}. {title}', BOLD)}", flush=True)
        for line in lines:
            print(self.paint(f"   {line}", DIM), flush=True)

    def run(self, *words: str) -> str:
        """Run a program of Ansible in the folder and show what it prints, as it comes; answers the text."""
        print(f"\n{self.paint('$ ' + shlex.join(words), BOLD)}", flush=True)
        process = subprocess.Popen(
            [Path(sys.executable).parent / words[0], *words[1:]],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
        lines = []
        for line in process.stdout or ():
            lines.append(line)
            print(line, end="", flush=True)
        if process.wait():
            raise Failed(f"{words[0]} ended with status {process.returncode}")
        return "".join(lines)

    def environment(self) -> dict[str, str]:
        """What a user sets: where the rack is. The rest keeps the machine's own settings out of it."""
        env = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "PYTHONPATH")}
        return env | {
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_FORCE_COLOR": str(self.color),
            "ANSIBLE_NOCOLOR": str(not self.color),
            "CONVOX_HOST": self.rack.url,
            "CONVOX_PASSWORD": self.rack.password,
        }

    def expect(self, text: str, output: str) -> None:
        if text not in output:
            raise Failed(f"step {self.step} ({text} is missing in its output)")

    def prepare(self) -> str:
        """Lay out the folder; answers the secret that must not be seen again."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(HERE / "app", self.folder / "app")
        for name in COPIED:
            shutil.copy(HERE / name, self.folder / name)
        token = secrets.token_hex(12)
        (self.folder / "vault-password").write_text(secrets.token_hex(16), encoding="utf-8")
        (self.folder / "secrets.yml").write_text(f"api_token: {token}\n", encoding="utf-8")
        return token

    def play(self) -> None:
        """All steps, from an empty rack to a playbook that changes nothing."""
        token = self.prepare()
        seen = [self.deploy(), self.change(), self.crash(), self.again()]
        if token in "".join(seen):
            raise Failed("the secret is in the output")
        self.tell(
            f"Done, in {time.monotonic() - self.started:.0f} seconds",
            f"The secret was in no line above. Playbooks and app: {self.folder}",
            "A practice rack to try more on: make rack PORT=5443 PASSWORD=secret",
        )

    def deploy(self) -> str:
        self.tell(
            "A secret for the app, encrypted",
            f"A practice rack listens on {self.rack.url}: it answers as a real one and deploys nothing.",
        )
        self.run("ansible-vault", "encrypt", "secrets.yml")
        head = (self.folder / "secrets.yml").read_text(encoding="utf-8").splitlines()[:2]
        print("\n".join([*head, "..."]), flush=True)
        self.tell(
            "The first deploy: app, env, build, promote, scale",
            "Lines that begin with [shop] come while it happens.",
        )
        output = self.run("ansible-playbook", "deploy.yml", "-e", GOOD)
        self.expect("changed=5", output)
        return output

    def change(self) -> str:
        self.tell(
            "One variable changes", "One release, one rollout. For the other tasks there is nothing to do."
        )
        output = self.run("ansible-playbook", "deploy.yml", "-e", GOOD, "-e", "log_level=debug")
        self.expect("changed=1", output)
        return output

    def crash(self) -> str:
        self.tell(
            "A commit with a bug",
            "Its worker crashes, and the rack puts the old release back.",
            "The task says why, the play goes on.",
        )
        output = self.run("ansible-playbook", "broken.yml", "-e", BAD)
        self.expect("CrashLoopBackOff", output)
        self.expect("rescued=1", output)
        return output

    def again(self) -> str:
        self.tell("The same playbook again", "All is as it should be: nothing is written, nothing restarts.")
        before = len(self.rack.requests)
        output = self.run("ansible-playbook", "deploy.yml", "-e", GOOD, "-e", "log_level=debug")
        self.expect("changed=0", output)
        if any(request.write for request in self.rack.requests[before:]):
            raise Failed("the last run wrote to the rack")
        return output


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.demo", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--color", action="store_true", help="for a terminal that shows colours")
    given = parser.parse_args(arguments)
    with PracticeRack(password=secrets.token_hex(8), **PACE) as rack:
        try:
            Demo(given.folder.resolve(), rack, color=given.color).play()
        except Failed as problem:
            sys.exit(f"demo: {problem}")


if __name__ == "__main__":
    main()
