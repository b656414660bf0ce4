# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a module does, each of its requests meets each kind of fault, and the task is then repeated.

The tasks are those of ``check_mode`` in each target's cases.yml, done for real on a rack in memory. In the
end the rack is as after a run without faults, nothing is there twice, and ``changed`` and ``unsettled`` agree
with what the rack has written down. A new module is in the table as soon as its target has cases.
"""

from __future__ import annotations

import copy
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jinja2
import pytest

from tests.fuzz import nouns
from tests.fuzz.worlds import Ran, in_process_here, served, wire_of
from tests.integration import cases
from tests.model.furnished import Furnished, picture, rest
from tests.practice_rack.exchange import READS, Record
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack

CASES = {name: case for name, case in cases.check_mode().items() if case.changed and case.task is None}
TIMEOUT = 5.0
FAULTS: dict[str, dict[str, Any]] = {
    "cut before": {"kind": "cut_before"},
    "cut after": {"kind": "cut_after"},
    "502 before": {"kind": "status", "status": 502},
    "502 after": {"kind": "status", "status": 502, "after_work": True},
    "504 after": {"kind": "status", "status": 504, "after_work": True},
    "answer too late": {"kind": "delay", "seconds": 2 * TIMEOUT, "after_work": True},
}
# A gateway sends it once more by itself; only what does no harm twice, as the HTTP standard has it.
DOUBLED = "doubled"
# A folder that is on no machine: here it is the test's own, with the file that a task may read.
NOWHERE = "/nowhere"
# Of one method and path so many requests (polls) meet each fault.
POLLS = 1
# The cases that this rack cannot bring to an end even without a fault, and the words with which they fail.
# No other may fail: it would be broken, and nothing would hold it to anything.
NEEDS = {
    "imported build": "archive: ",  # a file that nobody makes here
    "instance goes": "Where no other instance comes for it",
    "instances get a key": "Only the instances of a v2 rack have a key.",
    "rack parameters": "A v3 rack is updated by Terraform",
    "rack version and count": "A v3 rack is updated by Terraform",
    "workflow": "It needs a console",
}
# The cases that change something whenever they run, and the one that can be done only once. A module that is
# to change nothing when it is repeated is none of them.
ALWAYS = {
    "build",
    "build of an image",
    "export",
    "external build",
    "import",
    "issue a token",
    "renew certificates",
    "reset it all the same",
    "restart",
    "rotate tokens",
    "stop processes",
}
ONCE = {"send"}
# What a task may need to come to its end beside a fault.
OPTIONS = {"timeout": TIMEOUT, "max_retries": 2, "wait_timeout": 120}


class Wire(httpx.BaseTransport):
    """Lets a fault happen at the ``number``-th request, from 0."""

    def __init__(self, rack: MemoryRack, fault: str | None = None, number: int = -1) -> None:
        self._rack = rack
        self._inner = wire_of(rack)
        self._fault = fault
        self._number = number
        self.asked: list[tuple[str, str]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        here = len(self.asked) == self._number
        method = "SOCKET" if "upgrade" in request.headers else request.method
        self.asked.append((method, request.url.path))
        if here and self._fault == DOUBLED:
            body = request.read()
            self._inner.handle_request(request)
            request = httpx.Request(request.method, request.url, headers=request.headers.raw, content=body)
        elif here and self._fault is not None:
            self._rack.faults.append(Fault(**FAULTS[self._fault]))
        return self._inner.handle_request(request)


@dataclass
class Stage:
    """A task, and what comes of it without a fault: its requests, and the pictures in which it and its
    repeats may end: after one run, and after two of what changes something each time. What can be done only
    once (a request as it is) has the picture before, too, and is not repeated."""

    case: cases.Checked
    options: dict[str, Any]
    asked: list[tuple[str, str]]
    ends: list[Any]
    converges: bool
    repeats: bool


@functools.cache
def furnished() -> Furnished:
    return Furnished()


def options_of(case: cases.Checked, folder: Path) -> dict[str, Any]:
    """The options of a case as a playbook has them."""
    known = {**furnished().ids, "playbook_dir": str(folder)}

    def filled(value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace(NOWHERE, str(folder))
            return jinja2.Environment(autoescape=False).from_string(value).render(known)
        if isinstance(value, dict):
            return {name: filled(inner) for name, inner in value.items()}
        return [filled(inner) for inner in value] if isinstance(value, list) else value

    arguments = nouns.NOUNS[case.target].ARGUMENTS
    common = {name: value for name, value in OPTIONS.items() if name in arguments or name != "wait_timeout"}
    return {**common, **filled(case.options)}


def supplied(case: cases.Checked, folder: Path) -> dict[str, bytes]:
    """The files that a task finds in its folder: the one that it reads."""
    for path in folder.iterdir():
        path.unlink()
    source = Path(case.options.get("src") or "")
    if source.is_relative_to(NOWHERE):
        (folder / source.name).write_bytes(b"-- a dump\n")
    return kept(folder)


def kept(folder: Path) -> dict[str, bytes]:
    """The files that are in its folder now."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def run(case: cases.Checked, options: dict[str, Any], rack: MemoryRack, wire: Wire) -> Ran:
    with served(rack, wire):
        ran = in_process_here(nouns.NOUNS[case.target], copy.deepcopy(options), rack)
    rack.faults.clear()
    rest(rack)
    return ran


