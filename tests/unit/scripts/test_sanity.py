# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has ansible-test's environments to itself, and when."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from scripts import environments, runner, sanity


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


def test_two_runs_of_a_core_do_not_make_its_environments_at_once(
    lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []

    def ansible_test(*_given: object) -> tuple[int, str]:
        held.append([is_held(lock), is_held(lock.with_name("2.17"))])
        return 1, ""

    monkeypatch.setattr(environments, "BUILD", tmp_path / "build")
    for name in ("user", "installer"):
        monkeypatch.setattr(environments, name, lambda *_given: Path("/venvs"))
    monkeypatch.setattr(sanity.tree, "copy", lambda target: target)
    monkeypatch.setattr(runner, "LOGS", tmp_path)
    monkeypatch.setattr(runner.Work, "run", ansible_test)
    run = runner.Work("sanity 2.16")
    sanity.run(run, "2.16")
    assert held == [[True, False]]
    assert not is_held(lock)
    assert run.count.failed == 1


def test_each_core_has_a_home_with_its_script(
    lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environments, "installer", lambda: Path("/venvs/installer/bin/python"))
    one, other = sanity._home("2.16"), sanity._home("2.21")
    assert one != other
    script = (one / ".ansible" / "test" / "cache" / "get_pip_23_1_2.py").read_text()
    assert '\'/venvs/installer/bin/python\', "-m", "pip"' in script
    assert "pip==23.1.2" in script
    compile(script, "script", "exec")
    assert (one / "ready").exists() and (other / "ready").exists()


def test_what_nobody_used_for_a_month_is_removed(lock: Path, tmp_path: Path) -> None:
    kept = {name: tmp_path / name for name in ("venvs/a", "venvs/b", "sanity/2.16", "sanity/2.17")}
    for name, folder in kept.items():
        folder.mkdir(parents=True)
        (folder / "ready").touch()
        if name.endswith(("a", "6")):
            os.utime(folder / "ready", (0, 0))
    with environments.alone("b"):
        environments.forget_old()
    assert [name for name, folder in kept.items() if folder.exists()] == ["venvs/b", "sanity/2.17"]


def test_a_link_leads_to_each_python_even_if_it_was_another_before(
    lock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.touch()
    two.touch()
    found = {"3.12": one, "3.11": one}
    monkeypatch.setattr(environments, "find", found.get)
    monkeypatch.setattr(environments, "installer", lambda: one)
    links = sanity._home("2.16") / "bin"
    assert (links / "python3.12").samefile(one)
    assert not (links / "python3.13").exists()
    found |= {"3.12": two, "3.13": one}
    del found["3.11"]
    assert sanity._home("2.16") / "bin" == links
    assert (links / "python3.12").samefile(two)
    assert (links / "python3.13").samefile(one)
    assert not (links / "python3.11").exists()


def test_every_core_has_what_its_ansible_test_asks_for() -> None:
    assert {version for versions in environments.CORES.values() for version in versions} == {
        *environments.VERSIONS
    }
    assert set(sanity._PIPS) == set(environments.CORES)
