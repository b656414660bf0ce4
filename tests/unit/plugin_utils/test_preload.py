# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is imported when: all of it in the parent of a play, little of it as a module."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit import rooms

ROOT = Path(__file__).resolve().parents[3]
OURS = "ansible_collections.convox.rack.plugins"
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("convox_*.py"))
# A noun imports its own files, its resources, and what all modules share: so many files at most. One more
# noun changes none of these.
MOST = 46


def imported_by(name: str) -> set[str]:
    """Our files that a fresh Python has loaded after it imported this one."""
    code = (
        f"import json, sys, {OURS}.{name}\n"
        "print(json.dumps([n for n, m in sys.modules.items() if getattr(m, '__file__', None)]))"
    )
    environ = {**os.environ, "PYTHONPATH": str(ROOT.parents[2]), "ANSIBLE_COLLECTIONS_PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    return {name.removeprefix(f"{OURS}.") for name in json.loads(done.stdout) if name.startswith(OURS)}


def needed_by(module: str) -> set[str]:
    """Our files that a module may import at any time, in functions too."""
    found: set[str] = set()
    todo = [f"modules.{module}"]
    while todo:
        name = todo.pop()
        path = (ROOT / "plugins" / name.replace(".", "/")).with_suffix(".py")
        if name in found or not path.is_file():
            continue
        found.add(name)
        for each in rooms.imports(path.read_text(encoding="utf-8")):
            inside = each.removeprefix(f"{OURS}.")
            todo += [inside, inside.rpartition(".")[0]] if each.startswith(OURS) else []
    return found - {f"modules.{module}"}


@pytest.mark.parametrize("module", MODULES)
def test_a_worker_finds_all_that_its_task_may_need_loaded(module: str) -> None:
    assert needed_by(module) - imported_by(f"action.{module}") == set()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_its_own_noun_and_little_else(module: str) -> None:
    loaded = imported_by(f"modules.{module}")
    nouns = {name.split(".")[2] for name in loaded if name.startswith("module_utils._modules.")}
    files = {name for name in loaded if (ROOT / "plugins" / f"{name.replace('.', '/')}.py").is_file()}
    assert nouns - {""} == {module.removeprefix("convox_")}
    assert len(files) <= MOST, sorted(files)
