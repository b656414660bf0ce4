# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shell of a connection, where the rack's stream brings something else than a shell would say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils import _runner
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.plugin_utils import process_shell, shell_line
from ansible_collections.convox.rack.plugins.plugin_utils.remote import Place
from tests.fuzz import worlds
from tests.fuzz.mutations import FRAMES
from tests.fuzz.sound import fuzz, in_time, silent

TOKEN = "of-the-shell"
# What a shell says, in pieces, torn from their places: a code, an end, a refusal.
SAID: tuple[Any, ...] = (
    f"\n{TOKEN}:0\n",
    f"\n{TOKEN}:",
    "9" * 30,
    f"\n{TOKEN}.\n",
    f"\n{TOKEN}?\n",
    "output",
)
_STREAMS = st.sampled_from(sorted(FRAMES)).map(FRAMES.__getitem__) | st.lists(st.sampled_from(SAID)).map(
    tuple
)


def test_it_ends_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_shell, "_LONGEST", 60.0)
    monkeypatch.setattr(shell_line, "new_token", lambda: TOKEN)

    @fuzz
    @given(st.lists(st.tuples(_STREAMS, st.binary(max_size=40)), min_size=1, max_size=4))
    def holds(commands: list[tuple[Any, bytes]]) -> None:
        rack = worlds.full()
        process = next(iter(rack.state.apps["web"].pods))
        for frames, _data in commands:
            rack.play("", frames)
        with worlds.served(rack), in_time():
            place = Place(_runner.client_for({}, worlds.login(rack), pytest.fail), "web", process)
            for _frames, data in commands:
                try:
                    code, _output, _errors = place.run("true", data, "/bin/sh")
                    assert code >= 0
                except errors.ConvoxError as error:
                    silent(errors.describe(error))
            place.close()
        # What had begun is never sent again.
        assert len(rack.asked("/exec$")) <= 2 * len(commands)

    holds()
