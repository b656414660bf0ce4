# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of the collection that an example is tried on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.docs.blocks import ROOT


class Copy:
    """A copy of the collection below a folder, where Ansible finds it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "ansible_collections" / "convox" / "rack"
        caches = shutil.ignore_patterns(".git", "__pycache__", ".hypothesis")
        shutil.copytree(
            ROOT,
            self.root,
            ignore=lambda at, names: {*caches(at, names), *["build"] * (Path(at) == ROOT)},
        )
        subprocess.run(["git", "init", "--quiet"], cwd=self.root, check=True)

    def apply(self, patch: str, named: str) -> None:
        """Apply a patch. Raises AssertionError, which says where it is ``named``, if it does not fit."""
        done = self._run(["git", "apply", "-"], patch)
        if done.returncode:
            raise AssertionError(f"bring {named} up to date:\n{done.stderr}")

    def derive(self, *words: str) -> tuple[int, list[str]]:
        """What ``make format`` and, with --check, ``make lint`` do: exit status, lines."""
        done = self._run([sys.executable, "-m", "scripts.derive", *words])
        return done.returncode, (done.stdout + done.stderr).splitlines()

    def passes(self, *words: str) -> int:
        """Run tests of the copy; how many passed. Raises AssertionError where one did not."""
        done = self._run(
            [sys.executable, "-m", "pytest", "-q", f"--basetemp={self.folder / 'pytest'}", *words]
        )
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)
        return int(re.findall(r"(\d+) passed", done.stdout)[-1])

    def _run(self, command: list[str], text: str = "") -> subprocess.CompletedProcess[str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        env |= {"ANSIBLE_COLLECTIONS_PATH": str(self.folder), "PYTHONPATH": str(self.folder)}
        return subprocess.run(
            command, input=text, cwd=self.root, env=env, capture_output=True, text=True, check=False
        )
