# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services: their order, and a restart that is settled by looking."""

from __future__ import annotations

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api.resources import services
from tests.unit.api.script import LOST, a_client

RESTART = "POST /apps/web/services/api/restart"
PROCESSES = "GET /apps/web/processes"


@pytest.mark.parametrize(("later", "posts"), [([{"id": "old"}, {"id": "new"}], 1), ([{"id": "old"}], 2)])
def test_a_restart_is_settled_by_new_processes(later: list[dict[str, str]], posts: int) -> None:
    client, script, _pauses = a_client({RESTART: [LOST, b"ok"], PROCESSES: [[{"id": "old"}], later]})
    services.restart(client, "web", "api")
    assert script.count(RESTART) == posts


def test_services_are_sorted_and_no_list_is_an_empty_one() -> None:
    client, _script, _pauses = a_client({"GET /apps/web/services": [[{"name": "b"}, {"name": "a"}], b"null"]})
    assert [service.name for service in services.list_all(client, "web")] == ["a", "b"]
    assert services.list_all(client, "web") == []
