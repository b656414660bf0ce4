# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""All patterns at once: what each means is what moby's regular expressions mean, and no name is slow."""

from __future__ import annotations

import posixpath
import time

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._build_context import dockerignore
from tests.unit.build_context import ignore_regex
from tests.unit.special_files import at_most

PIECES = (
    "a",
    "b",
    "ab",
    "/",
    "/",
    "*",
    "**",
    "**/",
    "?",
    "[ab]",
    "[^a]",
    "[a-b/]",
    "[^z-a]",
    "\\*",
    ".",
    "\x0b",
    "ü",
)
PATTERNS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join) | st.text(
    "ab/*?[^]-\\.", max_size=9
)
NAMES = st.text("ab*.\n\x0bü", min_size=1, max_size=5).filter(lambda name: name not in (".", ".."))
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)


def cleaned(lines: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """The patterns as the reader of ignore files has them; no example where one is malformed or none."""
    done = []
    for text, takes_in in lines:
        assume(text.strip(" \x0b") == text and not text.startswith(("!", "#")))
        pattern = posixpath.normpath(text).lstrip("/") or "/"
        assume(text and pattern != ".")
        done.append((pattern, takes_in))
    return done


@settings(max_examples=300)
@given(
    st.lists(st.tuples(PATTERNS, st.booleans()), min_size=1, max_size=5),
    st.lists(PATHS, min_size=1, max_size=4),
)
@example([("**/**/a**b", False)], ["a/x/b", "ab", "a/b", "xa/b", "aab"])
@example([("***", False), ("****a", True), ("a*****", False)], ["a", "ba", "a/b", "b/a"])
@example([("*a**b", False)], ["aab", "aa/b", "aax/b"])
@example([("a[^b]c", False)], ["a/c", "abc", "a\nc"])
@example([("a/**", False), ("**/a*/**", True)], ["a/b\n/c", "b/ab\n/a/b"])
def test_the_same_as_the_regular_expressions(lines: list[tuple[str, bool]], paths: list[str]) -> None:
    patterns = cleaned(lines)
    text = "\n".join(("!" if takes_in else "") + text for text, takes_in in lines)
    try:
        rules = dockerignore.read(text)
    except errors.ConvoxOptionError:
        assume(False)
    for path in paths:
        assert rules.excludes(path) is ignore_regex.excludes(patterns, path), (patterns, path)


HOSTILE = [
    "*a*a*a*a*a*a*a*b",
    "**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/b",
    "a**a**a**a**a**a**a**b",
    "?*?*?*?*?*?*?*?*b",
    "[ab]*[ab]*[ab]*[ab]*[ab]*[ab]*c",
    "**/*a*/**/*a*/**/*a*/**/*a*/**/b",
    "*" * 300 + "b",
    "**/" * 300 + "b",
    "*a" * 300 + "b",
]
LONG = ["a" * 250, "/".join(["a"] * 1000), "/".join(["aaaa"] * 500), "a" * 3000]


@pytest.mark.parametrize("pattern", HOSTILE)
def test_no_name_is_slow(pattern: str) -> None:
    with at_most(20):
        for path in LONG:
            assert dockerignore.read(pattern).excludes(path) is False


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a*a*a*a*a*a*a*b", "a" * 250 + "b"),
        ("**/a/**/a/**/a/**/a/**/b", "a/" * 500 + "b"),
        ("?*?*?*?*?*?*?*?*b", "a" * 250 + "b"),
        ("**/" * 300 + "b", "a/" * 300 + "b"),
        ("*a" * 300 + "b", "a" * 300 + "b"),
    ],
)
def test_a_name_that_is_long_matches(pattern: str, path: str) -> None:
    with at_most(20):
        assert dockerignore.read(pattern).excludes(path) is True


def test_a_big_folder_takes_seconds() -> None:
    lines = [
        *(f"**/*.{kind}" for kind in "log tmp pyc swp bak orig rej class obj o so a dll exe".split()),
        *(
            f"**/{name}"
            for name in ".git .env node_modules __pycache__ .venv dist build target .idea .cache".split()
        ),
        *(f"docs/part{number}/*draft*" for number in range(16)),
        *(f"!keep{number}/**/*.log" for number in range(8)),
        "*~",
        "secret?.txt",
    ]
    assert len(lines) == 50
    rules = dockerignore.read("\n".join(lines))
    paths = [
        f"src/part{number % 100}/module{number % 1000}/some_file_{number}.txt" for number in range(20000)
    ]
    started = time.process_time()
    assert not any(rules.excludes(path) for path in paths)
    assert time.process_time() - started < 4.0


def test_many_plain_names_cost_no_more_than_one() -> None:
    rules = dockerignore.read("\n".join(f"generated/path/number{number}/file.txt" for number in range(20000)))
    with at_most(5):
        excluded = sum(rules.excludes(f"generated/path/number{number}/file.txt") for number in range(40000))
    assert excluded == 20000
