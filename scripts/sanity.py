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

# ansible-test fetches this script from a web server before it makes an environment, unless its cache has one
# of the right name. Python brings a pip of its own, which then installs the rest from the registries.
_BOOTSTRAP = "import ensurepip\n\nensurepip.bootstrap(upgrade=True)\n"
_BOOTSTRAP_NAMES = {
    "2.16": "get_pip_23_1_2.py",
    "2.17": "get_pip_23_1_2.py",
    "2.18": "get_pip_24_2.py",
    "2.19": "get_pip_24_2.py",
    "2.20": "get_pip_25_2.py",
    "2.21": "get_pip_25_2.py",
}


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


def _bootstrap(cache: Path, core: str) -> None:
    script = cache / _BOOTSTRAP_NAMES[core]
    with environments.alone("ansible-test-bootstrap"):
        cache.mkdir(parents=True, exist_ok=True)
        if not script.is_file() or script.read_text(encoding="utf-8") != _BOOTSTRAP:
            script.write_text(_BOOTSTRAP, encoding="utf-8")


def _needs(core: str, pythons: dict[str, Path]) -> str:
    """Changes when ansible-test needs other environments."""
    pin = (environments.REQUIREMENTS / f"core-{core}.txt").read_text(encoding="utf-8")
    return hashlib.sha256(f"{pin}{pythons}".encode()).hexdigest()[:10]


@contextlib.contextmanager
def _first_alone(made: Path) -> Iterator[None]:
    """ansible-test makes its environments without a lock, and cores share some: the first run with a core and
    its Pythons has them to itself. ``made`` says that there was one."""
    with contextlib.ExitStack() as stack:
        if not made.exists():
            stack.enter_context(environments.alone("ansible-test"))
        yield


def _variables(bin_folder: Path, root: Path, pythons: dict[str, Path]) -> dict[str, str]:
    path = os.pathsep.join([str(bin_folder), str(_linked(pythons)), os.environ.get("PATH", os.defpath)])
    folder = str(root)
    return environments.variables(bin_folder, PATH=path, ANSIBLE_COLLECTIONS_PATH=folder, PYTHONPATH=folder)


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
    env = _variables(here, root, pythons)
    kept = Path(env["HOME"]) / ".ansible" / "test"
    _bootstrap(kept / "cache", core)
    made = kept / "venv" / f"made-{name}-{_needs(core, pythons)}"
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
