# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Canaries in every secret; everything that a run leaves behind is searched for them."""

from __future__ import annotations

import base64
import json
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.harness import Harness, Run, Task, Way
from tests.integration.prepare import deployed
from tests.practice_rack.faults import Fault
from tests.practice_rack.server import PracticeRack

KEY = "canary/key+of&the=rack"
VALUES = {f"SECRET_{number}": f"canary-{number}-v@lue+of&env" for number in range(9)}
WRONG = "canary-wrong-key"
SESSION = "canary-session-id"
PROXY = "canary-proxy-password"
CANARIES = (KEY, WRONG, SESSION, PROXY, *VALUES.values())
FAILING, OTHER = "https://h.test/fail.tgz", "https://h.test/x.tgz"


def forms(secret: str) -> set[bytes]:
    """The secret as it may stand in a file: plain, percent-encoded, in base64, in basic auth, in JSON."""
    plain = secret.encode()
    return {
        plain,
        urllib.parse.quote(secret, safe="").encode(),
        urllib.parse.quote_plus(secret).encode(),
        base64.b64encode(plain),
        base64.b64encode(f"convox:{secret}".encode()),
        json.dumps(secret)[1:-1].encode(),
    }


def leaks(run: Run, folder: Path) -> Iterator[str]:
    """Where a canary is found: in what was printed, and in any file below the run's folder."""
    places = {"output": run.output.encode(errors="surrogateescape")}
    for path in folder.rglob("*"):
        if path.is_file():
            places[str(path.relative_to(folder))] = path.read_bytes()
    for place, content in places.items():
        for canary in CANARIES:
            if any(form in content for form in forms(canary)):
                yield f"{canary} in {place}"


@pytest.fixture
def rack(make_rack: Any) -> PracticeRack:
    made: PracticeRack = make_rack(password=KEY)
    return made


