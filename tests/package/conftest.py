# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tarball that users get, and what runs the tools that take it.

``CONVOX_TEST_ANSIBLE`` is the bin folder of these tools; ``RELEASE_TARBALL`` is the tarball of a release.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(os.environ.get("CONVOX_TEST_ANSIBLE") or Path(sys.executable).parent)
# What tools and editors leave in a checkout: laid into the folder that is built from.
LEFTOVERS = (
    ".ansible/tmp/x",
    ".coverage",
    ".pytest_cache/x",
    "build/x.json",
    "changelogs/.plugin-cache.yaml",
    "collections/x",
    "convox-rack-0.9.0.tar.gz",
    "docs/.DS_Store",
    "importer_result.json",
    "plugins/module_utils/__pycache__/x.cpython-311.pyc",
    "plugins/modules/convox_app.py.orig",
    "tests/output/x.json",
)

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


def variables(**more: str) -> dict[str, str]:
    """The variables of a user who has these tools and no collection yet."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "PYTHON"))}
    return {**kept, "PATH": f"{TOOLS}{os.pathsep}{kept['PATH']}", **more}


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a tool to its end in a folder that has nothing of ours; keywords are variables."""
    folder = tmp_path_factory.mktemp("anywhere")

    def tool(*words: str | Path, cwd: Path = folder, **more: str) -> Done:
        command = [TOOLS / words[0], *words[1:]]
        env = variables(**more)
        return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)

    return tool


@pytest.fixture(scope="session")
def tarball(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of the project with leftovers in it; in a release, the one that it will be."""
    if given := os.environ.get("RELEASE_TARBALL"):
        return Path(given)
    folder = tmp_path_factory.mktemp("built")
    shutil.copytree(ROOT, folder / "stage", ignore=shutil.ignore_patterns(".git", ".hypothesis"))
    for name in LEFTOVERS:
        (folder / "stage" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "stage" / name).write_text("left over\n", encoding="utf-8")
    done = run("ansible-galaxy", "collection", "build", folder / "stage", "--output-path", folder)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("convox-rack-*.tar.gz")
    return built


@pytest.fixture(scope="session")
def installed(run: Run, tarball: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the tarball is installed, alone and without asking any server."""
    folder = tmp_path_factory.mktemp("installed")
    words = ("collection", "install", "--offline", tarball, "-p", folder)
    done = run("ansible-galaxy", *words, ANSIBLE_COLLECTIONS_PATH=str(folder))
    assert done.returncode == 0, done.stderr
    return folder
