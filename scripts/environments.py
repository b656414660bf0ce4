# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments in the user's cache, shared by all checkouts.

A folder's name carries a hash of the interpreter and of the requirement files, so that a changed pin makes a
new environment and an unchanged one is used again; one that nobody used for a month is removed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scripts import interpreters

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
CACHE = Path(
    os.environ.get("CONVOX_RACK_CACHE")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "convox.rack"
)
REQUIREMENTS = ROOT / "tests" / "requirements"
USUAL_CORE = "2.19"
_PINS = "constraints"
_MONTH = 30 * 24 * 3600
# Variables of the caller that would change what a test or a tool does.
_STRANGE = ("ANSIBLE_", "CONVOX_", "RACK_URL", "PYTHON", "VIRTUAL_ENV", "MAKE", "MFLAGS", "XDG_")


class InstallFailed(Exception):
    """pip could not install an environment; the message is its output."""


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Hold a lock between processes and threads: two may want the same environment at once."""
    locks = CACHE / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    with (locks / name.replace(os.sep, "-")).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _environment(name: str, python: Path, files: Sequence[str], pins: str, pip: Path | None) -> Path:
    """The bin folder of an environment; it is filled by the Python ``pip``, else by its own."""
    paths = [REQUIREMENTS / f"{file}.txt" for file in (*files, pins)]
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
                raise InstallFailed(f"environment {folder.name}: {short or output[-2000:]}")
        ready.touch()
    return folder / "bin"


def installer() -> Path:
    """A Python whose pip installs into other environments: to give each one its own takes longer than to fill
    it, and the Pythons of some distributions have none to give."""
    python = interpreters.with_pip()
    return _environment("installer", python, ["installer"], _PINS, None) / "python"


def make(
    name: str, files: Sequence[str], core: str = USUAL_CORE, python: Path | None = None, pins: str = _PINS
) -> Path:
    """The bin folder of the environment with these requirement files and this core; it is made once."""
    python = python or interpreters.for_core(core)
    return _environment(name, python, [*files, f"core-{core}"], pins, installer())


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
        # Looked at before the lock: whoever makes one now may hold it for minutes.
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
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_STRANGE)}
    kept["PATH"] = f"{bin_folder}{os.pathsep}{kept.get('PATH', os.defpath)}"
    kept["HOME"] = str(home())
    kept["NO_COLOR"] = "1"
    kept["ANSIBLE_COLLECTIONS_PATH"] = str(BUILD)
    kept["PYTHONPATH"] = str(BUILD)
    return {**kept, **more}
