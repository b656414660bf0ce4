# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Python runs which ansible-core, and virtual environments in the user's cache, for all checkouts.

A folder's name carries a hash of the interpreter and of the requirement files, so that a changed pin makes a
new environment and an unchanged one is used again; one that nobody used for a month is removed.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
CACHE = Path(
    os.environ.get("CONVOX_RACK_CACHE")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "convox.rack"
)
REQUIREMENTS = ROOT / "tests" / "requirements"
# Versions of Python on the controller, from each core's release notes.
CORES = {
    "2.16": ("3.10", "3.11", "3.12"),
    "2.17": ("3.10", "3.11", "3.12"),
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13", "3.14"),
    "2.21": ("3.12", "3.13", "3.14"),
}
USUAL_CORE = "2.19"
VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
RUNNING = "{}.{}".format(*sys.version_info[:2])
SYSTEM = Path("/usr/bin")
_PINS = "constraints"
_MONTH = 30 * 24 * 3600
# Variables of the caller that would change what a test or a tool does.
_STRANGE = ("ANSIBLE_", "CONVOX_", "RACK_URL", "PYTHON", "VIRTUAL_ENV", "MAKE", "MFLAGS", "XDG_")


class Unavailable(Exception):
    """This machine has no such Python, or cannot install an environment; the message says why."""


@functools.cache
def find(version: str) -> Path | None:
    """The path of an interpreter of this version ("3.12") that can make a venv; None where there is none."""
    name, pyenv = f"python{version}", Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    # The system's first: distributions build theirs with all optimisations, which pyenv does only if asked,
    # and that is a quarter of the time of nearly everything here. But who names one gets it.
    paths = [SYSTEM / name, *[Path(sys.executable)] * (version == RUNNING)]
    if os.environ.get("PYTHON"):
        paths.reverse()
    paths += [Path(folder) / name for folder in os.get_exec_path()]
    paths += sorted(pyenv.glob(f"versions/{version}.*/bin/{name}"), reverse=True)
    # A pyenv shim exists for versions that are not active and then fails: ask each one.
    ask = "import sys, venv; print('%d.%d' % sys.version_info[:2], sys.executable)"
    for path in filter(Path.is_file, paths):
        answer = subprocess.run([path, "-c", ask], capture_output=True, text=True, check=False)
        found, _space, executable = answer.stdout.strip().partition(" ")
        if answer.returncode == 0 and found == version:
            return Path(executable)
    return None


def of_core(core: str) -> dict[str, Path | None]:
    """The Pythons of this ansible-core, oldest first, and where they are; None where there is none."""
    if core not in CORES:
        raise Unavailable(f"ansible-core {core} is not one of {', '.join(CORES)}")
    return {version: find(version) for version in CORES[core]}


def for_core(core: str) -> Path:
    """The interpreter to run this ansible-core with: the running one if it may, else the oldest found."""
    found = of_core(core)
    python = found.get(RUNNING) or next(filter(None, found.values()), None)
    if python is None:
        raise Unavailable(f"ansible-core {core} needs Python {' or '.join(CORES[core])}; none was found")
    return python


