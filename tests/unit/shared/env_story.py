# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Release lists, written down shortly."""

from __future__ import annotations

from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api.env_text import Change
from ansible_collections.convox.rack.plugins.module_utils._shared import release_list

from .env_schedule import Posted

ENVS = st.dictionaries(st.sampled_from("ABCD"), st.sampled_from("12"), max_size=4)


def name(number: int) -> str:
    return "R" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number] * 10


def release(number: int, env: str, description: str = "", build: str = "") -> Posted:
    """Release ``number``; ``env`` as ``A=1 B=2``; a description ``A,B<0`` means: A and B, after release 0."""
    variables = dict(word.split("=") for word in env.split())
    if "<" in description:
        names, _unused, base = description.partition("<")
        keys = [key for key in names.split(",") if key]
        change = Change(
            changed={key: variables[key] for key in keys if key in variables},
            removed=frozenset(key for key in keys if key not in variables),
        )
        description = release_list.describe(change, name(int(base)) if base else "")
    return Posted(name(number), variables, description, build)


def window(*releases: Posted) -> list[Posted]:
    """Written oldest first, as a story is; read newest first."""
    return list(reversed(releases))


def setting(**values: str) -> Change:
    return Change(changed=values)


def unsetting(*names: str) -> Change:
    return Change(removed=frozenset(names))
