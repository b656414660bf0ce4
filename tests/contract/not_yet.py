# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recorded exchanges that the practice rack cannot answer yet: (file, index, note), exactly."""

from __future__ import annotations

NOT_YET: set[tuple[str, int, str]] = set()