@pytest.fixture
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the user gives, outside of the folder that is searched: variables, a dotenv file, CLI files."""
    folder = tmp_path_factory.mktemp("given")
    names: dict[str, Any] = {"key": KEY, "wrong": WRONG, "values": VALUES, "proxy": PROXY}
    names["lines"] = "\n".join(VALUES.values())
    (folder / "vars.yml").write_text(json.dumps(names), encoding="utf-8")
    (folder / "more.env").write_text(f"FROM_FILE='{VALUES['SECRET_1']}'\n", encoding="utf-8")
    return folder


def quoting(rack: PracticeRack) -> None:
    """From now on the rack refuses releases in words that quote a value."""
    words = json.dumps({"error": f"cannot keep {VALUES['SECRET_2']} for you"})
    rack.faults.append(Fault("status", "POST", "/releases$", status=500, times=-1, body=words))


def tasks(given: Path, *, good: bool) -> list[Task]:
    """Tasks that hold every secret: such that succeed, or such that fail."""

    def task(title: str, module: str, /, **options: Any) -> Task:
        return {"name": title, f"convox.rack.convox_{module}": options, "ignore_errors": not good}

    if good:
        return [
            task("key", "app", name="web", api_key="{{ key }}"),
            task("env", "env", app="web", variables="{{ values }}"),
            task("env again", "env", app="web", variables="{{ values }}"),
            task("file", "env", app="web", src=str(given / "more.env"), unset=["SECRET_3"]),
            task("build", "build", app="web", url="https://h.test/ok.tgz", build_args="{{ values }}"),
            task("release", "release", app="web", release="latest"),
            task("info", "release_info", app="web"),
            task("any request", "api", path="/apps/web/objects/tmp/x", method="POST", json="{{ values }}"),
            task("log", "log_info", app="web", api_key="{{ key }}"),
        ]
    return [
        task("wrong key", "app", name="web", api_key="{{ wrong }}"),
        task("newline", "env", app="web", variables={"LINES": "{{ lines }}"}),
        task("no dictionary", "env", app="web", variables="{{ values.SECRET_4 }}"),
        task("nested", "env", app="web", variables={"LIST": ["{{ values.SECRET_5 }}"]}),
        task("key of a variable", "env", app="web", variables={"A B": "{{ values.SECRET_6 }}"}),
        task("unknown option", "env", app="web", variables="{{ values }}", nonsense=1),
        task("quoted by the rack", "env", app="web", variables="{{ values }}"),
        task("failed build", "build", app="web", url=FAILING, build_args="{{ values }}"),
        task(
            "bad build_args",
            "build",
            app="web",
            url="https://h.test/x.tgz",
            build_args="{{ values.SECRET_7 }}",
        ),
        task(
            "proxy",
            "app",
            name="web",
            max_retries=0,
            proxy="{{ 'http://user:' ~ proxy ~ '@127.0.0.1:1' }}",
        ),
    ]


def logged(harness: Harness) -> dict[str, str | None]:
    log, local = harness.folder / "ansible.log", harness.folder / "local"
    return {"ANSIBLE_LOG_PATH": str(log), "ANSIBLE_LOCAL_TEMP": str(local), "TMPDIR": str(harness.folder)}


# For real and the long way they run as a job of AWX, below.
@pytest.mark.parametrize(("way", "check"), [("short", False), ("short", True), ("long", True)])
def test_what_succeeds_shows_no_secret(
    harness: Harness, rack: PracticeRack, given: Path, way: Way, check: bool
) -> None:
    deployed(rack)
    play = {"vars_files": [str(given / "vars.yml")]}
    run = harness.run_playbook(
        tasks(given, good=True),
        way=way,
        play=play,
        verbosity=4,
        diff=True,
        check=check,
        env=logged(harness),
    ).must()
    assert list(leaks(run, harness.folder)) == []
    assert run.of("env")["set"] == sorted(VALUES)
    assert run.of("file")["unset"] == ([] if check else ["SECRET_3"])
    if not check:
        assert run.of("env again")["changed"] is False


def test_what_fails_shows_no_secret(harness: Harness, rack: PracticeRack, given: Path) -> None:
    deployed(rack)
    quoting(rack)
    play = {"vars_files": [str(given / "vars.yml")]}
    planned = tasks(given, good=False)
    run = harness.run_playbook(planned, play=play, verbosity=4, diff=True, env=logged(harness)).must()
    assert list(leaks(run, harness.folder)) == []
    assert failed(run) == {task["name"] for task in planned}
    assert "cannot keep ******** for you" in run.of("quoted by the rack")["msg"]
    assert "LINES" in run.of("newline")["msg"]
    assert run.of("wrong key")["status"] == 401


def failed(run: Run) -> set[str]:
    return {each.task for each in run.results if each.kind == "failed"}


@pytest.mark.parametrize("place", ["environment", "RACK_URL", "files of the CLI"])
def test_no_place_of_the_login_shows_it(
    harness: Harness, rack: PracticeRack, given: Path, way: Way, place: str
) -> None:
    quoted = urllib.parse.quote(KEY, safe="")
    places: dict[str, dict[str, str | None]] = {
        "environment": {},
        "RACK_URL": {
            "CONVOX_HOST": None,
            "CONVOX_PASSWORD": None,
            "RACK_URL": rack.url.replace("://", f"://convox:{quoted}@"),
        },
        "files of the CLI": {"CONVOX_HOST": None, "CONVOX_PASSWORD": None, "CONVOX_CONFIG": str(given)},
    }
    (given / "auth").write_text(json.dumps({rack.url: KEY}), encoding="utf-8")
    (given / "session").write_text(json.dumps({rack.url: SESSION}), encoding="utf-8")
    good = {"name": "good", "convox.rack.convox_app": {"name": "web"}}
    bad = {"name": "bad", "convox.rack.convox_env": {"app": "no", "unset": ["A"]}, "ignore_errors": True}
    run = harness.run_playbook(
        [good, bad], way=way, verbosity=4, diff=True, env={**logged(harness), **places[place]}
    ).must()
    assert run.of("good")["changed"] is True
    assert run.of("bad")["status"] == 404
    assert list(leaks(run, harness.folder)) == []


def test_a_job_as_awx_runs_it_leaves_no_secret(
    harness: Harness, rack: PracticeRack, given: Path, way: Way
) -> None:
    deployed(rack)
    play = {"vars_files": [str(given / "vars.yml")]}
    good, bad = tasks(given, good=True), tasks(given, good=False)
    both = [*good, *bad]
    more = {**logged(harness), "ANSIBLE_VERBOSITY": "4", "ANSIBLE_DIFF_ALWAYS": "true"}
    run = harness.run_runner(both, way=way, play=play, env=more).must()
    assert failed(run) == {task["name"] for task in bad} - {"quoted by the rack"}
    assert '"SECRET_1": "********' in run.output
    artifacts = [path for path in harness.folder.rglob("*") if "artifacts" in path.parts and path.is_file()]
    assert len(artifacts) > len(both)
    # The runner keeps the whole environment of a job in its file "command", the rack's password included.
    for command in (path for path in artifacts if path.name == "command"):
        command.unlink()
    assert list(leaks(run, harness.folder)) == []


def test_results_stay_whole_beside_short_values(harness: Harness, rack: PracticeRack, way: Way) -> None:
    release = deployed(rack)
    short = {"DEBUG": "1", "NAME": "web", "LETTER": release[1], "STATUS": "running"}
    run = harness.run_playbook(
        [{"name": "env", "convox.rack.convox_env": {"app": "web", "variables": short}}], way=way
    ).must()
    assert run.of("env")["set"] == sorted(short)
    assert run.of("env")["release"] == rack.state.apps["web"].release
    told = {name: value for name, value in run.of("env").items() if name != "invocation"}
    assert "*" not in json.dumps(told)


def test_the_search_finds_what_is_shown(harness: Harness, given: Path) -> None:
    shown = {"name": "shown", "ansible.builtin.debug": {"msg": "{{ values.SECRET_8 }}"}}
    play = {"vars_files": [str(given / "vars.yml")]}
    run = harness.run_playbook([shown], play=play).must()
    assert {leak.partition(" in ")[0] for leak in leaks(run, harness.folder)} == {VALUES["SECRET_8"]}
