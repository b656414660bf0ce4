# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""extensions/awx as AWX takes it: credentials injected by AWX's own code, surveys answered, jobs run by
ansible-runner."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

pytest.importorskip("awx_plugins.interfaces", reason="AWX's own code needs Python 3.11")

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tests.integration import audits, awx
from tests.integration.conftest import MakeRack
from tests.integration.harness import PASSWORD, ROOT, Harness
from tests.integration.prepare import GOOD, Preparer
from tests.practice_rack.server import PracticeRack

CANARY = "canary-of-a-job"
# The role whose variables a survey asks for, and what its playbook asks for besides.
SURVEYS = {
    "deploy": "deploy",
    "rollback": "deploy",
    "review_app": "review_app",
    "smoke": "deploy",
    "workflow": "deploy",
}
OF_PLAYBOOKS = {"rollback_release", "smoke_url"}
NAMED = {"deploy": "convox.rack.deploy : The app's name is one", "rollback": "The app's name is one"}
FIELD = {"id", "label", "type", "help_text", "multiline", "secret"}
QUESTION = {"variable", "question_name", "question_description", "type", "required", "default", "min", "max"}


@pytest.fixture
def tls(make_rack: MakeRack) -> PracticeRack:
    """A rack with a certificate that nobody trusts who was not told so."""
    return make_rack(tls=True)


def authority(rack: PracticeRack) -> str:
    return Path(str(rack.ca_path)).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", awx.TYPES)
def test_a_credential_type_is_one_that_awx_takes(name: str) -> None:
    """Its rules for the types of users: awx/main/fields.py, CredentialTypeInputField and -InjectorField."""
    body = awx.read("credential_types", name)
    assert set(body) == {"name", "description", "kind", "inputs", "injectors"} and body["kind"] == "cloud"
    fields = body["inputs"]["fields"]
    names = [field["id"] for field in fields]
    assert len(set(names)) == len(names) and set(body["inputs"]["required"]) <= set(names)
    for field in fields:
        assert set(field) <= FIELD and field["type"] in ("string", "boolean")
        assert field["type"] == "string" or not {"multiline", "secret"} & set(field)
    assert set(body["injectors"]) == {"file", "env"} and set(body["injectors"]["file"]) == {"template"}
    assert all(re.fullmatch("CONVOX_[A-Z_]+", variable) for variable in body["injectors"]["env"])
    sandbox = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    known = {**dict.fromkeys(names, "EXAMPLE"), "tower": {"filename": "EXAMPLE"}}
    for template in (text for kind in body["injectors"].values() for text in kind.values()):
        assert template.isascii()
        sandbox.from_string(template).render(known)


def test_a_deploy_in_a_job(tls: PracticeRack, tmp_path: Path) -> None:
    Preparer(tls).app()
    job = awx.Job(Harness(tls, tmp_path))
    job.inject("rack", host=tls.url, password=tls.password, ca_certificate=authority(tls))
    given = awx.answers("deploy", deploy_app="web", deploy_url=GOOD)
    status, output = job.run("deploy", {**given, "deploy_env": {"TOKEN": CANARY}})
    assert status == 0, output
    # What the next node of a workflow, a notification and the page of the job show.
    stats = job.events()[-1]["event_data"]["artifact_data"]
    release = Preparer(tls).running()["release"]
    assert (stats["deploy_app"], stats["deploy_release"]) == ("web", release)
    assert {"deploy_previous_release", "deploy_address", "deploy_seconds"} <= set(stats)
    left = list(job.left())
    assert {path.parts[0] for path, _text in left} >= {"artifacts", "project"}
    for secret in (CANARY, PASSWORD):
        assert [path for path, text in left if secret in text] == [] and secret not in output
    assert PASSWORD not in str(job.shown)
    # And one app is counted, by AWX's own event of each task.
    told = [each["event_data"] for each in job.events() if each["event"] == "runner_on_ok"]
    counted = [audits.counted(each["resolved_action"], each["res"]) for each in told]
    assert {answer["name"] for found in counted for answer in found} == {"web"}


