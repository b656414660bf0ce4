# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the options of convox_certificate, checked."""

from __future__ import annotations

import datetime
import re
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.resources.certificates import OF_THE_RACK
from ansible_collections.convox.rack.plugins.module_utils._modules.certificate import pem
from ansible_collections.convox.rack.plugins.module_utils._modules.certificate.state import (
    LETSENCRYPT,
    Desired,
)

ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "pub": {"type": "str"},
    "key": {"type": "str", "no_log": True},
    "chain": {"type": "str"},
    "domains": {"type": "list", "elements": "str"},
    "issuer": {"type": "str", "choices": ["self-signed", LETSENCRYPT]},
    "duration": {"type": "str"},
    "renew_before": {"type": "int", "default": 30},
    "id": {"type": "str"},
    "state": {
        "type": "str",
        "choices": ["present", "absent", "applied", "renewed"],
        "default": "present",
    },
    "app": {"type": "str"},
    "service": {"type": "str"},
    "port": {"type": "int"},
    "replace": {"type": "bool", "default": False},
}
# What each state takes: of the first one that is needed, of the second any.
_TAKES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "present": (("pub", "domains"), ("key", "chain", "issuer", "duration", "replace")),
    "absent": (("id", "domains"), ()),
    "applied": (("id",), ("app", "service", "port")),
    "renewed": (("app",), ()),
}
_DOMAIN = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_DURATION = re.compile(r"(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*")
_ID = re.compile(r"[\w:/.-]*\w", re.ASCII)


def _given(options: dict[str, t.Any], name: str) -> bool:
    return options.get(name) not in (None, False, [], "")


def _check_state(options: dict[str, t.Any]) -> None:
    state = options["state"]
    needed, besides = _TAKES[state]
    for name in ARGUMENTS:
        known = name in (*needed, *besides, "state", "renew_before")
        if not known and _given(options, name):
            raise errors.ConvoxOptionError(
                name, f"means nothing with state: {state}", f"with it goes {' or '.join(needed)}"
            )
    found = [name for name in needed if _given(options, name)]
    if not found:
        raise errors.ConvoxOptionError(
            needed[0], f"is missing for state: {state}", f"give {' or '.join(needed)}"
        )
    if len(found) > 1:
        raise errors.ConvoxOptionError(found[0], f"stands beside {found[1]}", "give one of them")


def _check_together(options: dict[str, t.Any]) -> None:
    """What goes with what."""
    for name, other in (("key", "pub"), ("chain", "pub"), ("issuer", "domains"), ("duration", "domains")):
        if _given(options, name) and not _given(options, other):
            raise errors.ConvoxOptionError(name, f"means nothing without {other}", f"give {other}, too")
    if _given(options, "pub") and not _given(options, "key"):
        raise errors.ConvoxOptionError("key", "is missing", "give the private key of pub")
    for name in ("app", "service", "port"):
        if options["state"] == "applied" and not _given(options, name):
            raise errors.ConvoxOptionError(name, "is missing", "name the app, the service and its port")


def _domains(options: dict[str, t.Any]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(str(name).lower() for name in options.get("domains") or ()))
    for name in names:
        if not _DOMAIN.fullmatch(name) or len(name) > 253:
            raise errors.ConvoxOptionError(
                "domains", "holds what is no domain", "write them such as www.example.org or *.example.org"
            )
    if options["state"] == "present" and len(names) > 1 and options.get("issuer") != LETSENCRYPT:
        raise errors.ConvoxOptionError(
            "domains",
            "are several, and a rack signs for one alone",
            f"give one, or issuer: {LETSENCRYPT}",
        )
    return names


def _id(options: dict[str, t.Any]) -> str | None:
    found: str | None = options.get("id") or None
    if found == OF_THE_RACK:
        raise errors.ConvoxOptionError("id", f"is {OF_THE_RACK}, the rack's own certificate", "name another")
    if found is not None and not _ID.fullmatch(found):
        raise errors.ConvoxOptionError("id", "is no certificate's id", "take it from convox_certificate_info")
    return found


def desired(options: dict[str, t.Any]) -> Desired:
    """What the options ask for. Raises ConvoxOptionError for what no rack can do or should get."""
    _check_state(options)
    _check_together(options)
    if options.get("duration") and not _DURATION.fullmatch(options["duration"]):
        raise errors.ConvoxOptionError("duration", "is no duration", "write it such as 2160h")
    if options["renew_before"] < 0:
        raise errors.ConvoxOptionError("renew_before", "is below 0", "give it in days")
    port = options.get("port") or 0
    if not 0 <= port <= 65535:
        raise errors.ConvoxOptionError("port", f"{port} is no port", "give one from 1 to 65535")
    pair = None
    if options.get("pub"):
        now = datetime.datetime.now(datetime.timezone.utc)
        pair = pem.checked(options["pub"], options["key"], options.get("chain") or "", now)
    issuer = options.get("issuer")
    return Desired(
        state=options["state"],
        id=_id(options),
        pair=pair,
        domains=_domains(options),
        # A rack signs it itself where no issuer is named.
        issuer=issuer if issuer == LETSENCRYPT else None,
        duration=options.get("duration") or None,
        renew_before=options["renew_before"],
        replace=options["replace"],
        app=options.get("app") or "",
        service=options.get("service") or "",
        port=port,
    )
