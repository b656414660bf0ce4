# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rack with a whole app on it, which moves, and what plays against it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.harness import QUICK, Harness
from tests.integration.moves import furnish
from tests.practice_rack.server import PracticeRack


@pytest.fixture
def rack() -> Iterator[PracticeRack]:
    with PracticeRack(**QUICK) as made:
        furnish(made)
        yield made


@pytest.fixture
def harness(rack: PracticeRack, tmp_path: Path) -> Harness:
    (tmp_path / "password").write_text("of the backup\n", encoding="utf-8")
    return Harness(rack, tmp_path)
