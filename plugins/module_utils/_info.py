# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what the nouns of all ``_info`` modules have in common. They only read."""

from __future__ import annotations

import abc
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._noun import DesiredT, Noun, ObservedT, Step


class InfoNoun(Noun[DesiredT, ObservedT], abc.ABC):
    """A noun that observes and has nothing to plan, so that it never changes anything."""

    def plan(self, observed: ObservedT, desired: DesiredT) -> t.Sequence[Step]:
        """Nothing."""
        return ()
