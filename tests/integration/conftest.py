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
from tests.practice_rack.server import PracticeRack

MakeRack = Callable[..., PracticeRack]


# Before xdist reads the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A worker of xdist takes whole files, but where a test has a group of its own. With CONVOX_TEST_SHARE
    only that share of the tests."""
    for item in [item for item in items if not item.get_closest_marker("xdist_group")]:
        item.add_marker(pytest.mark.xdist_group(item.path.stem))
    wanted = os.environ.get("CONVOX_TEST_SHARE")
    if wanted:
        other = [item for item in items if share_of(item) != wanted]
        config.hook.pytest_deselected(items=other)
        items[:] = [item for item in items if item not in other]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Where pytest and xdist do not fit together, groups are ignored without a word, and each worker makes
    all runs that tests share."""
    if session.config.getoption("loadgroup", False) and any("@" not in item.nodeid for item in session.items):
        raise pytest.UsageError("pytest-xdist did not put the tests into groups: take versions that fit")


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
