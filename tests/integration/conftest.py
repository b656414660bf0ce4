# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the integration tests: a practice rack in this process, and what runs Ansible against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.integration.harness import WAYS, Harness, Way
from tests.practice_rack.server import PracticeRack

PASSWORD = "of-the-practice-rack"
# Long enough for what happens meanwhile to be seen, short enough for many tests.
QUICK: dict[str, Any] = {
    "password": PASSWORD,
    "create_seconds": 0.05,
    "settle_seconds": 0.05,
    "promote_seconds": 0.2,
    "process_seconds": 0.1,
    "build_seconds": 0.2,
    "delete_seconds": 0.1,
    "revert_seconds": 1.5,
    "rollback_seconds": 0.2,
    "restart_seconds": 0.2,
}
MakeRack = Callable[..., PracticeRack]


@pytest.fixture
def make_rack() -> Iterator[MakeRack]:
    """Makes practice racks that end with the test; keywords are settings besides the quick ones."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(PracticeRack(**{**QUICK, **settings}))


@pytest.fixture
def rack(make_rack: MakeRack) -> PracticeRack:
    """One practice rack, empty."""
    return make_rack()


@pytest.fixture
def harness(rack: PracticeRack, tmp_path: Path) -> Harness:
    """Runs Ansible against ``rack``."""
    return Harness(rack, tmp_path)


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    """Each way of running."""
    chosen: Way = request.param
    return chosen
