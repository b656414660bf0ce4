# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which cores and Pythons go together on a machine."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from scripts import environments, parts, runner


def only(monkeypatch: pytest.MonkeyPatch, *versions: str) -> None:
    """A machine with these Pythons and no others."""
    monkeypatch.setattr(
        environments, "find", lambda version: Path("/bin", version) if version in versions else None
    )


@pytest.mark.parametrize(
    ("versions", "oldest", "newest"),
    [
        (["3.10", "3.11", "3.12", "3.13"], "2.16", "2.21"),
        (["3.10"], "2.16", "2.17"),
        (["3.11"], "2.16", "2.19"),
        (["3.12"], "2.16", "2.21"),
        (["3.13"], "2.18", "2.21"),
        (["3.14"], "2.20", "2.21"),
    ],
)
def test_the_oldest_and_the_newest_core(
    monkeypatch: pytest.MonkeyPatch, versions: list[str], oldest: str, newest: str
) -> None:
    only(monkeypatch, *versions)
    assert environments.possible()[0] == oldest
    assert environments.possible()[-1] == newest
    assert [part.name for part in parts.wanted("sanity")] == [f"sanity {oldest}", f"sanity {newest}"]


def test_no_python_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch)
    with pytest.raises(environments.Unavailable, match="no Python from 3.10 on"):
        environments.possible()
    with pytest.raises(environments.Unavailable, match="needs Python 3.10 or 3.11 or 3.12; none"):
        environments.for_core("2.16")


def test_a_core_asked_for_runs_with_each_of_its_pythons(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, "3.12", "3.13")
    wanted = parts.wanted("sanity", "2.20")
    assert [part.name for part in wanted] == ["sanity 2.20 3.12", "sanity 2.20 3.13", "sanity 2.20 3.14"]
    with pytest.raises(runner.Skipped, match="Python 3.14 is not here"):
        wanted[2].run(None)  # type: ignore[arg-type]


def test_a_core_that_nobody_knows() -> None:
    with pytest.raises(environments.Unavailable, match=r"2\.15 is not one of 2\.16, "):
        parts.wanted("sanity", "2.15")


def test_every_part_of_the_makefile_is_a_part_of_make_test(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, "3.12")
    makefile = (environments.ROOT / "Makefile").read_text("utf-8")
    named = re.findall(r"^PARTS := (.*)$", makefile, re.MULTILINE)[0].split()
    assert {part.name.split()[0] for part in parts.wanted("test")} == {*named}
    assert all(part.name.split()[0] == name for name in named for part in parts.wanted(name))


def pythons(folder: Path, *names: str, pip: bool) -> list[Path]:
    """Programs that answer as Pythons of these names would."""
    made = []
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        version = path.name.removeprefix("python")
        answer = (
            f"echo {version} {path}"
            if pip
            else f'case "$2" in *ensurepip*) exit 1;; esac; echo {version} {path}'
        )
        path.write_text(f"#!/bin/sh\n{answer}\n", encoding="utf-8")
        path.chmod(0o755)
        made.append(path)
    return made


def test_the_python_of_the_system_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system, other = pythons(tmp_path, "system/python3.1", "other/python3.1", pip=False)
    monkeypatch.setattr(environments, "SYSTEM", system.parent)
    monkeypatch.setenv("PATH", f"{other.parent}:/usr/bin:/bin")
    monkeypatch.delenv("PYTHON", raising=False)
    assert environments.find.__wrapped__("3.1") == system
    system.unlink()
    assert environments.find.__wrapped__("3.1") == other


def test_but_who_names_one_gets_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = "{}.{}".format(*sys.version_info[:2])
    system, running = pythons(tmp_path, f"system/python{version}", f"running/python{version}", pip=False)
    monkeypatch.setattr(environments, "SYSTEM", system.parent)
    monkeypatch.setattr(sys, "executable", str(running))
    monkeypatch.delenv("PYTHON", raising=False)
    assert environments.find.__wrapped__(version) == system
    monkeypatch.setenv("PYTHON", str(running))
    assert environments.find.__wrapped__(version) == running


def test_the_first_pip_is_that_of_a_python_that_has_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (running,) = pythons(tmp_path, "running/python3.11", pip=False)
    (with_pip,) = pythons(tmp_path, "other/python3.12", pip=True)
    found = {"3.11": running, "3.12": with_pip}
    monkeypatch.setattr(environments, "find", found.get)
    monkeypatch.setattr(sys, "executable", str(running))
    assert environments.with_pip.__wrapped__() == with_pip
    del found["3.12"]
    with pytest.raises(environments.Unavailable, match="python3-venv"):
        environments.with_pip.__wrapped__()