def possible() -> list[str]:
    """The cores that a Python of this machine runs, oldest first. Raises Unavailable where there is none."""
    cores = [core for core, versions in CORES.items() if any(map(find, versions))]
    if not cores:
        raise Unavailable("no Python from 3.10 on was found that can make a virtual environment")
    return cores


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Hold a lock between processes and threads: two may want the same environment at once."""
    locks = CACHE / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    with (locks / name.replace(os.sep, "-")).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def make(
    name: str, files: Sequence[str], core: str = USUAL_CORE, python: Path | None = None, pins: str = _PINS
) -> Path:
    """The bin folder of the environment with these requirement files and this core; it is made once. That of
    no core ("") has a pip of its own, the others are filled from outside. Raises Unavailable."""
    python, pip = python or for_core(core), installer() if core else None
    paths = [REQUIREMENTS / f"{file}.txt" for file in (*files, *[f"core-{core}"] * bool(core), pins)]
    text = "".join(path.read_text(encoding="utf-8") for path in paths)
    key = hashlib.sha256(f"{python}\n{text}".encode()).hexdigest()[:10]
    folder = CACHE / "venvs" / f"{name}-{key}"
    inside, ready = folder / "bin" / "python", folder / "ready"
    venv = [python, "-m", "venv", "--clear", *(["--without-pip"] if pip else []), folder]
    install = [pip or inside, "-m", "pip", *([f"--python={inside}"] if pip else []), "install", "--quiet"]
    # Python compiles what is imported, when it is: a fraction of what is installed.
    install += ["--disable-pip-version-check", "--no-compile", f"--constraint={paths[-1]}"]
    install += [f"--requirement={path}" for path in paths[:-1]]
    with alone(folder.name):
        for command in () if ready.exists() and inside.exists() else (venv, install):
            done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
            if done.returncode:
                # pip may list every version there ever was in one line.
                output = done.stdout + done.stderr
                short = "\n".join(line[:400] for line in output.splitlines() if "ERROR" in line)
                raise Unavailable(f"environment {folder.name}: {short or output[-2000:]}")
        ready.touch()
    return folder / "bin"


@functools.cache
def with_pip() -> Path:
    """An interpreter that can make an environment with a pip in it: the running one if it can."""
    for python in filter(None, [Path(sys.executable), *map(find, VERSIONS)]):
        tried = subprocess.run([python, "-c", "import ensurepip"], capture_output=True, check=False)
        if tried.returncode == 0:
            return python
    raise Unavailable("no Python with ensurepip was found (Debian and Ubuntu: apt install python3-venv)")


def installer() -> Path:
    """A Python whose pip installs into other environments: to give each one its own takes longer than to fill
    it, and the Pythons of some distributions have none to give."""
    return make("installer", ["installer"], "", with_pip()) / "python"


def development(core: str = USUAL_CORE, python: Path | None = None) -> Path:
    """Where pytest, the practice rack and this ansible-core are."""
    return make(f"development-{core}", ["development", "libraries"], core, python)


def user(core: str, python: Path | None = None) -> Path:
    """What a user has: this ansible-core and the libraries of requirements.txt, nothing else."""
    return make(f"core-{core}", ["libraries"], core, python)


def tools(name: str, *more: str) -> Path:
    """An environment of checking tools, beside the usual ansible-core: lint, docs and the like."""
    return make(name, [name, *more, "libraries"])


def forget_old() -> None:
    """Remove the environments that were not used for a month."""
    long_ago = time.time() - _MONTH
    for ready in CACHE.glob("*/*/ready"):
        # Asked before the lock, too: whoever makes one now may hold it for minutes.
        if ready.stat().st_mtime < long_ago:
            with alone(ready.parent.name):
                if ready.exists() and ready.stat().st_mtime < long_ago:
                    shutil.rmtree(ready.parent)


def home(made: Path = BUILD / "home") -> Path:
    """A home of our own: tools may fill it with caches, and no test meets the credentials of the real one."""
    with alone(f"home{made}"):
        # ansible-test calls pip, which must go on finding its settings.
        for settings in (".config/pip", ".pip"):
            real, link = Path.home() / settings, made / settings
            link.parent.mkdir(parents=True, exist_ok=True)
            if real.is_dir() and not link.is_symlink():
                link.symlink_to(real)
    return made


def variables(bin_folder: Path, **more: str) -> dict[str, str]:
    """The variables for a command of that environment, free of the caller's Ansible and Convox settings."""
    ours = {
        "PATH": f"{bin_folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "HOME": str(home()),
        "NO_COLOR": "1",
        **dict.fromkeys(("ANSIBLE_COLLECTIONS_PATH", "PYTHONPATH"), str(BUILD)),
    }
    return {name: value for name, value in os.environ.items() if not name.startswith(_STRANGE)} | ours | more
