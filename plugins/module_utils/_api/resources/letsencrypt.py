# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: how a rack proves to Let's Encrypt that domains are its own."""

from __future__ import annotations

import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic

Solver = dict[str, t.Any]
# What a rack takes, and does not show again.
CREDENTIALS = ("api-token", "api-key")


class Config(model.Model):
    """``GET /letsencrypt/config`` (recordings: letsencrypt). Solvers stay as the rack has them, with fields
    that we do not know: the whole list is sent back."""

    role: str = ""
    solvers: list[Solver] = pydantic.Field([], repr=False)

    def as_result(self) -> dict[str, t.Any]:
        """Names with ``_``, no credential of a DNS provider."""
        return {"role": self.role, "solvers": [_described(solver) for solver in self.solvers]}


def _described(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {
            str(name).replace("-", "_"): _described(inner)
            for name, inner in value.items()
            if name not in CREDENTIALS
        }
    return [_described(inner) for inner in value] if isinstance(value, list) else value


def get(client: Client) -> Config:
    """``GET /letsencrypt/config``."""
    answer = client.get(route("letsencrypt", "config"), "read the Let's Encrypt settings")
    return model.read(Config, answer)


def apply(client: Client, role: str, solvers: t.Sequence[Solver]) -> None:
    """``PUT /letsencrypt/config``: a JSON body that replaces all solvers, which the rack does not check."""
    body = {"role": role, "solvers": list(solvers)}
    path, operation = route("letsencrypt", "config"), "set the Let's Encrypt settings"
    client.send("PUT", path, json=body, operation=operation, expect="ok")
