# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds: what is sent, and which build is ours after a lost answer."""

from __future__ import annotations

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api.resources import builds
from tests.unit.api.script import LOST, a_client

BUILDS = "/apps/web/builds"


def build(name: str, description: str = "d", sha: str = "s") -> dict[str, str]:
    return {"id": name, "description": description, "git-sha": sha, "status": "created"}


@pytest.mark.parametrize(
    ("after", "posts"),
    [
        ([build("BNEW"), build("BOLD")], 1),
        ([build("BOLD")], 2),
        ([build("BTHEIRS", description="x"), build("BOLD")], 2),
        ([build("BTHEIRS", sha="x"), build("BOLD")], 2),
    ],
)
def test_a_build_of_ours_is_one_that_was_not_there_before(after: list[dict[str, str]], posts: int) -> None:
    answers = {f"POST {BUILDS}": [LOST, build("BNEW")], f"GET {BUILDS}": [[build("BOLD")], after]}
    client, script, _pauses = a_client(answers)
    assert builds.create(client, "web", "object://x", description="d", git_sha="s").id == "BNEW"
    assert script.count(f"POST {BUILDS}") == posts


def test_build_arguments_and_flags_on_the_wire() -> None:
    client, script, _pauses = a_client({f"POST {BUILDS}": [build("BNEW")], f"GET {BUILDS}": [[]]})
    builds.create(client, "web", "object://x", build_args=["A=1", "B=2"], no_cache=True, manifest=None)
    assert script.requests[-1]["form"] == {"url": "object://x", "build-args": "A=1,B=2", "no-cache": "true"}
