# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The target release."""

from __future__ import annotations

from tests.integration.target_case import TargetCase


class TestRelease(TargetCase):
    NOUN = "release"
