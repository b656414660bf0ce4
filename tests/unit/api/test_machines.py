# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud machines: which one is meant, and what is asked for there."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._auth.credentials import find_connection
from ansible_collections.convox.rack.plugins.module_utils._api._http import machines
from ansible_collections.convox.rack.plugins.module_utils._api._http.deadline import seconds_left
from ansible_collections.convox.rack.plugins.module_utils._api._http.responses import Response
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import Transport
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, builds, system
from tests.practice_rack.memory import MemoryRack

LIST = [
    {"id": "m-1", "name": "box", "organization_info": {"name": "acme"}},
    {"ID": "m-2", "Name": "box-two", "Organization_Info": {"Name": "acme"}},
    {"id": "m-3", "name": "other", "organization_info": None},
]


def listed(value: Any) -> Response:
    return Response(200, {}, json.dumps(value).encode())


@pytest.mark.parametrize(
    ("wanted", "id_"),
    [
        ("m-1", "m-1"),
        ("acme/box", "m-1"),
        ("acme/box-two", "m-2"),
        ("two", "m-2"),
        ("other", "m-3"),
        ("/other", "m-3"),
    ],
)
def test_the_one_that_is_meant(wanted: str, id_: str) -> None:
    assert machines.choose(wanted, listed(LIST)) == id_


@pytest.mark.parametrize(
    ("wanted", "found", "words"),
    [
        (
            "box",
            LIST,
            "machine: fits several cloud machines of this console. Be more precise: acme/box, ",
        ),
        (
            "x/y",
            LIST,
            "machine: fits no cloud machine of this console. There are: /other, acme/box, ",
        ),
        ("box", [], "machine: fits no cloud machine of this console. There are: none"),
        ("box", None, "machine: fits no cloud machine of this console. There are: none"),
    ],
)
def test_none_or_several(wanted: str, found: Any, words: str) -> None:
    with pytest.raises(errors.ConvoxOptionError) as caught:
        machines.choose(wanted, listed(found))
    assert caught.value.message.startswith(words)


@pytest.mark.parametrize("found", [{}, "m-1", [None], [7], [{"name": "box"}], [{"id": 7}], [{"id": ".."}]])
def test_a_list_that_is_none(found: Any) -> None:
    with pytest.raises(errors.ConvoxServerError):
        machines.choose("box", listed(found))


def client(of: MemoryRack, machine: str, **options: str) -> Client:
    environ = {"CONVOX_HOST": of.url, "CONVOX_PASSWORD": of.password, "HOME": "/nonexistent"}
    wire = of.transport(lambda: seconds_left(None, httpx.ReadTimeout))
    connection = find_connection({"machine": machine, "max_retries": 0, **options}, environ)
    return Client(Transport(connection, wire=wire, sleep=of.clock.sleep, clock=of.clock.now))


@pytest.fixture
def rack() -> MemoryRack:
    return MemoryRack(console="acme/production", machines="acme/box,acme/other")


def test_what_belongs_to_apps_is_asked_for_there(rack: MemoryRack) -> None:
    rack.add_app("web")
    one = client(rack, "box")
    apps.create(one, "shop")
    assert apps.find(one, "web") is None
    assert apps.get(one, "shop").name == "shop"
    assert [record.path for record in rack.requests] == [
        "/machines",
        "/machines/m-1/apps",
        "/machines/m-1/apps/web",
        "/machines/m-1/apps/shop",
    ]
    assert {record.headers["user-agent"].partition("/")[0] for record in rack.requests} == {"convox.go"}
    assert list(rack.state.apps) == ["web"]
    assert list(rack.state.machines["m-1"].apps) == ["shop"]


def test_all_else_is_asked_for_as_it_is(rack: MemoryRack) -> None:
    system.get(client(rack, "box", rack="acme/production"))
    assert [record.path for record in rack.requests] == ["/system"]


def test_a_log_of_a_machine(rack: MemoryRack) -> None:
    one = client(rack, "other")
    apps.create(one, "shop")
    build = builds.create(one, "shop", url="https://code.test/a.tgz")
    lines = one.stream_text(f"/apps/shop/builds/{build.id}/logs", operation="read the log", timeout=60.0)
    assert any("Building" in line for line in lines)
    assert rack.requests[-1].path == f"/machines/m-2/apps/shop/builds/{build.id}/logs"


def test_no_console_no_machines() -> None:
    with pytest.raises(errors.ConvoxNotImplementedError) as caught:
        apps.get(client(MemoryRack(), "box"), "web")
    assert caught.value.operation == "list the cloud machines"
