# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the options of convox_api to a request."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._modules.api.noun import ApiNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.api.request import request_of
from tests.unit.tasks import options, refusal


def request(**given: Any) -> Any:
    return request_of(options(ApiNoun, **{"path": "/apps", "method": "POST", **given}))


@pytest.mark.parametrize(
    "path",
    [
        "/apps",
        "/apps/",
        "/",
        "/apps/web/objects/tmp/a%20b",
        "/registries/my.host/a",
        "/apps/a:b@c,d;e=f!$&'()*+~",
    ],
)
def test_good_paths(path: str) -> None:
    assert request(path=path).path == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "apps",
        "//host.test/apps",
        "http://host.test/apps",
        "HTTPS://host.test",
        "/apps/../system",
        "/apps/%2E%2e/system",
        "/./apps",
        "/apps//web",
        "/apps?limit=1",
        "/apps#x",
        "/apps/a b",
        "/apps/é",
        "/apps/a%2",
        "/apps\\web",
        "/apps\n",
        "/apps\r\nX: 1",
        "/apps/\x00",
    ],
)
def test_paths_that_would_lead_elsewhere(path: str) -> None:
    assert refusal(ApiNoun, path=path).option == "path"


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "AUTHORIZATION",
        "rack",
        "Session",
        "Convox-Actor",
        "Host",
        "Content-Length",
        "a b",
        "",
        "a:b",
    ],
)
def test_headers_that_are_not_the_tasks_to_set(name: str) -> None:
    error = refusal(ApiNoun, path="/apps", headers={name: "canary"})
    assert error.option == "headers"
    assert "canary" not in str(error)


def test_a_header_goes_once() -> None:
    made = request(form={"a": 1}, headers={"content-type": "text/x", "x-num": 5, "X-None": None})
    assert made.headers == {"Content-Type": "text/x", "X-Num": "5"}


@pytest.mark.parametrize(
    ("given", "content"),
    [
        (
            {"form": {"a": True, "b": [1, "x y"], "c": {"k": "v=1"}, "d": None, "e": ""}},
            b"a=true&b=1%2Cx+y&c=k%3Dv%253D1&e=",
        ),
        ({"json": {"a": [1.5, None, True]}}, b'{"a": [1.5, null, true]}'),
        ({"json": '{"a":1}'}, b'{"a":1}'),
        ({"json": []}, b"[]"),
        ({"body": "é\n"}, "é\n".encode()),
        ({"body": ""}, b""),
        ({}, None),
    ],
)
def test_bodies(given: dict[str, Any], content: bytes | None) -> None:
    assert request(**given).content == content


@pytest.mark.parametrize("value", ["{x", {"a": float("nan")}, [float("inf")], "", "abc"])
def test_json_that_is_none(value: Any) -> None:
    assert refusal(ApiNoun, path="/apps", method="POST", json=value).option == "json"


def test_json_nested_too_deep() -> None:
    deep: list[Any] = []
    for _level in range(100_000):
        deep = [deep]
    assert "too deep" in refusal(ApiNoun, path="/apps", method="POST", json=deep).problem
    assert refusal(ApiNoun, path="/apps", method="POST", json="[" * 100_000).option == "json"
