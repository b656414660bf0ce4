# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_certificate_info: which certificates, for how long, and what uses them."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._modules.certificate_info.noun import (
    CertificateInfoNoun,
)
from ansible_collections.convox.rack.plugins.module_utils._shared import certificate_uses
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done

ZERO = "0001-01-01T00:00:00Z"
MANIFEST = """x: &tls
  certificate: {id: cert-a}
services:
  web:
    <<: *tls
    image: httpd
    port: 3000
  api:
    image: httpd
    port: 3000
    environment: [TLS=cert-b]
  worker:
    image: httpd
"""


def world() -> MemoryRack:
    rack = MemoryRack()
    rack.add_app("web")
    build = rack.add_build("B1", manifest=MANIFEST)
    rack.activate(rack.add_release(build=build.id).id)
    rack.add_app("bare")
    now = datetime.datetime.now(datetime.timezone.utc)
    for id_, domains, days in (
        ("cert-a", ["a.example.org", "*.example.org"], 10.5),
        ("cert-b", ["b.example.com"], 400.5),
        ("cert-c", ["b.example.com"], -2.5),
        ("cert-d", ["d.example.org"], None),
    ):
        moment = now + datetime.timedelta(days=days or 0)
        end = ZERO if days is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"
        found = {"id": id_, "domain": domains[0], "domains": domains, "expiration": end, "status": ""}
        rack.state.certificates[id_] = found
    return rack


def read(**given: Any) -> Task:
    return done(CertificateInfoNoun, world(), **{"include": [], "parallel": 8, **given})


def ids(**given: Any) -> list[str]:
    return [each["id"] for each in read(**given).result["certificates"]]


def test_all_but_the_racks_own() -> None:
    task = read()
    assert [(each["id"], each["expires_in_days"]) for each in task.result["certificates"]] == [
        ("cert-a", 10),
        ("cert-b", 400),
        ("cert-c", -3),
    ]
    assert (task.changed, task.sent) == (False, [])


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"generated": True}, ["cert-a", "cert-b", "cert-c", "cert-d"]),
        ({"id": "cert-b"}, ["cert-b"]),
        ({"id": "ca"}, ["ca"]),
        ({"id": "nothing"}, []),
        ({"domain": "B.example.com"}, ["cert-b", "cert-c"]),
        ({"domain": "x.example.org"}, ["cert-a"]),
        ({"domain": "x.y.example.org"}, []),
        ({"domain": "example.org"}, []),
        ({"expires_within": 30}, ["cert-a", "cert-c"]),
        ({"expires_within": 0, "generated": True}, ["cert-c"]),
    ],
)
def test_a_choice_of_them(given: dict[str, Any], found: list[str]) -> None:
    assert ids(**given) == found


def test_what_uses_them() -> None:
    found = {each["id"]: each["uses"] for each in read(include=["uses"]).result["certificates"]}
    assert found == {
        "cert-a": [{"app": "web", "service": "web", "port": None}],
        "cert-b": [{"app": "web", "service": None, "port": None}],
        "cert-c": [],
    }


def test_a_port_of_a_v2_rack() -> None:
    rack = world()
    answer = '[{"name": "api", "ports": [{"balancer": 443, "certificate": "cert-c", "container": 3000}]}]'
    from tests.practice_rack.faults import Fault

    rack.faults.append(Fault("status", "GET", "/apps/web/services$", status=200, body=answer))
    task = done(CertificateInfoNoun, rack, include=["uses"], parallel=8, id="cert-c")
    assert task.result["certificates"][0]["uses"] == [{"app": "web", "service": "api", "port": 443}]


@pytest.mark.parametrize("text", ["", "a: [", "services: [cert-a]", "cert-a", "? [a]\n: cert-a", "- cert-a"])
def test_a_manifest_of_another_kind(text: str) -> None:
    named = certificate_uses.in_manifest(text, ["cert-a"])
    assert named == ([("cert-a", None)] if "cert-a" in text else [])
