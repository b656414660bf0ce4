# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Virtual environments, made once for each set of pinned requirements and shared by all checkouts.

They lie in the user's cache (`CONVOX_RACK_CACHE` names another folder). A folder's name carries a hash of
the interpreter and of the requirement files, so that a changed pin makes a new environment and an unchanged
one is used again; one that nobody used for a month is removed.
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
_CONSTRAINTS = "constraints"
_MONTH = 30 * 24 * 3600
# Variables of the caller that would change what a test or a tool does.
_STRANGE = ("ANSIBLE_", "CONVOX_", "RACK_URL", "PYTHON", "VIRTUAL_ENV", "MAKE", "MFLAGS", "XDG_")


def _short(output: str) -> str:
    """What pip complained about; it may list every version there ever was in one line."""
    return "\n".join(line[:400] for line in output.splitlines() if "ERROR" in line) or output[-2000:]


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


def _lines(files: Sequence[str]) -> str:
    return "".join((REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8") for name in files)


def _folder(name: str, python: Path, files: Sequence[str], constraints: str) -> Path:
    key = hashlib.sha256(f"{python}\n{_lines([*files, constraints])}".encode()).hexdigest()[:10]
    return CACHE / "venvs" / f"{name}-{key}"


def _fill(folder: Path, commands: Sequence[Sequence[str | Path]]) -> Path:
    """Make the environment in a folder by these commands unless it is ready; answers its bin folder."""
    ready = folder / "ready"
    with alone(folder.name):
        if not (ready.exists() and (folder / "bin" / "python").exists()):
            for command in commands:
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                if done.returncode:
                    raise InstallFailed(f"environment {folder.name}: {_short(done.stdout + done.stderr)}")
        ready.touch()
    return folder / "bin"


def _requirements(files: Sequence[str], constraints: str) -> list[str | Path]:
    options: list[str | Path] = ["--quiet", "--disable-pip-version-check"]
    # Python compiles what is imported, when it is: a fraction of what is installed.
    options += ["--no-compile", "--constraint", REQUIREMENTS / f"{constraints}.txt"]
    for file in files:
        options += ["--requirement", REQUIREMENTS / f"{file}.txt"]
    return options


def installer() -> Path:
    """A Python whose pip installs into other environments: to give each one its own takes longer than to fill
    it, and the Pythons of some distributions have none to give."""
    python = interpreters.with_pip()
    folder = _folder("installer", python, ["installer"], _CONSTRAINTS)
    words = _requirements(["installer"], _CONSTRAINTS)
    pip = [folder / "bin" / "python", "-m", "pip", "install", *words]
    return _fill(folder, [[python, "-m", "venv", "--clear", folder], pip]) / "python"


def make(name: str, python: Path, files: Sequence[str], constraints: str = _CONSTRAINTS) -> Path:
    """The bin folder of the environment with these requirement files; it is made if it is not there yet."""
    folder = _folder(name, python, files, constraints)
    words = _requirements(files, constraints)
    pip = [installer(), "-m", "pip", "--python", folder / "bin" / "python", "install", *words]
    return _fill(folder, [[python, "-m", "venv", "--clear", "--without-pip", folder], pip])


def _is_old(ready: Path) -> bool:
    return ready.stat().st_mtime < time.time() - _MONTH


def forget_old() -> None:
    """Remove the environments that were not used for a month."""
    for ready in [*CACHE.glob("venvs/*/ready"), *CACHE.glob("ansible-test/*/ready")]:
        # Looked at before the lock: whoever makes one now may hold it for minutes.
        if not _is_old(ready):
            continue
        with alone(ready.parent.name):
            if ready.exists() and _is_old(ready):
                shutil.rmtree(ready.parent)


def development(core: str = USUAL_CORE, python: Path | None = None) -> Path:
    """Where pytest, the practice rack and this ansible-core are."""
    python = python or interpreters.for_core(core)
    return make(f"development-{core}", python, ["development", "libraries", f"core-{core}"])


def user(core: str, python: Path | None = None) -> Path:
    """What a user has: this ansible-core and the libraries of requirements.txt, nothing else."""
    return make(f"core-{core}", python or interpreters.for_core(core), ["libraries", f"core-{core}"])


def oldest(core: str) -> Path:
    """The oldest libraries that the collection accepts, with pytest and the practice rack."""
    python = interpreters.for_core(core)
    return make(f"oldest-{core}", python, ["development", "libraries-oldest", f"core-{core}"])


def oldest_user(core: str) -> Path:
    """What a user has who has the oldest of everything."""
    return make(f"oldest-core-{core}", interpreters.for_core(core), ["libraries-oldest", f"core-{core}"])


def tools(name: str) -> Path:
    """An environment of checking tools that bring the usual ansible-core along: lint or docs."""
    python = interpreters.for_core(USUAL_CORE)
    return make(name, python, [name, "libraries", f"core-{USUAL_CORE}"])


def home(name: str = "home") -> Path:
    """A home of our own: tools may fill it with caches, and no test meets the credentials of the real one."""
    made = BUILD / name
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
