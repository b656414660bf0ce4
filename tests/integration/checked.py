# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check, do, do again: what check mode says must be what happens, and done twice nothing happens.

A playbook is rewritten so that before each task of the collection stands a copy of it in check mode, and
behind each one that may be repeated stand a copy in check mode and one for real. Copies in check mode name
themselves to the rack (``CONVOX_ACTOR``): its log tells whether one of them wrote something. A task tagged
``action`` does something each time and is not repeated.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.integration.harness import Run, Task
from tests.integration.normal import Normal

ACTOR = "check-mode"
CHECK, AGAIN, CHECK_AGAIN = "check · ", "again · ", "check again · "
PREFIXES = (CHECK_AGAIN, CHECK, AGAIN)
_OURS = "convox.rack."
# Check mode takes as made what an earlier task of the play would have made, and says that it would change
# something. All else that the options get wrong it has to foresee.
NOT_YET = re.compile(
    r"release: is missing or empty\. "
    r"|release: is latest, but \S+ has no release\. "
    r"|\w+: is active, but \S+ has no active release\. "
    r"|id: is (latest, but \S+ has no complete build|active, but the active release of \S+ has no build)\. "
    r"|app: \S+ has no services: nothing was promoted yet\. "
    r"|app: \S+ (has no release to start from|runs no release yet)\. "
    r"|(name|service): \S+ has no service \S+\. "
    r"|src: there is no \S+ in \S+ of \S+\. "
)
# What a copy does not take over: it must not change what the tasks behind it see.
_LEFT_OUT = ("register", "failed_when", "changed_when", "ignore_errors", "notify")


def rewrite(book: Path) -> None:
    """Rewrite a playbook in its place."""
    plays = yaml.safe_load(book.read_text(encoding="utf-8"))
    for play in plays:
        play["tasks"] = list(_tasks(play["tasks"], again=True))
    book.write_text(yaml.safe_dump(plays, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _tasks(tasks: list[Task], *, again: bool) -> Iterator[Task]:
    for task in tasks:
        if "block" in task:
            yield {
                name: list(_tasks(value, again=False)) if name in ("block", "rescue", "always") else value
                for name, value in task.items()
            }
        elif any(name.startswith(_OURS) for name in task):
            yield _copy(task, CHECK, check=True)
            yield task
            if again and "action" not in task.get("tags", ()) and "ignore_errors" not in task:
                yield _copy(task, CHECK_AGAIN, check=True)
                yield _copy(task, AGAIN, check=False)
        else:
            yield task


def _copy(task: Task, prefix: str, *, check: bool) -> Task:
    made = {name: copy.deepcopy(value) for name, value in task.items() if name not in _LEFT_OUT}
    made["name"] = prefix + task["name"]
    made["ignore_errors"] = True
    if check:
        made["check_mode"] = True
        made["environment"] = {**task.get("environment", {}), "CONVOX_ACTOR": ACTOR}
    return made


def lies(run: Run) -> list[str]:
    """Where check mode told something else than what happened, or something happened twice; in words."""
    found = [f"check mode wrote: {r.method} {r.path}" for r in run.writes if _is_check(r.headers)]
    told: dict[str, Any] = {}
    for each in run.results:
        prefix = next((prefix for prefix in PREFIXES if each.task.startswith(prefix)), None)
        failed = each.kind in ("failed", "item_failed")
        if prefix == CHECK and each.kind == "skipped":
            # A command: who knows what it would do.
            continue
        if prefix == CHECK:
            told.setdefault(each.task.removeprefix(CHECK), []).append((failed, _said(each.result)))
        elif prefix is None and told.get(each.task):
            check_failed, check_said = told[each.task].pop(0)
            found += _differences(each.task, check_failed, check_said, failed, _said(each.result))
        elif prefix is not None and (failed or each.result.get("changed")):
            words = each.result.get("msg", "") if failed else "changed"
            found.append(f"{each.task}: {words} {each.result.get('diff', '')}")
    return found


def _is_check(headers: dict[str, str]) -> bool:
    return headers.get("convox-actor") == ACTOR


def _said(result: dict[str, Any]) -> dict[str, Any]:
    said = {name: result.get(name) for name in ("changed", "diff", "error", "msg")}
    value: dict[str, Any] = Normal().value(said)
    return value


def _differences(
    task: str, check_failed: bool, check: dict[str, Any], failed: bool, real: dict[str, Any]
) -> list[str]:
    """A failure that only the rack can know (it ignores, refuses, reverts) is not foreseen."""
    if failed and not check_failed:
        foreseen = real["error"] == "ConvoxOptionError"
        if foreseen and NOT_YET.match(real["msg"]):
            return [] if check["changed"] else [f"{task}: check mode took nothing as made: {real['msg']}"]
        return [f"{task}: check mode did not see: {real['msg']}"] if foreseen else []
    if check_failed and not failed:
        return [f"{task}: only check mode failed: {check['msg']}"]
    names = ("error", "msg") if failed else ("changed", "diff")
    return [f"{task}: {n}: check {check[n]!r}, then {real[n]!r}" for n in names if check[n] != real[n]]


def copies(run: Run) -> int:
    """How many copies ran."""
    return sum(each.task.startswith(PREFIXES) for each in run.results)
