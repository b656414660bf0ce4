# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the options of convox_rack, and what of them no rack can do."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.rack.solvers import Wanted, wanted
from ansible_collections.convox.rack.plugins.module_utils._noun import WAIT_ARGUMENTS
from ansible_collections.convox.rack.plugins.module_utils._shared.parameters import as_text

_ROUTE53 = {
    "role": {"type": "str"},
    "hosted_zone_id": {"type": "str"},
    "region": {"type": "str"},
}
_CLOUDFLARE = {
    "api_token": {"type": "str", "no_log": True},
    "api_key": {"type": "str", "no_log": True},
    "email": {"type": "str"},
    "update_credentials": {"type": "str", "choices": ["always", "on_create"], "default": "always"},
}
_SOLVER = {
    "id": {"type": "int"},
    "dns_zones": {"type": "list", "elements": "str", "required": True},
    "route53": {"type": "dict", "options": _ROUTE53},
    "cloudflare": {"type": "dict", "options": _CLOUDFLARE},
}
_LETSENCRYPT = {
    "role": {"type": "str"},
    "solvers": {"type": "list", "elements": "dict", "options": _SOLVER},
    "purge_solvers": {"type": "bool", "default": False},
}
ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "parameters": {"type": "dict"},
    "version": {"type": "str"},
    "count": {"type": "int"},
    "type": {"type": "str"},
    "force": {"type": "bool", "default": False},
    "letsencrypt": {"type": "dict", "options": _LETSENCRYPT},
    **WAIT_ARGUMENTS,
}
# A v3 rack's version, such as 3.24.9; that of a v2 rack is a date, such as 20190111211123.
_VERSION = re.compile(r"(\d+)\.(\d+)\.\d+([-+.].*)?|\d{14}")


@dataclass(frozen=True)
class Desired:
    """A rack as it should be. None means: as it is. An empty parameter removes it."""

    parameters: dict[str, str] = field(default_factory=dict, repr=False)
    version: str | None = None
    count: int | None = None
    type: str | None = None
    force: bool = False
    letsencrypt: Wanted | None = None

    @property
    def of_the_rack(self) -> bool:
        """Whether anything is asked for that the rack has to be updated for."""
        return bool(self.parameters) or any(
            each is not None for each in (self.version, self.count, self.type)
        )


def desired(options: dict[str, t.Any]) -> Desired:
    """Raises ConvoxOptionError for a version, a count or solvers that no rack takes."""
    version, count, kind = options.get("version"), options.get("count"), options.get("type")
    if version is not None and not _VERSION.fullmatch(version):
        raise errors.ConvoxOptionError("version", "is no version of a rack", "write it as 3.24.9, whole")
    if count is not None and count < 1:
        raise errors.ConvoxOptionError("count", f"{count} is below 1", "give how many instances the rack has")
    if kind is not None and not kind.strip():
        raise errors.ConvoxOptionError("type", "is empty", "give a type of instances, such as t3.large")
    settings = options.get("letsencrypt")
    return Desired(
        parameters=as_text(options.get("parameters") or {}),
        version=version,
        count=count,
        type=kind,
        force=bool(options.get("force")),
        letsencrypt=None if settings is None else wanted(settings),
    )


def check_version(now: str, then: str, *, force: bool) -> None:
    """Refuse an update that leaves out a minor version, as the CLI does. Raises ConvoxOptionError."""
    before, after = _VERSION.fullmatch(now), _VERSION.fullmatch(then)
    if force or before is None or after is None:
        return
    if (before[1] is None) != (after[1] is None):
        raise errors.ConvoxOptionError(
            "version", f"{then} is for another kind of rack than this one, which has {now}", "check the rack"
        )
    if before[1] is None or before[1] != after[1]:
        return
    major, minor = int(before[1]), int(before[2])
    if int(after[2]) > minor + 1:
        raise errors.ConvoxOptionError(
            "version",
            f"{then} leaves out a minor version: this rack has {now}",
            f"update to the newest {major}.{minor + 1} first, and so on, or set force: true",
        )
