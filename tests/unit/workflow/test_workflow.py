# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nouns of convox_workflow and convox_workflow_info."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.resources.workflows import Workflow
from ansible_collections.convox.rack.plugins.module_utils._modules.workflow.noun import (
    Observed,
    Run,
    WorkflowNoun,
)
from ansible_collections.convox.rack.plugins.module_utils._modules.workflow_info.noun import WorkflowInfoNoun
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done, options, refusal, run_task

PATH = "/racks/acme/production/workflows"


def world(**settings: Any) -> MemoryRack:
    rack = MemoryRack(**{"console": "acme/production", **settings})
    rack.add_app("web")
    return rack


def run(rack: MemoryRack, **given: Any) -> Task:
    return run_task(WorkflowNoun, rack, **{"app": "web", "name": "deploy", "branch": "main", **given})


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({}, {"app": "web", "branch": "main"}),
        ({"branch": None, "commit": "abc"}, {"app": "web", "commit": "abc"}),
        ({"title": "a & b"}, {"app": "web", "branch": "main", "title": "a & b"}),
        ({"name": None, "id": "wf-deploy"}, {"app": "web", "branch": "main"}),
    ],
)
def test_it_is_started(given: dict[str, Any], sent: dict[str, str]) -> None:
    rack = world()
    task = run(rack, **given)
    assert task.error is None
    assert task.sent == [("POST", f"{PATH}/wf-deploy/run", sent)]
    assert (task.changed, task.result["job_id"], task.result["workflow"]["name"]) == (True, "job-1", "deploy")
    assert len(rack.requests) == 3


def test_check_mode_foretells_it() -> None:
    task = run(world(), check_mode=True)
    assert (task.changed, task.sent, task.result["job_id"]) == (True, [], None)
    assert task.outcome is not None
    assert task.outcome.answer(diff=True)["diff"]["after"] == {
        "workflow": {"wf-deploy": {"app": "web", "branch": "main"}}
    }


def test_an_app_that_is_not_there() -> None:
    rack = world()
    task = run(rack, app="coming")
    assert isinstance(task.error, errors.ConvoxNotFoundError)
    assert run(rack, app="coming", check_mode=True).changed


FAULTS = [
    Fault("cut_after", method="POST"),
    Fault("cut_before", method="POST"),
    Fault("half", method="POST"),
    Fault("delay", method="POST", seconds=99.0),
    *[Fault("status", method="POST", status=status) for status in (500, 502, 503, 504)],
    Fault("status", method="POST", status=500, body='{"error": "the object has been modified"}'),
    Fault("status", method="POST", status=200, body="ok"),
    Fault("status", method="POST", status=200, body='{"job": "x"}'),
    Fault("status", method="POST", status=429),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.kind} {fault.status}")
def test_it_is_never_started_twice(fault: Fault) -> None:
    """Whatever becomes of the answer: at most one request may have reached the console's work."""
    rack = world()
    rack.faults.append(Fault(**{**vars(fault), "times": 1}))
    task = run(rack)
    assert len(rack.state.itself.runs) <= 1
    assert len(task.sent) == 1
    assert task.error is not None
    assert task.changed is (fault.status not in (429, 500))
    assert bool(task.client.ledger.unsettled) is (task.changed and "job" not in fault.body)


def test_one_that_never_left_is_sent_again() -> None:
    rack = world()
    rack.faults.append(Fault("refuse", method="POST"))
    assert run(rack).error is None
    assert len(rack.state.itself.runs) == 1


def test_the_id_of_a_job_may_be_spelt_right_one_day() -> None:
    rack = world()
    rack.faults.append(Fault("status", method="POST", status=200, body='{"job_id": "job-9"}'))
    assert run(rack).result["job_id"] == "job-9"


def test_names() -> None:
    rack = world()
    task = run(rack, name="nothing")
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert task.error.message == (
        "name: there is no workflow nothing. There are: deploy (wf-deploy), review (wf-review)"
    )

    def twins(record: Any, reply: Any) -> Any:
        reply.content = reply.content.replace(b'"review"', b'"deploy"')
        return reply

    rack.alter = twins
    task = run(rack)
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert "several workflows are called deploy. Give an id: " in task.error.message
    assert run(rack, name=None, id="wf-deploy").error is None


def test_without_a_console() -> None:
    for noun, asked in ((WorkflowNoun, {"app": "web", "id": "x", "branch": "y"}), (WorkflowInfoNoun, {})):
        rack = MemoryRack()
        task = run_task(noun, rack, **asked)
        assert isinstance(task.error, errors.ConvoxOptionError)
        assert task.error.option == "rack"
        assert rack.requests == []


def test_all_workflows_in_any_case_of_names() -> None:
    rack = world()

    def upper(record: Any, reply: Any) -> Any:
        reply.content = reply.content.replace(b'"workflows"', b'"Workflows"').replace(b'"id"', b'"Id"')
        return reply

    rack.alter = upper
    task = done(WorkflowInfoNoun, rack)
    assert [each["id"] for each in task.result["workflows"]] == ["wf-deploy", "wf-review"]
    assert not task.changed


@pytest.mark.parametrize("name", ["id", "name", "branch", "commit"])
def test_bad_input(name: str) -> None:
    assert refusal(WorkflowNoun, app="web", **{name: " "}).option == name


@given(st.text("ab", min_size=1), st.booleans())
def test_one_step_and_nothing_left_of_it(text: str, by_branch: bool) -> None:
    noun = WorkflowNoun()
    given = {"branch": text} if by_branch else {"commit": text}
    desired = noun.desired(options(WorkflowNoun, app="web", id="wf", **given))
    (step,) = noun.plan(Observed("acme/production", Workflow(id="wf")), desired)
    assert isinstance(step, Run) and step.one_shot and not step.wait_only
    assert step.changes()
