# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-test sanity with any core, from the package registries alone."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from scripts import environments, interpreters, sanity_results, tree
from scripts.work import Skipped, Work

# The pip that each core's ansible-test wants in an environment that it made.
_PIPS = {
    "2.16": "23.1.2",
    "2.17": "23.1.2",
    "2.18": "24.2",
    "2.19": "24.2",
    "2.20": "25.2",
    "2.21": "25.2",
}
# ansible-test fetches a script that does this from a web server, unless its cache has one of the right name.
_BOOTSTRAP = """\
import subprocess
import sys

command = [{installer!r}, "-m", "pip", "--python", sys.executable, "install", "--quiet", "pip=={pip}"]
sys.exit(subprocess.run(command).returncode)
"""


def _pythons() -> dict[str, Path]:
    versions = sorted({each for versions in interpreters.CORES.values() for each in versions})
    return {version: path for version in versions if (path := interpreters.find(version)) is not None}


def _linked(pythons: dict[str, Path]) -> Path:
    """A folder with a link `pythonX.Y` to each Python: ansible-test looks for these names on PATH."""
    folder = environments.BUILD / "pythons"
    with environments.alone(f"pythons{folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        for version, path in pythons.items():
            link = folder / f"python{version}"
            if not link.exists() or not link.samefile(path):
                link.unlink(missing_ok=True)
                link.symlink_to(path)
    return folder


def _kept(core: str) -> Path:
    """Where ansible-test keeps its environments, for all checkouts. A folder a core: it makes them without a
    lock, and two cores that run side by side would make those that they share at the same time."""
    kept = environments.CACHE / "ansible-test" / core
    pip = _PIPS[core]
    text = _BOOTSTRAP.format(installer=str(environments.installer()), pip=pip)
    with environments.alone(f"ansible-test-{core}-folder"):
        script = kept / "cache" / f"get_pip_{pip.replace('.', '_')}.py"
        script.parent.mkdir(parents=True, exist_ok=True)
        if not script.is_file() or script.read_text(encoding="utf-8") != text:
            script.write_text(text, encoding="utf-8")
        (kept / "ready").touch()
    return kept


def _home(core: str, kept: Path) -> Path:
    """A home in which ansible-test finds what it kept."""
    home = environments.home(f"home-{core}")
    link = home / ".ansible" / "test"
    with environments.alone(f"ansible-test-{core}-folder"):
        link.parent.mkdir(exist_ok=True)
        if not link.exists() or not link.samefile(kept):
            link.unlink(missing_ok=True)
            link.symlink_to(kept)
    return home


def _needs(core: str, pythons: dict[str, Path]) -> str:
    """Changes when ansible-test needs other environments."""
    pin = (environments.REQUIREMENTS / f"core-{core}.txt").read_text(encoding="utf-8")
    return hashlib.sha256(f"{pin}{pythons}".encode()).hexdigest()[:10]


@contextlib.contextmanager
def _first_alone(made: Path) -> Iterator[None]:
    """The first run of a core with its Pythons has that core's environments to itself.

    ``made`` says that there was one.
    """
    with contextlib.ExitStack() as stack:
        if not made.exists():
            stack.enter_context(environments.alone(made.parent.name))
        yield


def _variables(bin_folder: Path, root: Path, home: Path, pythons: dict[str, Path]) -> dict[str, str]:
    path = os.pathsep.join([str(bin_folder), str(_linked(pythons)), os.environ.get("PATH", os.defpath)])
    folder = str(root)
    more = {"ANSIBLE_COLLECTIONS_PATH": folder, "PYTHONPATH": folder, "HOME": str(home)}
    return environments.variables(bin_folder, PATH=path, **more)


def run(work: Work, core: str, python: Path | None = None) -> None:
    """Run every sanity test of this core, over a copy of the tree that no other run writes into."""
    python, pythons = python or interpreters.for_core(core), _pythons()
    here = environments.user(core, python)
    name = "-".join([core, *(version for version, path in pythons.items() if path == python)])
    root = environments.BUILD / "sanity" / name
    collection = root / tree.COLLECTION.relative_to(environments.BUILD)
    tree.copy(collection)
    results = collection / "tests" / "output" / "junit"
    shutil.rmtree(results, ignore_errors=True)
    kept = _kept(core)
    env = _variables(here, root, _home(core, kept), pythons)
    made = kept / f"made-{name}-{_needs(core, pythons)}"
    with _first_alone(made):
        command: list[str | Path] = [here / "ansible-test", "sanity", "--local", "--color", "no", "--junit"]
        status = work.run(command, env, collection)
    text = work.log.read_text(encoding="utf-8")
    if sanity_results.ended(text, status):
        made.touch()
    work.count.add(sanity_results.count(results, text, status))


def absent(_work: Work, version: str) -> None:
    """Stands for the run with a Python that this machine does not have. Raises Skipped."""
    raise Skipped(f"Python {version} is not here")
