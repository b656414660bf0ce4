# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all tests of the engine have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils import _runner


@pytest.fixture(autouse=True)
def no_transports(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[Any, Any]]:
    """Connections made by a test are closed after it."""
    transports: dict[Any, Any] = {}
    monkeypatch.setattr(_runner, "_transports", transports)
    yield transports
    for transport in transports.values():
        transport.close()
