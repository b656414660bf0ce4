# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of all tests."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no defect: examples are not timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
