# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Racks with certificates, and tasks of convox_certificate on them."""

from __future__ import annotations

import datetime
from typing import Any

from ansible_collections.convox.rack.plugins.module_utils._modules.certificate.noun import CertificateNoun
from tests.certs import make
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, run_task

NAMES = ("one.example.org", "www.one.example.org")
ROOT = make("root", authority=True)
NEW = make(NAMES[0], *NAMES, by=ROOT)
PAIR = {"pub": NEW.pem, "key": NEW.key, "chain": ROOT.pem}
DOMAIN = "gen.example.org"


def ends(days: float) -> str:
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def world(**there: tuple[tuple[str, ...], str]) -> MemoryRack:
    """A rack with the app web, and certificates: their ids with ``_`` for ``-``, domains and end."""
    rack = MemoryRack()
    rack.add_app("web")
    for name, (domains, end) in there.items():
        put(rack, name.replace("_", "-"), domains, end)
    return rack


def put(rack: MemoryRack, id_: str, domains: tuple[str, ...], end: str) -> None:
    found = {"id": id_, "domain": domains[0], "domains": list(domains), "expiration": end, "status": ""}
    rack.state.certificates[id_] = found


def named(given: dict[str, Any]) -> dict[str, Any]:
    """Options as the helpers take them, who have a key of their own."""
    return {
        "more": {name: given[name] for name in given if name == "key"},
        **{name: value for name, value in given.items() if name != "key"},
    }


def run(rack: MemoryRack, **given: Any) -> Task:
    return run_task(CertificateNoun, rack, **named(given))
