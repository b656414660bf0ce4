# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Python runs which ansible-core, and where this machine has it."""

from __future__ import annotations

import functools
import os
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
VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
RUNNING = "{}.{}".format(*sys.version_info[:2])
SYSTEM = Path("/usr/bin")


class NoPython(Exception):
    """No interpreter of a wanted version is on this machine."""


def _candidates(version: str) -> list[Path]:
    name = f"python{version}"
    running = [Path(sys.executable)] * (version == RUNNING)
    # The system's first: distributions build theirs with all optimisations, pyenv does not unless it is told
    # to, and that is a quarter of the time of nearly everything here. But who names one gets it.
    found = [*running, SYSTEM / name] if os.environ.get("PYTHON") else [SYSTEM / name, *running]
    found += [Path(folder) / name for folder in os.get_exec_path()]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    return found + sorted(pyenv.glob(f"versions/{version}.*/bin/{name}"), reverse=True)


@functools.cache
def find(version: str) -> Path | None:
    """The path of an interpreter of this version ("3.12") that can make a venv; None where there is none."""
    # A pyenv shim exists for versions that are not active and then fails: ask each one.
    ask = "import sys, venv; print('%d.%d' % sys.version_info[:2], sys.executable)"
    for path in filter(Path.is_file, _candidates(version)):
        answer = subprocess.run([path, "-c", ask], capture_output=True, text=True, check=False)
        found, _space, executable = answer.stdout.strip().partition(" ")
        if answer.returncode == 0 and found == version:
            return Path(executable)
    return None


@functools.cache
def with_pip() -> Path:
    """An interpreter that can make an environment with a pip in it: the running one if it can."""
    for python in filter(None, [Path(sys.executable), *map(find, VERSIONS)]):
        tried = subprocess.run([python, "-c", "import ensurepip"], capture_output=True, check=False)
        if tried.returncode == 0:
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
    python = found.get(RUNNING) or next(filter(None, found.values()), None)
    if python is None:
        raise NoPython(f"ansible-core {core} needs Python {' or '.join(CORES[core])}; none was found")
    return python


def possible() -> list[str]:
    """The cores that a Python of this machine runs, the oldest first. Raises NoPython where there is none."""
    cores = [core for core, versions in CORES.items() if any(map(find, versions))]
    if not cores:
        raise NoPython("no Python from 3.10 on was found that can make a virtual environment")
    return cores