def stage(case: cases.Checked, folder: Path) -> Stage:
    """Do it without a fault, twice."""
    supplied(case, folder)
    options, rack = options_of(case, folder), furnished().again()
    before = picture(rack)
    wire = Wire(rack)
    first = run(case, options, rack, wire)
    if case.name in NEEDS:
        assert NEEDS[case.name] in first.answer["msg"], first.answer
        pytest.skip(f"it needs another rack: {first.answer['msg']}")
    assert not first.answer.get("failed"), first.answer["msg"]
    assert first.answer["changed"], first.answer
    ends = [picture(rack)]
    second = run(case, options, rack, Wire(rack)).answer
    repeats = not second.get("failed")
    assert repeats is (case.name not in ONCE), second
    assert not repeats or second["changed"] is (case.name in ALWAYS), second
    if not repeats:
        ends.append(before)
    elif second["changed"]:
        ends.append(picture(rack))
    return Stage(
        case, options, wire.asked, ends, converges=repeats and not second["changed"], repeats=repeats
    )


def places(asked: list[tuple[str, str]]) -> list[int]:
    """The numbers of the requests that meet faults; of polls the first."""
    seen: dict[tuple[str, str], int] = {}
    found = []
    for number, each in enumerate(asked):
        seen[each] = seen.get(each, 0) + 1
        if seen[each] <= POLLS or each[0] not in READS:
            found.append(number)
    return found


def test_every_exception_is_a_case() -> None:
    assert {*NEEDS, *ALWAYS, *ONCE} <= CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_a_task_that_met_a_fault_is_finished_by_the_next(name: str, tmp_path: Path) -> None:
    here = stage(CASES[name], tmp_path)
    found = []
    for number in places(here.asked):
        method, path = here.asked[number]
        for fault in (*FAULTS, DOUBLED):
            if (fault == DOUBLED and method in ("POST", "SOCKET")) or (
                method == "SOCKET" and "after" in fault
            ):
                continue
            problem = problem_of(here, fault, number, tmp_path)
            if problem:
                found.append(f"{fault} at {method} {path} (#{number}): {problem}")
    assert not found, "\n".join(found)


def problem_of(here: Stage, fault: str, number: int, folder: Path) -> str | None:
    """Run a task with one fault, then without: what is wrong, or None."""
    rack, before = furnished().again(), supplied(here.case, folder)
    ran = run(here.case, here.options, rack, Wire(rack, fault, number))
    answer, failed = ran.answer, bool(ran.answer.get("failed"))
    problem = untrue(answer, rack.requests, doubled=fault == DOUBLED, kept=kept(folder) != before)
    if problem or (not failed and picture(rack) not in here.ends[:1]):
        return problem or f"it ended well, but {differing(here.ends[0], picture(rack))}"
    if failed and here.repeats:
        repeated = run(here.case, here.options, rack, Wire(rack)).answer
        if repeated.get("failed"):
            return f"repeated after {answer['msg']!r} it fails: {repeated['msg']}"
    if picture(rack) not in here.ends:
        return f"in the end, after {answer.get('msg')!r}: {differing(here.ends[0], picture(rack))}"
    if here.converges:
        last = run(here.case, here.options, rack, Wire(rack)).answer
        if last.get("failed") or last["changed"]:
            return f"the last repeat: {last}"
    return None


def untrue(answer: dict[str, Any], requests: list[Record], *, doubled: bool, kept: bool) -> str | None:
    """Where an answer and what the rack has written down do not agree, in words. ``kept``: a file of this
    machine was written."""
    # A stored object is no change yet: nothing uses it. Of what was doubled the last answer counts: it may
    # say that the thing is gone already, and nobody can know by whom.
    changes = [each for each in requests if each.changed and "/objects/" not in each.path and not doubled]
    writes = [each for each in requests if each.write and "/objects/" not in each.path]
    if changes and not answer["changed"]:
        return f"changed is false after {changes[0].method} {changes[0].path}: {answer.get('msg')}"
    if answer["changed"] and not writes and not kept:
        return f"changed is true, and nothing was sent: {answer.get('msg')}"
    if answer.get("unsettled") and not any(
        each.fault for each in requests if each.write or each.method == "SOCKET"
    ):
        return f"unsettled, and every write was answered: {answer['msg']}"
    lost = [each for each in changes if each.fault and each is writes[-1]]
    if answer.get("failed") and lost and not answer.get("unsettled"):
        return f"not unsettled after {lost[0].method} {lost[0].path}: {answer['msg']}"
    return None


def differing(expected: Any, found: Any, where: str = "") -> str:
    """Where two pictures differ, in words."""
    if isinstance(expected, dict) and isinstance(found, dict):
        names = [name for name in {**expected, **found} if expected.get(name) != found.get(name)]
        return "; ".join(differing(expected.get(name), found.get(name), f"{where}.{name}") for name in names)
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = [(n, *pair) for n, pair in enumerate(zip(expected, found, strict=True)) if pair[0] != pair[1]]
        return "; ".join(differing(one, other, f"{where}[{n}]") for n, one, other in pairs)
    return f"{where} is {found!r} instead of {expected!r}"
