# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Makefile calls: `python3 -m scripts NAME...`."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from typing import NoReturn

from scripts import changelog, environments, fragment, interpreters, matrix, parts, release, runner, tree


def _core() -> str:
    return os.environ.get("CORE") or ""


def _core_here() -> str:
    """The usual core if a Python of this machine runs it, else the newest that one does."""
    usual = environments.USUAL_CORE
    return usual if usual in interpreters.possible() else interpreters.newest()


def _python(words: list[str], **more: str) -> NoReturn:
    """Become a program of the project, in the development environment: signals of the terminal reach it."""
    here = environments.development(_core() or _core_here())
    os.chdir(tree.COLLECTION)
    words += shlex.split(os.environ.get("ARGS") or "")
    os.execve(here / "python", ["python", *words], environments.variables(here, **more))


def _rack() -> NoReturn:
    password = os.environ.get("PASSWORD") or ""
    if not password:
        sys.exit("make: say PASSWORD=... (the practice rack's password)")
    _python(["-m", "tests.practice_rack", "--port", os.environ["PORT"], "--password", password])


def _demo() -> NoReturn:
    print("Getting what the demo needs (a minute, the first time) ...", flush=True)
    color = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    _python(["-m", "tests.demo", str(environments.BUILD / "demo"), *(["--color"] if color else [])])


def _picture() -> NoReturn:
    """Draw docs/images anew from a run of the demo."""
    folders = [environments.BUILD / "demo", environments.ROOT / "docs" / "images"]
    _python(["-m", "tests.demo.picture", *map(str, folders)])


def _bench() -> NoReturn:
    core = _core() or environments.USUAL_CORE
    _python(["-m", "tests.bench"], CONVOX_TEST_ANSIBLE=str(environments.user(core)))


def _format() -> int:
    ruff = environments.tools("lint") / "ruff"
    subprocess.run([ruff.with_name("python"), "-m", "scripts.derive"], cwd=environments.ROOT, check=True)
    done = [
        subprocess.run([ruff, *words, "."], cwd=environments.ROOT, check=False)
        for words in (("check", "--fix"), ("format",))
    ]
    return max(each.returncode for each in done)


def main(name: str) -> int:
    """Do what one target of the Makefile says; answers the exit status."""
    tree.copy()
    environments.forget_old()
    others: dict[str, Callable[[], int]] = {
        "tree": lambda: 0,
        "demo": _demo,
        "picture": _picture,
        "rack": _rack,
        "format": _format,
        "changelog": changelog.run,
        "fragment": lambda: fragment.run(os.environ.get("BASE") or ""),
        "release": lambda: release.run(os.environ.get("VERSION") or ""),
        "matrix": lambda: matrix.run(_core()),
        "bench": _bench,
    }
    if name in others:
        return others[name]()
    wanted = parts.wanted(parts.NAMES if name == "test" else [name], _core())
    return runner.run(wanted, int(os.environ.get("JOBS") or 3))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except (environments.InstallFailed, interpreters.NoPython) as problem:
        sys.exit(f"make: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
