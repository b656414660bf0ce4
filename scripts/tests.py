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
    work.pytest(environments.development(core), ["tests/contract"])


def guides(work: Work, core: str) -> None:
    """Every command and playbook of README.md and docs/, and the demo."""
    work.pytest(environments.development(core), ["tests/docs", "--numprocesses=2"])


def faults(work: Work, core: str) -> None:
    """Every request of a deploy meets every kind of fault."""
    work.pytest(environments.development(core), [_FAULTS, *_PARALLEL])


def integration(work: Work, core: str, python: Path | None = None) -> None:
    """The playbooks: pytest and the practice rack here, ansible-playbook as a user of this core has it."""
    ansible = environments.user(core, python)
    # Tests of a class share what its playbook did, therefore a file is never split.
    words = ["tests/integration", f"--ignore={_FAULTS}", "--numprocesses=2", "--dist=loadfile"]
    work.pytest(environments.development(), words, CONVOX_TEST_ANSIBLE=str(ansible))


def oldest(work: Work) -> None:
    """The oldest httpx and pydantic, with the oldest core: the unit tests, and one noun's playbooks."""
    here = environments.oldest(OLDEST_CORE)
    work.pytest(here, ["tests/unit", *_PARALLEL])
    work.pytest(here, ["tests/integration/test_app.py"], CONVOX_TEST_ANSIBLE=str(here))
