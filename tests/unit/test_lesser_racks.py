# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each module on a rack that is older, of another kind or lacks a route, and with a key that may do less: it
works, or it fails and names the way out.

What is tried are the tasks of the targets' cases.yml.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.fuzz import nouns, worlds
from tests.practice_rack.exchange import Record, Reply
from tests.practice_rack.memory import MemoryRack

TARGETS = Path(__file__).resolve().parents[1] / "integration" / "targets"
# What only a playbook can fill in.
_TEMPLATE = re.compile(r"\{\{ *(\w+) *\}\}")
QUICK = {"timeout": 5.0, "max_retries": 0}


class Case(NamedTuple):
    """A task of a noun's module. ``check``: in check mode."""

    noun: str
    name: str
    options: dict[str, Any]
    check: bool

    def __str__(self) -> str:
        return f"{self.noun}: {self.name}{', checked' * self.check}"


def world(**settings: Any) -> tuple[MemoryRack, dict[str, str]]:
    """One of everything, and what the cases call the releases of the app web."""
    rack = worlds.full()
    rack.add_app("bare")
    rack.add_app("empty")
    staged = rack.add_release({"A": "4"}, build="B2").id
    rack.clock.sleep(60.0)
    old, active, *_unused = (release.id for release in rack.app().releases)
    rack.settings.change(settings)
    rack.requests.clear()
    return rack, {"old": old, "active": active, "staged": staged}


def cases() -> Iterator[Case]:
    """Each task that some case checks, checked and done, and each that finds all as it is to be."""
    for noun in sorted(nouns.NOUNS):
        read = yaml.safe_load((TARGETS / noun / "cases.yml").read_text("utf-8"))
        known = {*world()[1], "playbook_dir"}
        for section, check in (("check_mode", True), ("check_mode", False), ("requests", False)):
            for case in read.get(section, ()):
                templates = re.findall(r"\{\{.*?\}\}", str(case.get("options")))
                fits = all(_TEMPLATE.fullmatch(each) for each in templates)
                if "task" not in case and fits and set(_TEMPLATE.findall(str(templates))) <= known:
                    yield Case(noun, case["name"], case.get("options", {}), check)


def filled(value: Any, values: dict[str, str]) -> Any:
    """The options without templates."""
    if isinstance(value, dict):
        return {name: filled(inner, values) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, values) for inner in value]
    return _TEMPLATE.sub(lambda found: values[found[1]], value) if isinstance(value, str) else value


CASES = list(cases())
# One task of each noun that changes something, and one that does not.
FEW = list({(case.noun, case.check): case for case in reversed(CASES) if not case.check}.values())
Turn = Callable[[MemoryRack], dict[str, str] | None]


def run(case: Case, folder: Path, turn: Turn, **settings: Any) -> tuple[dict[str, Any], MemoryRack]:
    """The answer of a task on a rack that ``turn`` has made another one; it may give another login."""
    rack, values = world(**settings)
    environ = turn(rack)
    options = filled(case.options, {**values, "playbook_dir": str(folder)})
    with worlds.served(rack):
        ran = worlds.in_process_here(
            nouns.NOUNS[case.noun], {**options, **QUICK}, rack, check=case.check, environ=environ
        )
    return ran.answer, rack


# What a message is about, by the class of its error.
ABOUT = {
    "ConvoxNotImplementedError": ("version", "provider", "console", "v2 rack", "v3 rack", "rack's API"),
    "ConvoxForbiddenError": ("role",),
    "ConvoxAuthError": ("role",),
}


def names_the_way_out(case: Case, answer: dict[str, Any]) -> None:
    """It worked, or its message has a hint; what is about the rack or the key says what these have to be."""
    if not answer.get("failed"):
        return
    message = answer["msg"]
    assert "error of its own" not in message, answer
    assert re.search(r"\. [A-Z][^.]", message), f"{case}: no way out: {message}"
    words = ABOUT.get(answer["error"], ("",))
    assert any(word in message for word in words), f"{case}: {message}"


def as_it_is(rack: MemoryRack) -> None:
    """Nothing is another."""


def key(role: str | None) -> Turn:
    """A login of less."""

    def turn(rack: MemoryRack) -> dict[str, str]:
        return {**worlds.login(rack), "CONVOX_PASSWORD": rack.deploy_key(role)}

    return turn


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_older_rack(case: Case, tmp_path: Path) -> None:
    answer, _rack = run(case, tmp_path, as_it_is, version="3.23.4")
    names_the_way_out(case, answer)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_v2_rack(case: Case, tmp_path: Path) -> None:
    answer, _rack = run(case, tmp_path, as_it_is, generation="2", version="20190111211123")
    names_the_way_out(case, answer)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_plain_deploy_key(case: Case, tmp_path: Path) -> None:
    answer, _rack = run(case, tmp_path, key(None))
    names_the_way_out(case, answer)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_read_token(case: Case, tmp_path: Path) -> None:
    answer, rack = run(case, tmp_path, key("r"))
    names_the_way_out(case, answer)
    assert rack.true_writes == []


def without(record: Record, status: int) -> Turn:
    """A rack that has no such route (404 without a word), or says that it cannot do it (501)."""
    words = b"" if status == 404 else b'{"error":"unimplemented"}\n'
    kind = {} if status == 404 else {"Content-Type": "application/json"}

    def turn(rack: MemoryRack) -> None:
        def altered(asked: Record, reply: Reply) -> Reply:
            same = (asked.method, asked.path) == (record.method, record.path)
            return Reply(status, kind, words) if same else reply

        rack.alter = altered

    return turn


@pytest.mark.parametrize("case", FEW, ids=str)
def test_a_rack_that_lacks_one_route(case: Case, tmp_path: Path) -> None:
    _answer, rack = run(case, tmp_path, as_it_is)
    seen = {(each.method, each.path): each for each in rack.requests if each.method != "SOCKET"}
    for status in (404, 501):
        for record in list(seen.values())[:5]:
            answer, _rack = run(case, tmp_path, without(record, status))
            names_the_way_out(case, answer)
            if answer.get("failed"):
                # A console's route leads to the rack's own, which says 501 without a console.
                assert answer["status"] in (status, 501, None), (case, record.path, answer["msg"])
