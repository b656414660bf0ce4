# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what the steps of convox_instance leave."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api.resources import instances


class Left(t.NamedTuple):
    """The instances that are there after a step."""

    instances: tuple[instances.Instance, ...]
