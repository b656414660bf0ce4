# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether `make release` may: each reason to refuse, and what it does where there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scripts.release_plan import Here, Plan, Refused, decide, next_after

READY = Here(
    asked="",
    version="1.1.0",
    branch="main",
    changed=(),
    tags=frozenset({"1.0.0"}),
    released=("1.0.0",),
    fragments=("12-scale.yml",),
)


def test_galaxy_yml_names_the_version() -> None:
    assert decide(READY) == Plan("1.1.0", name_it=False)


def test_a_version_asked_for_is_written() -> None:
    assert decide(replace(READY, asked="1.2.0")) == Plan("1.2.0", name_it=True)


def test_the_version_of_galaxy_yml_may_be_asked_for() -> None:
    assert decide(replace(READY, asked="1.1.0")) == Plan("1.1.0", name_it=False)


def test_a_release_that_is_not_out_can_be_made_again() -> None:
    again = replace(READY, released=("1.0.0", "1.1.0"), fragments=())
    assert decide(again) == Plan("1.1.0", name_it=False)


def test_a_branch_of_an_older_version_has_releases_too() -> None:
    assert decide(replace(READY, branch="stable-1")).version == "1.1.0"


def test_numbers_are_compared_as_numbers() -> None:
    assert decide(replace(READY, asked="1.10.0", released=("1.0.0", "1.9.0"))).version == "1.10.0"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"changed": ("README.md",)}, "not committed: README.md"),
        ({"changed": tuple("abcdefg")}, "not committed: a, b, c, d, e and 2 more"),
        ({"branch": "env"}, "this is env"),
        ({"branch": "mainly"}, "this is mainly"),
        ({"branch": ""}, "this is no branch"),
        ({"tags": frozenset({"1.1.0"})}, "the tag 1.1.0 exists"),
        ({"tags": frozenset({"v1.1.0"})}, "the tag v1.1.0 exists"),
        ({"fragments": ()}, "changelogs/fragments is empty"),
        ({"released": ("1.0.0", "1.1.0")}, "these fragments are not in it: 12-scale.yml"),
        ({"released": ("1.0.0", "1.2.0")}, "has 1.2.0 already, which is later than 1.1.0"),
        ({"asked": "1.0.5"}, "galaxy.yml is at 1.1.0 already"),
        ({"asked": "1.2"}, "'1.2' is not a version"),
        ({"asked": "v1.2.0"}, "'v1.2.0' is not a version"),
        ({"asked": "1.2.0-beta.1"}, "is not a version"),
        ({"asked": "1.02.0"}, "is not a version"),
    ],
)
def test_reasons_to_refuse(change: dict[str, object], words: str) -> None:
    with pytest.raises(Refused, match=words.replace(".", r"\.")):
        decide(replace(READY, **change))


def test_the_next_version_is_a_minor_one() -> None:
    assert next_after("1.9.3") == "1.10.0"
