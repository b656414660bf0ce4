# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-test sanity with any core, from the package registries alone."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from scripts import environments, tree
from scripts.runner import Count, Work, count_junit

# The pip that each core's ansible-test wants in an environment that it made.
_PIPS = dict(zip(environments.CORES, ["23.1.2"] * 2 + ["24.2"] * 2 + ["25.2"] * 2, strict=True))
# ansible-test fetches a script that does this from a web server, unless its cache has one of the right name.
_BOOTSTRAP = """\
import subprocess
import sys

command = [{installer!r}, "-m", "pip", "--python", sys.executable, "install", "--quiet", "pip=={pip}"]
sys.exit(subprocess.run(command).returncode)
"""
# Only the output has these.
_DISABLED = re.compile(r"^WARNING: Skipping tests disabled by default without --allow-disabled: (.+)$", re.M)
_PROGRAM = re.compile(r'^WARNING: (Required program "[^"]+" not found)', re.M)


def _home(core: str) -> Path:
    """A home in the cache, for all checkouts: ansible-test keeps its environments in it. One a core: it makes
    them without a lock, and two cores would make those that they share at the same time."""
    home = environments.home(environments.CACHE / "sanity" / core)
    script = home / ".ansible" / "test" / "cache" / f"get_pip_{_PIPS[core].replace('.', '_')}.py"
    script.parent.mkdir(parents=True, exist_ok=True)
    text = _BOOTSTRAP.format(installer=str(environments.installer()), pip=_PIPS[core])
    script.write_text(text, encoding="utf-8")
    (home / "bin").mkdir(exist_ok=True)
    # ansible-test searches PATH for these names.
    for version in environments.VERSIONS:
        link, path = home / "bin" / f"python{version}", environments.find(version)
        link.unlink(missing_ok=True)
        if path is not None:
            link.symlink_to(path)
    (home / "ready").touch()
    return home


def counted(junit: Path, output: str, status: int) -> Count:
    """The tests of a run: its JUnit files, what it printed, its exit status."""
    count = count_junit(junit.glob("*.xml"), status)
    for names in _DISABLED.findall(output):
        count.add(Count(skipped=len(names.split(", ")), notes=[f"disabled by default: {names}"]))
    count.notes += sorted({*_PROGRAM.findall(output)})
    return count


def run(work: Work, core: str, python: Path | None = None) -> None:
    """Run every sanity test of this core, over a copy of the tree that no other run writes into."""
    here = environments.user(core, python)
    root = environments.BUILD / "sanity" / work.name.replace(" ", "-")
    collection = tree.copy(root / tree.IN_BUILD)
    results = collection / "tests" / "output" / "junit"
    shutil.rmtree(results, ignore_errors=True)
    with environments.alone(core):
        home = _home(core)
        env = environments.variables(here, HOME=str(home), PYTHONPATH=str(root))
        env |= {"ANSIBLE_COLLECTIONS_PATH": str(root), "PATH": f"{here}:{home / 'bin'}:{os.environ['PATH']}"}
        words = ["sanity", "--local", "--color", "no", "--junit"]
        if python is None and core != environments.possible()[-1]:
            # Two minutes of what the newest core's have looked at: with CORE given they are run.
            words += ["--skip-test", "pylint", "--skip-test", "import"]
        status, output = work.run([here / "ansible-test", *words], env, collection)
    work.count.add(counted(results, output, status))
