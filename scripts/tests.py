# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts that are pytest's."""

from __future__ import annotations

from pathlib import Path

from scripts import environments
from scripts.work import Work

OLDEST_CORE = "2.16"
# Two processes, each taking the next test that is free: most tests wait for a rack.
_PARALLEL = ("--numprocesses=2", "--dist=worksteal")
# The nouns against a rack that fails, without Ansible: once is enough, whatever the core.
_FAULTS = "tests/integration/test_faults.py"


def unit(work: Work, core: str, python: Path | None = None) -> None:
    """The unit tests, with this core beside them."""
    work.pytest(environments.development(core, python), ["tests/unit", *_PARALLEL])


def contract(work: Work, core: str) -> None:
    """The recordings against the practice rack."""
    work.pytest(environments.development(core), ["tests/contract", *_PARALLEL])


def guides(work: Work, core: str) -> None:
    """Every command and playbook of README.md and docs/, and the demo."""
    work.pytest(environments.development(core), ["tests/docs", "--numprocesses=2"])


def faults(work: Work, core: str) -> None:
    """Every request of a deploy meets every kind of fault."""
    work.pytest(environments.development(core), [_FAULTS, *_PARALLEL])


def integration(work: Work, core: str, python: Path | None = None) -> None:
    """The playbooks, each both ways: pytest and the rack here, Ansible as a user of this core has it."""
    _playbooks(work, environments.user(core, python))


def newest_share(work: Work, core: str) -> None:
    """What the newest core runs of the playbooks where two cores share them (tests/integration/shares.py)."""
    _playbooks(work, environments.user(core), CONVOX_TEST_SHARE="newest")


def oldest_share(work: Work, core: str) -> None:
    """What the oldest core runs of them, with the oldest httpx and pydantic."""
    _playbooks(work, environments.oldest_user(core), CONVOX_TEST_SHARE="oldest")


def _playbooks(work: Work, ansible: Path, **more: str) -> None:
    # Tests share what a playbook did: a worker takes whole files, or whole targets (conftest.py).
    words = ["tests/integration", f"--ignore={_FAULTS}", "--numprocesses=2", "--dist=loadgroup"]
    work.pytest(environments.development(), words, CONVOX_TEST_ANSIBLE=str(ansible), **more)


def oldest(work: Work) -> None:
    """The client, the door and what they need of Ansible with the oldest httpx, pydantic and core."""
    rooms = ["tests/unit/api", "tests/unit/engine", "tests/unit/plugin_utils"]
    work.pytest(environments.oldest(OLDEST_CORE), [*rooms, *_PARALLEL])
