# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Automation Platform counts of real results: extensions/audit/event_query.yml, run by jq as it does."""

from __future__ import annotations

import functools
from typing import Any

import jq
import yaml

from tests.integration.harness import ROOT, Result

QUERIES: dict[str, dict[str, str]] = yaml.safe_load(
    (ROOT / "extensions" / "audit" / "event_query.yml").read_text(encoding="utf-8")
)
_READS = "only reads"
_RACKS = "manages the rack or what belongs to it, and no app"
# Every module that has no query, and why.
NOT_COUNTED = {
    "api": "asks for what nobody knows",
    "workflow": "the console deploys, with this as its occasion",
    **dict.fromkeys(("certificate", "instance", "rack", "registry", "token"), _RACKS),
    **{
        path.stem.removeprefix("convox_"): _READS
        for path in (ROOT / "plugins" / "modules").glob("convox_*_info.py")
    },
}


@functools.cache
def _compiled(action: str) -> Any:
    return jq.compile(QUERIES[action]["query"])


def counted(action: str, result: dict[str, Any]) -> list[dict[str, Any]]:
    """What the query of a module answers; nothing where it has none."""
    return list(_compiled(action).input_value(result).all()) if action in QUERIES else []


def wrong(each: Result) -> str:
    """What is wrong with what is counted of a result, "" where nothing is."""
    found = counted(each.action, each.result)
    if len(found) != len(_apps(each)):
        return f"{each.action} counts {found}, and has managed {_apps(each)}"
    for answer, app in zip(found, _apps(each), strict=True):
        if answer["name"] != app or answer["canonical_facts"] != {"convox_app": app}:
            return f"{each.action} counts {answer} for {app}"
        # A null would make one app of two.
        if None in answer["canonical_facts"].values() or set(answer) != {"name", "canonical_facts", "facts"}:
            return f"{each.action} answers {answer}"
    return ""


def _apps(each: Result) -> list[str]:
    """The app that a task has managed, read from its options."""
    options = each.result.get("invocation", {}).get("module_args", {})
    app = options.get("name" if each.action.endswith("convox_app") else "app")
    done = each.kind in ("ok", "item_ok") and not each.result["failed"] and "results" not in each.result
    return [app] if app and done and each.action in QUERIES else []
