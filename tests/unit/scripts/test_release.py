# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether `make release` may: each reason to refuse, and what it does where there is none."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.release import refusals

READY: dict[str, Any] = {
    "wanted": "1.1.0",
    "version": "1.1.0",
    "branch": "main",
    "changed": [],
    "tags": ["1.0.0"],
    "released": ["1.0.0"],
    "fragments": ["12-scale.yml"],
}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"wanted": "1.2.0"},
        # One that is not out can be made again.
        {"released": ["1.0.0", "1.1.0"], "fragments": []},
        {"branch": "stable-1"},
        # Numbers are compared as numbers.
        {"wanted": "1.10.0", "released": ["1.0.0", "1.9.0"]},
        {"wanted": "1.10.0", "version": "1.9.0"},
    ],
)
def test_a_release_may_be_made(change: dict[str, Any]) -> None:
    assert refusals(**{**READY, **change}) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"changed": ["README.md", "a"]}, "not committed: README.md, a"),
        ({"branch": "env"}, "this is env"),
        ({"branch": "mainly"}, "this is mainly"),
        ({"branch": ""}, "this is no branch"),
        ({"tags": ["1.1.0"]}, "1.1.0 has a tag"),
        ({"tags": ["v1.1.0"]}, "1.1.0 has a tag"),
        ({"fragments": []}, "changelogs/fragments is empty"),
        (
            {"released": ["1.0.0", "1.1.0"]},
            "changelog.yaml has an entry for 1.1.0 already, and not in it: 12-scale.yml",
        ),
        ({"released": ["1.0.0", "1.2.0"]}, "changelog.yaml has 1.2.0 already, which is later than 1.1.0"),
        ({"wanted": "1.0.5"}, "galaxy.yml is at 1.1.0 already"),
        ({"wanted": "1.2"}, "'1.2' is not a version"),
        ({"wanted": "v1.2.0"}, "'v1.2.0' is not a version"),
        ({"wanted": "1.2.0-beta.1"}, "is not a version"),
        ({"wanted": "1.02.0"}, "is not a version"),
    ],
)
def test_reasons_to_refuse(change: dict[str, Any], words: str) -> None:
    assert words in refusals(**{**READY, **change})[0]


def test_every_reason_is_given() -> None:
    assert len(refusals(**{**READY, "changed": ["a"], "branch": "env", "fragments": []})) == 3
