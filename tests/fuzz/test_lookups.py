# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Broken answers and strange options, through the lookup: values, or an error of Ansible's that says why."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleError
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz import lookups, worlds
from tests.fuzz.mutations import MUTATIONS, Mutations, spoil
from tests.fuzz.sound import carried, fuzz, in_time, silent


def test_lookups() -> None:
    @fuzz
    @given(lookups.TERMS, lookups.VARIABLES, lookups.options(), st.sampled_from(worlds.WORLDS), MUTATIONS)
    def holds(
        terms: list[Any],
        variables: dict[str, Any],
        options: dict[str, Any],
        world: worlds.World,
        mutations: Mutations,
    ) -> None:
        rack = world()
        spoil(rack, mutations)
        with in_time():
            looked = lookups.look(terms, variables, options, rack)
        assert not rack.sent
        silent(" ".join(looked.warnings))
        if looked.error is None:
            assert isinstance(looked.values, list)
            if "default" not in options:
                carried(looked.values)
        else:
            assert isinstance(looked.error, AnsibleError), looked.error
            assert str(looked.error).strip()
            silent(str(looked.error))
            carried(str(looked.error))

    holds()
