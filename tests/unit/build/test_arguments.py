# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments of a build: both forms, and what would not reach the builder whole."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.build import arguments as build_args


@pytest.mark.parametrize(
    ("given", "pairs"),
    [
        (None, ()),
        ({}, ()),
        ([], ()),
        ({"B": 1, "A": True, "C": None, "D": "x=y"}, ("A=true", "B=1", "C=", "D=x=y")),
        (["B=1", "A=x=y", "C="], ("A=x=y", "B=1", "C=")),
        ("A=1,B=2", ("A=1", "B=2")),
        (["A=1", "A=2"], ("A=2",)),
    ],
)
def test_a_dict_or_a_list(given: Any, pairs: tuple[str, ...]) -> None:
    assert build_args.pairs(given) == pairs


@pytest.mark.parametrize(
    "value", ["canary x", "canary,x", "canary'", 'canary"', "canary\\", "canary\nx", ["canary"]]
)
def test_a_value_that_would_be_split_is_refused_by_name(value: Any) -> None:
    with pytest.raises(errors.ConvoxOptionError) as caught:
        build_args.pairs({"A": "1", "TOKEN": value})
    assert "build_args" in str(caught.value)
    assert "TOKEN" in str(caught.value)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("given", [3, True, ["canary"], "canary", [{"A": "canary"}]])
def test_something_else(given: Any) -> None:
    with pytest.raises(errors.ConvoxOptionError) as caught:
        build_args.pairs(given)
    assert "canary" not in str(caught.value)
