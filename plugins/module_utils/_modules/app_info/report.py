# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: a rack's diagnosis of an app as a result: our kind of names, and no secrets."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api._http.secrets import Secrets
from ansible_collections.convox.rack.plugins.module_utils._shared.env_secrets import secrets_of
from ansible_collections.convox.rack.plugins.module_utils._shared.log_lines import shown_lines

__all__ = ["as_result", "secrets_of"]

# A rack gives 200 lines a pod where nobody asks for more.
MOST_LINES = 10_000
# A diagnosis is four levels deep; one that is deeper than this is none.
_DEEPEST = 12
_LOGS = ("logs", "previousLogs")
_NEW_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def as_result(report: dict[str, t.Any], secrets: Secrets) -> dict[str, t.Any]:
    """The same with names such as ``state_detail``, logs as lists of lines, and no secrets in any text. What
    a rack leaves out where there is nothing is there, empty: services, pods, and what is told of each pod."""
    result: dict[str, t.Any] = _plain(report, secrets)
    overview = result.get("overview")
    if isinstance(overview, dict):
        overview["services"] = overview.get("services") or []
        result.setdefault("pods", [])
    pods = result.get("pods")
    if isinstance(pods, list):
        nothing = {"state_detail": "", "hint": "", "logs": [], "previous_logs": []}
        result["pods"] = [{**nothing, **pod} for pod in pods if isinstance(pod, dict)]
    return result


def _plain(value: t.Any, secrets: Secrets, depth: int = 0) -> t.Any:
    if depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        return {
            _name(name): shown_lines(inner, secrets, MOST_LINES)
            if name in _LOGS and isinstance(inner, str)
            else _plain(inner, secrets, depth + 1)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_plain(inner, secrets, depth + 1) for inner in value]
    return secrets.redact(value) if isinstance(value, str) else value


def _name(name: str) -> str:
    return _NEW_WORD.sub("_", name).replace("-", "_").lower()
