# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The target build."""

from __future__ import annotations

from tests.integration.target_case import TargetCase


class TestBuild(TargetCase):
    NOUN = "build"
    WARNINGS = ("the newest release of web lacks",)
