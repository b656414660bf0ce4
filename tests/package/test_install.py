# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection installed from the tarball, where nothing else of ours is, against a practice rack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.package.conftest import Run
from tests.practice_rack.server import PracticeRack

PASSWORD = "of-the-practice-rack"


@pytest.fixture(scope="module")
def user(installed: Path) -> Iterator[dict[str, str]]:
    """The variables of a user who has the collection and a rack."""
    with PracticeRack(password=PASSWORD) as rack:
        yield {
            "ANSIBLE_COLLECTIONS_PATH": str(installed),
            "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.minimal",
            "CONVOX_HOST": rack.url,
            "CONVOX_PASSWORD": PASSWORD,
        }


def test_a_task_in_process_makes_an_app(run: Run, user: dict[str, str]) -> None:
    words = ("localhost", "-m", "convox.rack.convox_app", "-a", "name=installed")
    done = run("ansible", *words, **user)
    assert done.returncode == 0 and "localhost | CHANGED" in done.stdout, done.stdout + done.stderr


def test_a_task_as_a_module_makes_one_once(run: Run, user: dict[str, str]) -> None:
    words = ("-m", "convox.rack.convox_app", "-a", "name=made", "-e", "convox_in_process=false")
    first, second = (run("ansible", "localhost", *words, **user) for _time in (1, 2))
    assert first.returncode == 0 and "localhost | CHANGED" in first.stdout, first.stdout + first.stderr
    assert second.returncode == 0 and "localhost | SUCCESS" in second.stdout, second.stdout + second.stderr


def test_the_lookup_answers(run: Run, user: dict[str, str]) -> None:
    assert (
        run("ansible", "localhost", "-m", "convox.rack.convox_app", "-a", "name=read", **user).returncode == 0
    )
    lookup = "msg={{ lookup('convox.rack.convox_env', app='read') }}"
    done = run("ansible", "localhost", "-m", "ansible.builtin.debug", "-a", lookup, **user)
    assert done.returncode == 0 and '"msg": {}' in done.stdout, done.stdout + done.stderr
