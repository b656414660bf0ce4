# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases: what is sent, and which release is ours after a lost answer."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import client as api_client
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.classify import error_for
from ansible_collections.convox.rack.plugins.module_utils._api.resources import releases
from tests.unit.api.script import LOST, RUNNING, UPDATING, a_client

RELEASES = "/apps/web/releases"
PROMOTE = f"POST {RELEASES}/RNEW/promote"
NOT_FOUND = error_for(500, 'releases.convox.com "rnew" not found')


def made(name: str, env: str = "A=1", description: str = "words", build: str = "B1") -> dict[str, str]:
    return {"id": name, "env": env, "description": description, "build": build}


@pytest.mark.parametrize(
    ("listed", "posts"),
    [
        ([made("RNEW"), made("ROLD")], 1),
        ([made("RTHEIRS", description="theirs"), made("RNEW"), made("ROLD")], 1),
        ([made("ROLD")], 2),
        ([], 2),
        ([made("RTHEIRS", env="A=2"), made("ROLD")], 2),
        ([made("RTHEIRS", description="theirs"), made("ROLD")], 2),
        ([made("RTHEIRS", build="B2"), made("ROLD")], 2),
        # Older than what the caller knew: not ours, however much alike.
        ([made("ROLD"), made("ROLDER")], 2),
    ],
)
def test_a_release_of_ours_is_known_by_its_content(listed: list[dict[str, str]], posts: int) -> None:
    answers = {f"POST {RELEASES}": [LOST, made("RNEW")], f"GET {RELEASES}": [listed]}
    client, script, _pauses = a_client(answers)
    release = releases.create(client, "web", newer_than="ROLD", env="A=1", build="B1", description="words")
    assert release.id == "RNEW"
    assert script.count(f"POST {RELEASES}") == posts


def test_the_first_release_of_an_app_is_ours_without_a_predecessor() -> None:
    answers = {f"POST {RELEASES}": [LOST], f"GET {RELEASES}": [[made("RNEW")]]}
    client, script, _pauses = a_client(answers)
    assert releases.create(client, "web", newer_than="", env="A=1", description="words").id == "RNEW"
    assert script.count(f"POST {RELEASES}") == 1


def test_a_key_that_may_not_look_hears_of_the_lost_answer() -> None:
    """A plain deploy key may post a release and not list them."""
    forbidden = error_for(403, "operation not permitted for deploy keys")
    client, script, _pauses = a_client({f"POST {RELEASES}": [LOST], f"GET {RELEASES}": [forbidden]})
    with pytest.raises(errors.ConvoxConnectionError) as caught:
        releases.create(client, "web", newer_than="", env="A=1", description="words")
    assert caught.value.unsettled
    assert script.count(f"POST {RELEASES}") == 1


def test_a_release_is_sent_with_what_is_given_alone() -> None:
    client, script, _pauses = a_client({f"POST {RELEASES}": [made("RNEW")]})
    releases.create(client, "web", newer_than="", env="", parent="ROLD")
    assert script.requests[0]["form"] == {"env": "", "parent-release": "ROLD"}


def test_a_promote_that_shows_is_not_sent_again() -> None:
    client, script, _pauses = a_client({PROMOTE: [LOST], "GET /apps/web": [RUNNING, UPDATING]})
    releases.promote(client, "web", "RNEW", force=True, idle=False, min=50, timeout=None)
    assert script.count(PROMOTE) == 1
    assert script.requests[0]["form"] == {"force": "true", "idle": "false", "min": "50"}


def test_a_promote_that_does_not_show_is_sent_again() -> None:
    client, script, _pauses = a_client({PROMOTE: [LOST, b"ok"], "GET /apps/web": [RUNNING]})
    releases.promote(client, "web", "RNEW")
    assert script.count(PROMOTE) == 2


def test_a_fresh_id_is_asked_for_again() -> None:
    answers: dict[str, list[Any]] = {
        f"POST {RELEASES}": [made("RNEW")],
        f"GET {RELEASES}/RNEW": [NOT_FOUND, NOT_FOUND, made("RNEW")],
        PROMOTE: [NOT_FOUND, b"ok"],
    }
    client, script, pauses = a_client(answers)
    releases.create(client, "web", newer_than="")
    assert releases.get(client, "web", "RNEW").id == "RNEW"
    assert pauses == [api_client.FRESH_PAUSE] * 2
    releases.promote(client, "web", "RNEW")
    assert script.count(PROMOTE) == 2


def test_a_fresh_id_is_asked_for_only_some_seconds() -> None:
    client, script, pauses = a_client(
        {f"POST {RELEASES}": [made("RNEW")], f"GET {RELEASES}/RNEW": [NOT_FOUND]}
    )
    releases.create(client, "web", newer_than="")
    with pytest.raises(errors.ConvoxNotFoundError):
        releases.get(client, "web", "RNEW")
    assert sum(pauses) == pytest.approx(api_client.FRESH_SECONDS, abs=0.3)


def test_the_id_of_somebody_is_asked_for_once() -> None:
    client, script, pauses = a_client({f"GET {RELEASES}/RNEW": [NOT_FOUND]})
    with pytest.raises(errors.ConvoxNotFoundError):
        releases.get(client, "web", "RNEW")
    assert (len(script.sent), pauses) == (1, [])
