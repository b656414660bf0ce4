# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks adopt and drift: what is written down is what the role app finds there."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path

import pytest
import yaml

from tests.integration.harness import Harness, Run
from tests.integration.prepare import ROLE_APP, Preparer
from tests.practice_rack.server import PracticeRack

CANARY = "canary-of-adoption"


@pytest.fixture
def app(rack: PracticeRack) -> Preparer:
    preparer = Preparer(rack)
    preparer.deployed("web", f"TOKEN={CANARY}\nLEVEL={{{{ one }}}}")
    preparer.ask("PUT", "/apps/web", data={"lock": "true", "parameters": "BuildMem=2048"})
    preparer.running()
    preparer.ask("PUT", "/apps/web/configs/app.json", data={"value": b64encode(CANARY.encode()).decode()})
    preparer.ask("POST", "/apps/web/budget", data={"monthly-cap-usd": "12.5"})
    rack.requests.clear()
    return preparer


def play(harness: Harness, name: str, *words: str, check: bool = False) -> Run:
    book = ROLE_APP if name == "app" else Path(f"convox.rack.{name}")
    return harness.run_playbook(
        book, check=check, diff=True, verbosity=4, arguments=words, cwd=harness.folder
    )


def test_what_is_written_is_what_is_there(harness: Harness, app: Preparer) -> None:
    (harness.folder / "password").write_text("of the vault", encoding="utf-8")
    words = ["-e", "adopt_env=vault", "-e", "adopt_vault_password_file=password"]
    runs = [play(harness, "adopt", *words, check=True).must()]
    path = harness.folder / "apps" / "web.yml"
    assert not path.exists()
    runs.append(play(harness, "adopt", *words).must())
    text = path.read_text("utf-8")
    assert text.count("$ANSIBLE_VAULT") == 3
    runs.append(play(harness, "adopt", *words).must())
    assert runs[-1].of("Write it")["changed"] is False and path.read_text("utf-8") == text
    runs.append(play(harness, "app", "-e", "@apps/web.yml", "--vault-password-file", "password").must())
    assert [each.task for each in runs[-1].results if each.result.get("changed")] == []
    assert all(run.writes == [] for run in runs)
    assert all(CANARY not in run.output for run in runs) and CANARY not in text


def test_drift_of_a_file_with_lookups(harness: Harness, app: Preparer) -> None:
    play(harness, "adopt").must()
    path = harness.folder / "apps" / "web.yml"
    assert CANARY not in path.read_text("utf-8")
    same = play(harness, "drift").must()
    assert same.of("Nothing differs")["msg"] == "Nothing differs in 1 apps"
    found = yaml.safe_load(path.read_text("utf-8"))
    assert "app_configs" not in found and set(found["app_env"]) == {"LEVEL", "TOKEN"}
    edited = re.sub("LEVEL: .*", f"LEVEL: {CANARY}2", path.read_text("utf-8"))
    edited = edited.replace("BuildMem: '2048'", "BuildMem: 1024").replace("count: 1", "count: 3", 1)
    path.write_text(edited.replace("name: worker", "name: cron"), encoding="utf-8")
    run = play(harness, "drift")
    assert run.rc == 2 and run.writes == []
    assert [re.split("  +", line)[:3] for line in run.of("What differs")["msg"]] == [
        ["app", "what", "here"],
        ["web", "parameter BuildMem", "1024"],
        ["web", "env LEVEL", "******** (changed)"],
        ["web", "service web count", "3"],
        ["web", "service cron", "named"],
    ]
    again = play(harness, "adopt").must()
    assert "is left alone" in again.of("Tell that it is left alone")["msg"]
    assert CANARY not in same.output + run.output + again.output


@pytest.mark.parametrize(
    ("name", "words", "says"),
    [
        ("adopt", ["adopt_apps=nix"], "adopt_apps: not on this rack: nix. Nothing was written."),
        ("drift", ["drift_src=nowhere"], "nowhere has no file NAME.yml."),
    ],
)
def test_what_is_refused(harness: Harness, app: Preparer, name: str, words: list[str], says: str) -> None:
    run = play(harness, name, *(word for each in words for word in ("-e", each)))
    assert run.rc and says in run.output and not (harness.folder / "apps").exists()
