# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people do without a collection: a script on the SDK, started by a task."""

from __future__ import annotations

from convox import ConvoxClient

with ConvoxClient.from_env() as client:
    print(client.apps.get("bench").status)
