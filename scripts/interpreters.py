# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Python runs which ansible-core, and where this machine has it."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

# Versions of Python on the controller, from each core's release notes.
CORES = {
    "2.16": ("3.10", "3.11", "3.12"),
    "2.17": ("3.10", "3.11", "3.12"),
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13", "3.14"),
    "2.21": ("3.12", "3.13", "3.14"),
}
SYSTEM = Path("/usr/bin")


class NoPython(Exception):
    """No interpreter of a wanted version is on this machine."""


def _candidates(version: str) -> list[Path]:
    name = f"python{version}"
    running = [Path(sys.executable)] if version == "{}.{}".format(*sys.version_info[:2]) else []
    # The system's first: distributions build theirs with all optimisations, pyenv does not unless it is told
    # to, and that is a quarter of the time of nearly everything here. But who names one gets it.
    system = [SYSTEM / name]
    found = running + system if os.environ.get("PYTHON") else system + running
    found += [Path(folder) / name for folder in os.get_exec_path()]
    root = os.environ.get("PYENV_ROOT") or (str(Path.home() / ".pyenv") if shutil.which("pyenv") else "")
    if root:
        found += sorted(Path(root).glob(f"versions/{version}.*/bin/{name}"), reverse=True)
    return found


@functools.cache
def find(version: str) -> Path | None:
    """The path of an interpreter of this version ("3.12") that can make a venv; None where there is none."""
    # A pyenv shim exists for versions that are not active and then fails: ask each one.
    ask = "import sys, venv; print('%d.%d' % sys.version_info[:2], sys.executable)"
    for path in _candidates(version):
        if not path.is_file():
            continue
        answer = subprocess.run([path, "-c", ask], capture_output=True, text=True, check=False)
        words = answer.stdout.split(maxsplit=1)
        if answer.returncode == 0 and words[0] == version:
            return Path(words[1].strip())
    return None


def _has_pip(python: Path) -> bool:
    return (
        subprocess.run([python, "-c", "import ensurepip"], capture_output=True, check=False).returncode == 0
    )


@functools.cache
def with_pip() -> Path:
    """An interpreter that can make an environment with a pip in it: the running one if it can.

    Raises NoPython where there is none.
    """
    versions = sorted({each for versions in CORES.values() for each in versions})
    for python in [Path(sys.executable), *filter(None, map(find, versions))]:
        if _has_pip(python):
            return python
    raise NoPython("no Python with ensurepip was found (Debian and Ubuntu: apt install python3-venv)")


def of_core(core: str) -> dict[str, Path | None]:
    """The Pythons of this ansible-core, oldest first, and where they are; None where there is none."""
    if core not in CORES:
        raise NoPython(f"ansible-core {core} is not one of {', '.join(CORES)}")
    return {version: find(version) for version in CORES[core]}


def for_core(core: str) -> Path:
    """The interpreter to run this ansible-core with: the running one if it may, else the oldest found."""
    found = of_core(core)
    running = "{}.{}".format(*sys.version_info[:2])
    for version in sorted(found, key=lambda version: version != running):
        path = found[version]
        if path is not None:
            return path
    raise NoPython(f"ansible-core {core} needs Python {' or '.join(CORES[core])}; none was found")


def possible() -> list[str]:
    """The cores that a Python of this machine runs, the oldest first."""
    return [core for core, versions in CORES.items() if any(map(find, versions))]


def newest() -> str:
    """The newest core that a Python of this machine runs. Raises NoPython where there is none."""
    cores = possible()
    if not cores:
        raise NoPython("no Python from 3.10 on was found that can make a virtual environment")
    return cores[-1]
