# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain types out of what Ansible hands to a plugin."""

from __future__ import annotations

import datetime
import enum
import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.plugin_utils.plain import plain


class Text(str):
    """As AnsibleUnicode is, with a str() of its own."""

    def __str__(self) -> str:
        return "not this"


class Number(int):
    """As AnsibleTaggedInt is."""

    def __int__(self) -> int:
        return -1


class Real(float):
    """As AnsibleTaggedFloat is."""

    def __float__(self) -> float:
        return -1.0


class Pairs(dict):  # type: ignore[type-arg]  # as AnsibleMapping is
    """As AnsibleMapping is."""


class Vaulted:
    """As AnsibleVaultEncryptedUnicode is (up to 2.18): no str, and decrypted by str()."""

    def __str__(self) -> str:
        return Text.__new__(Text, "secret")


class Odd(Mapping[str, int]):
    """A mapping that is no dict, as hostvars are."""

    def __getitem__(self, key: str) -> int:
        return {"a": 1}[key]

    def __iter__(self) -> Iterator[str]:
        return iter(["a"])

    def __len__(self) -> int:
        return 1


class Level(enum.IntEnum):
    """An enum is an int."""

    HIGH = 3


CASES: list[tuple[Any, Any]] = [
    (Text("x"), "x"),
    (Number(5), 5),
    (Real(2.5), 2.5),
    (Vaulted(), "secret"),
    (Pairs({Text("k"): Vaulted()}), {"k": "secret"}),
    (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
    (Odd(), {"a": 1}),
    ((1, Text("x")), [1, "x"]),
    ([Pairs(a=[Vaulted()])], [{"a": ["secret"]}]),
    (b"bytes", "bytes"),
    (b"\xff", "\udcff"),
    (datetime.date(2026, 11, 24), "2026-11-24"),
    (datetime.datetime(2026, 11, 24, 14, 0, 1), "2026-11-24T14:00:01"),
    (Level.HIGH, 3),
    (None, None),
    (True, True),
    (False, False),
    (0, 0),
    ("", ""),
    ({}, {}),
    ([], []),
    ({None: 1, True: 2, 3: 4, 1.5: 6, Vaulted(): 7}, {"null": 1, "true": 2, "3": 4, "1.5": 6, "secret": 7}),
]


def exact(value: Any) -> bool:
    """Whether there is nothing but Python's own types."""
    if isinstance(value, dict):
        return value.__class__ is dict and all(
            key.__class__ is str and exact(inner) for key, inner in value.items()
        )
    if isinstance(value, list):
        return value.__class__ is list and all(exact(inner) for inner in value)
    return value.__class__ in (str, int, float, bool, type(None))


@pytest.mark.parametrize(("value", "want"), CASES, ids=[type(value).__name__ for value, _want in CASES])
def test_plain(value: Any, want: Any) -> None:
    got = plain(value)
    assert got == want
    assert exact(got)
    assert got.__class__ is want.__class__


@pytest.mark.parametrize("value", [{1, 2}, frozenset([1, 2])])
def test_sets_are_lists(value: Any) -> None:
    assert sorted(plain(value)) == [1, 2]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def dressed(value: Any) -> Any:
    """The same value in subclasses."""
    if isinstance(value, dict):
        return Pairs({Text(key): dressed(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return tuple(dressed(inner) for inner in value)
    for kind, ours in ((str, Text), (int, Number), (float, Real)):
        if value.__class__ is kind:
            return ours(value)
    return value


@given(JSON)
def test_what_is_plain_stays_and_what_is_dressed_becomes_so(value: Any) -> None:
    assert plain(value) == value
    got = plain(dressed(value))
    assert got == value
    assert exact(got)
    assert json.loads(json.dumps(got)) == value


def test_what_ansible_loads_from_yaml(tmp_path: Any) -> None:
    text = "a: text\nb: [1, 2.5, true, null]\nc: {d: 2026-11-24}\n1: x\n"
    (tmp_path / "vars.yml").write_text(text)
    got = plain(DataLoader().load_from_file(str(tmp_path / "vars.yml")))
    assert got == {"a": "text", "b": [1, 2.5, True, None], "c": {"d": "2026-11-24"}, "1": "x"}
    assert exact(got)
