# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Half a letter (a lone surrogate), such as a file's name may hold, in any option of any module."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils import _options
from tests.fuzz import nouns, worlds
from tests.fuzz.sound import sound

HALF = "caf\udce9"


def textual(noun: str) -> list[str]:
    """The names of options that take any text or path."""
    spec = _options.argument_spec(nouns.NOUNS[noun])
    return [
        name
        for name, option in spec.items()
        if option.get("type", "str") in ("str", "path") and "choices" not in option
    ]


@pytest.mark.parametrize("noun", sorted(nouns.NOUNS))
def test_a_module_says_what_is_wrong_or_takes_it(noun: str) -> None:
    spec = _options.argument_spec(nouns.NOUNS[noun])
    given: dict[str, Any] = {"timeout": 5.0, "max_retries": 0}
    for name, option in spec.items():
        if option.get("required"):
            given[name] = {"list": ["x"], "dict": {"x": "x"}, "int": 1}.get(option.get("type", "str"), "x")
            given[name] = option.get("choices", [given[name]])[0]
    for name in textual(noun):
        rack = worlds.deployed()
        options = {**given, name: HALF}
        sound(worlds.as_module(nouns.NOUNS[noun], options, rack), rack, options)
