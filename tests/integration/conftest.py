# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the integration tests: a practice rack in this process, and what runs Ansible against it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.integration.harness import QUICK, WAYS, Harness, Way
from tests.integration.shares import share_of
from tests.integration.target_case import Runs
from tests.practice_rack.server import PracticeRack

MakeRack = Callable[..., PracticeRack]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With CONVOX_TEST_SHARE only that share of the tests."""
    wanted = os.environ.get("CONVOX_TEST_SHARE")
    if wanted:
        other = [item for item in items if share_of(item) != wanted]
        config.hook.pytest_deselected(items=other)
        items[:] = [item for item in items if item not in other]


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


@pytest.fixture(scope="class")
def runs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """The runs of the target that the test's class names."""
    return Runs(request.cls.NOUN, tmp_path_factory.mktemp(request.cls.NOUN))
