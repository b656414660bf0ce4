# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has ansible-test's environments to itself, and when."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from scripts import environments, interpreters, sanity


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(environments, "CACHE", tmp_path)
    return tmp_path / "locks" / "2.16"


def is_held(lock: Path) -> bool:
    if not lock.exists():
        return False
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@pytest.fixture
def made(tmp_path: Path) -> Path:
    (tmp_path / "2.16").mkdir()
    return tmp_path / "2.16" / "made"


def test_the_first_run_is_alone_with_the_environments_of_its_core(lock: Path, made: Path) -> None:
    with sanity._first_alone(made):
        assert is_held(lock)
        assert not is_held(lock.with_name("2.17"))
    assert not is_held(lock)


def test_later_runs_do_not_wait(lock: Path, made: Path) -> None:
    made.touch()
    with sanity._first_alone(made):
        assert not is_held(lock)


def test_each_core_finds_in_its_home_what_it_kept(
    lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environments, "BUILD", tmp_path / "build")
    monkeypatch.setattr(environments, "installer", lambda: Path("/venvs/installer/bin/python"))
    one, other = sanity._kept("2.16"), sanity._kept("2.21")
    homes = {sanity._home("2.16", one): one, sanity._home("2.21", other): other}
    assert len(homes) == 2
    assert all((home / ".ansible" / "test").samefile(kept) for home, kept in homes.items())
    script = (one / "cache" / "get_pip_23_1_2.py").read_text()
    assert '\'/venvs/installer/bin/python\', "-m", "pip"' in script
    assert "pip==23.1.2" in script
    compile(script, "script", "exec")
    moved = tmp_path / "moved"
    moved.mkdir()
    assert (sanity._home("2.16", moved) / ".ansible" / "test").samefile(moved)


def test_what_nobody_used_for_a_month_is_removed(lock: Path, tmp_path: Path) -> None:
    kept = {
        name: tmp_path / name for name in ("venvs/a", "venvs/b", "ansible-test/2.16", "ansible-test/2.17")
    }
    for name, folder in kept.items():
        folder.mkdir(parents=True)
        (folder / "ready").touch()
        if name.endswith(("a", "6")):
            os.utime(folder / "ready", (0, 0))
    with environments.alone("b"):
        environments.forget_old()
    assert [name for name, folder in kept.items() if folder.exists()] == ["venvs/b", "ansible-test/2.17"]


def test_another_core_or_another_python_needs_other_environments() -> None:
    pythons = {"3.12": Path("/a")}
    needs = {
        sanity._needs("2.20", pythons),
        sanity._needs("2.21", pythons),
        sanity._needs("2.21", {**pythons, "3.13": Path("/b")}),
    }
    assert len(needs) == 3
    assert sanity._needs("2.21", dict(pythons)) in needs


def test_a_link_leads_to_each_python_even_if_it_was_another_before(
    lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environments, "BUILD", tmp_path)
    one, two = tmp_path / "one", tmp_path / "two"
    one.touch()
    two.touch()
    folder = sanity._linked({"3.12": one})
    assert (folder / "python3.12").samefile(one)
    assert sanity._linked({"3.12": two, "3.13": one}) == folder
    assert (folder / "python3.12").samefile(two)
    assert (folder / "python3.13").samefile(one)


def test_every_core_has_what_its_ansible_test_asks_for() -> None:
    assert set(sanity._PIPS) == set(interpreters.CORES)