def test_what_is_not_given_stays_out(tls: PracticeRack, tmp_path: Path) -> None:
    """A field left empty is none of ours: certificates are checked, by the authorities of the machine."""
    harness = Harness(tls, tmp_path)
    for more, says in (({}, "ca_path"), ({"skip_tls_verification": True}, "")):
        job = awx.Job(harness, f"job{len(more)}")
        job.inject("rack", host=tls.url, password=tls.password, **more)
        assert not job.env["CONVOX_CA_PATH"]
        run = harness.run_adhoc("convox.rack.convox_app_info", "name=web", env=job.variables())
        assert (run.rc != 0) == bool(says) and says in run.output


def test_a_token_and_a_rack_behind_a_console(make_rack: MakeRack, tmp_path: Path) -> None:
    rack = make_rack(console="acme/production")
    direct = make_rack()
    form = {"role": "read", "durationInHour": "1"}
    token = Preparer(direct).ask("POST", "/system/jwt/token", data=form)["token"]
    for behind, name, inputs in (
        (rack, "console", {"host": rack.url, "rack": "acme/production", "api_key": rack.password}),
        (direct, "token", {"host": direct.url, "token": token}),
    ):
        harness = Harness(behind, tmp_path / name)
        job = awx.Job(harness)
        job.inject(name, **inputs)
        run = harness.run_adhoc("convox.rack.convox_app_info", "name=web", env=job.variables())
        assert run.rc == 0, run.output
        assert [each for each in (token, rack.password) if each in str(job.shown) + run.output] == []


def test_the_usual_console_is_named_by_nothing(harness: Harness) -> None:
    job = awx.Job(harness)
    job.inject("console", rack="acme/production", api_key="a-key")
    assert job.env["CONVOX_HOST"] == "console.convox.com"


@pytest.mark.parametrize("survey", SURVEYS)
def test_a_survey_asks_for_variables_that_are_there(survey: str) -> None:
    spec = awx.read("surveys", survey)["spec"]
    names = [each["variable"] for each in spec]
    assert len(set(names)) == len(names)
    for each in spec:
        assert set(each) == {*QUESTION, "choices"}
        assert bool(each["choices"]) == (each["type"] == "multiplechoice")
        assert not each["default"] or not each["choices"] or each["default"] in each["choices"]
    path = ROOT / "roles" / SURVEYS[survey] / "meta" / "argument_specs.yml"
    if path.is_file():
        options = yaml.safe_load(path.read_text(encoding="utf-8"))["argument_specs"]["main"]["options"]
        assert set(names) - set(options) <= OF_PLAYBOOKS


@pytest.mark.parametrize("playbook", ["deploy", "rollback"])
@pytest.mark.parametrize("app", ["../other", "web\n"])
def test_an_answer_that_is_no_apps_name(
    harness: Harness, rack: PracticeRack, playbook: str, app: str
) -> None:
    given: dict[str, Any] = awx.answers(playbook, deploy_app=app)
    if playbook == "deploy":
        given["deploy_url"] = GOOD
    run = harness.run_playbook(Path(f"convox.rack.{playbook}"), extra_vars=given)
    assert run.rc and f"deploy_app: {json.dumps(app)} is no app's name" in run.of(NAMED[playbook])["msg"]
    assert rack.requests == []


def test_a_smoke_test(harness: Harness, rack: PracticeRack) -> None:
    Preparer(rack).deployed()
    given = {"deploy_app": "web", "smoke_retries": 0, "smoke_delay": 0}
    book = Path("convox.rack.smoke")
    # The rack itself answers, to whom it does not know.
    whole = {"smoke_url": f"{rack.url}/apps", "smoke_status": [401]}
    harness.run_playbook(book, way="long", extra_vars={**given, **whole}).must()
    run = harness.run_playbook(book, way="long", extra_vars={**given, "smoke_url": "/health"})
    assert run.rc and run.of("Ask it")["url"] == "https://web.web.rack.test/health"
    run = harness.run_playbook(book, extra_vars={**given, "smoke_url": "health"})
    assert run.rc and "a path as /health" in run.of("An app and a URL are named")["msg"]
