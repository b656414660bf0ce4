# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The target env."""

from __future__ import annotations

from tests.integration.target_case import TargetCase


class TestEnv(TargetCase):
    NOUN = "env"
