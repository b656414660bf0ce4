# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of review apps, and which of them are swept."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._modules.app.noun import check_name
from ansible_collections.convox.rack.plugins.plugin_utils import review_apps

NOW = datetime.datetime(2026, 11, 27, 12, 0, tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize(
    ("branch", "name"),
    [
        ("fix", "web-fix"),
        ("fix-1", "web-fix-1"),
        ("feature/Login", "web-feature-login-48fad0"),
        ("-fix-", "web-fix-"),
        ("ä/ö", "web-"),
        ("x" * 80, "web-xxxx"),
    ],
)
def test_names(branch: str, name: str) -> None:
    made = review_apps.name_of(branch, "web", "rack1")
    assert made.startswith(name)
    assert (made == f"web-{branch}") == (branch in ("fix", "fix-1"))


@given(st.lists(st.text(min_size=1), min_size=2, max_size=2, unique=True), st.sampled_from(["web", None]))
def test_every_branch_has_a_name_of_its_own(branches: list[str], template: str | None) -> None:
    one, other = (review_apps.name_of(branch, template, "rack-with-a-name") for branch in branches)
    for name in (one, other):
        check_name("name", name, "rack-with-a-name")
    assert one != other


def test_names_that_leave_no_room() -> None:
    with pytest.raises(ValueError, match="no room"):
        review_apps.name_of("fix", "w" * 50, "rack-with-a-name")


def app(name: str = "web-fix", days: float = 20.0, **more: Any) -> dict[str, Any]:
    created = (NOW - datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.123456789Z")
    return {"name": name, "locked": False, "releases": [{"created": created}], **more}


def swept(
    found: dict[str, Any], mark: str | None, template: str | None = None, age: str = "14d"
) -> list[str]:
    marks = {} if mark is None else {found["name"]: mark}
    return [each["name"] for each in review_apps.swept([found], marks, template, age, NOW)]


def test_what_is_swept() -> None:
    mark = review_apps.mark_of("web-fix", "fix", "web", NOW - datetime.timedelta(days=30))
    assert swept(app(), mark) == swept(app(), mark, "web") == ["web-fix"]
    assert swept(app(days=13), mark) == []
    assert swept(app(releases=[]), mark) == ["web-fix"]
    assert swept(app(), mark, "api") == []
    assert swept(app(locked=True), mark) == []
    assert swept(app(), None) == swept(app(), "") == swept(app(), "[]") == swept(app(), "{}") == []
    # Somebody copied the configs of a review app.
    assert swept(app("web-copy"), mark) == []
    assert swept(app(), mark, age="3w") == [] and swept(app(), mark, age="soon") == []
    young = review_apps.mark_of("web-fix", "fix", "web", NOW)
    assert swept(app(releases=[]), young) == [] == swept(app(releases=[]), '{"app": "web-fix"}')
