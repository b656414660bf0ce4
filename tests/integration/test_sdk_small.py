# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python SDK ``convox`` reads the configs, registries and certificates that our modules wrote, and uses
nothing of what they removed. It has no budgets, and cannot log in with a token."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from convox import ConvoxClient

from tests.certs import make
from tests.integration.harness import Harness
from tests.practice_rack.server import PracticeRack


@pytest.fixture
def sdk(rack: PracticeRack) -> Iterator[ConvoxClient]:
    # The SDK cannot read the certificate of a rack on one's own machine: its domains are null.
    rack.settings.own_certificate = False
    with ConvoxClient(rack.url, rack.password) as client:
        yield client


def test_the_sdk_reads_what_our_modules_wrote(harness: Harness, sdk: ConvoxClient) -> None:
    pair = make("one.example.org", "one.example.org", "www.one.example.org")
    text, login = '{"log": "grüße"}\n', {"username": "deploy", "password": "of the registry"}
    old = {"server": "old.example.org", **login}
    sdk.registries.add("old.example.org", "deploy", "x")
    run = harness.run_playbook(
        [
            {"name": "app", "convox.rack.convox_app": {"name": "shop"}},
            {
                "name": "config",
                "convox.rack.convox_config": {"app": "shop", "name": "app.json", "value": "{{ text }}"},
            },
            {"name": "registry", "convox.rack.convox_registry": {"server": "ghcr.io/org", **login}},
            {"name": "login", "convox.rack.convox_registry": old},
            {
                "name": "certificate",
                "convox.rack.convox_certificate": {"pub": "{{ pub }}", "key": "{{ key }}"},
            },
            {"name": "token", "convox.rack.convox_token": {"role": "read"}},
        ],
        extra_vars={"text": text, "pub": pair.pem, "key": pair.key},
    ).must()
    assert sdk.apps.config_get("shop", "app.json").value == text
    found = {each.server: (each.username, each.password) for each in sdk.registries.list()}
    assert found == dict.fromkeys(("ghcr.io/org", "old.example.org"), tuple(login.values()))
    (certificate,) = sdk.certificates.list()
    assert certificate.id == run.of("certificate")["certificate"]["id"]
    assert sorted(certificate.domains) == ["one.example.org", "www.one.example.org"]
    assert run.of("token")["token"].count(".") == 2


def test_our_modules_take_what_the_sdk_wrote(harness: Harness, sdk: ConvoxClient) -> None:
    sdk.apps.create("shop")
    sdk.apps.config_set("shop", "app.json", base64.b64encode(b"{}").decode())
    sdk.registries.add("ghcr.io/org", "deploy", "of the registry")
    generated = sdk.certificates.generate(["gen.example.org"])
    run = harness.run_playbook(
        [
            {
                "name": "config",
                "convox.rack.convox_config": {"app": "shop", "name": "app.json", "value": "{{ text }}"},
            },
            {
                "name": "registry",
                "convox.rack.convox_registry": {
                    "server": "ghcr.io/org",
                    "username": "deploy",
                    "password": "of the registry",
                },
            },
            {"name": "certificate", "convox.rack.convox_certificate": {"domains": ["gen.example.org"]}},
            {
                "name": "gone",
                "convox.rack.convox_certificate": {"id": generated.id, "state": "absent"},
            },
            {
                "name": "no registry",
                "convox.rack.convox_registry": {"server": "ghcr.io/org", "state": "absent"},
            },
        ],
        extra_vars={"text": "{}"},
    ).must()
    names = ("config", "registry", "certificate", "gone", "no registry")
    assert [run.of(name)["changed"] for name in names] == [False, False, False, True, True]
    assert sdk.certificates.list() == []
    assert sdk.registries.list() == []
