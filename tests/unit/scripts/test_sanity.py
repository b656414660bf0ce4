# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has ansible-test's environments to itself, and when."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from scripts import environments, interpreters, sanity


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(environments, "CACHE", tmp_path)
    return tmp_path / "locks" / "ansible-test"


def is_held(lock: Path) -> bool:
    if not lock.exists():
        return False
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_the_first_run_is_alone_with_the_environments(lock: Path, tmp_path: Path) -> None:
    with sanity._first_alone(tmp_path / "made"):
        assert is_held(lock)
    assert not is_held(lock)


def test_later_runs_do_not_wait(lock: Path, tmp_path: Path) -> None:
    (tmp_path / "made").touch()
    with sanity._first_alone(tmp_path / "made"):
        assert not is_held(lock)


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
    assert set(sanity._BOOTSTRAP_NAMES) == set(interpreters.CORES)
