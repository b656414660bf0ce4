# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_rack: version, parameters and instances."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.rack.noun import RackNoun
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import done, holds_every_rule, options, refusal, run_task

NAME = "acme/production"
PATH = f"/racks/{NAME}"
VALUES = st.sampled_from(["", "1", "2"])
PARAMETERS = st.dictionaries(st.sampled_from(["node_type", "idle_timeout", "api_token"]), VALUES, max_size=3)


def console(parameters: dict[str, str] | None = None, **settings: Any) -> MemoryRack:
    """A v3 rack whose console holds its Terraform state."""
    kept = {name: value for name, value in (parameters or {}).items() if value}
    return MemoryRack(**{"console": NAME, "update_seconds": 90.0, "rack_parameters": kept, **settings})


def v2(parameters: dict[str, str] | None = None, **settings: Any) -> MemoryRack:
    """A rack that updates itself, asked directly."""
    more = {"generation": "2", "version": "20190111211123", "console": ""}
    return console(parameters, **{**more, **settings})


def by_console(
    parameters: dict[str, str] | None, version: str, **more: str
) -> tuple[str, str, dict[str, str]]:
    return ("PUT", PATH, {"params": json.dumps(parameters), "version": version, **more})


@given(PARAMETERS, PARAMETERS, st.sampled_from([None, "3.24.9", "3.24.10", "3.25.1"]))
def test_any_rack_comes_to_any_desired_one(
    before: dict[str, str], parameters: dict[str, str], version: str | None
) -> None:
    desired = {"parameters": parameters or None, "version": version}
    task = holds_every_rule(RackNoun, lambda: console(before), **desired)
    rack = task.result["rack"]
    old = {name: value for name, value in before.items() if value}
    new = {name: value for name, value in {**old, **parameters}.items() if value}
    shown = {name: "********" if "token" in name else value for name, value in new.items()}
    assert (rack["name"], rack["status"], rack["parameters"]) == (NAME, "running", shown)
    assert rack["version"] == (version or "3.24.9")
    differs = {name: value for name, value in sorted(parameters.items()) if old.get(name, "") != value}
    assert task.sent == [
        *([by_console(None, version)] if version not in (None, "3.24.9") else []),
        *([by_console(differs, version or "3.24.9")] if differs else []),
    ]


@given(PARAMETERS, PARAMETERS, st.none() | st.integers(1, 5), st.sampled_from([None, "t3.large"]))
def test_a_v2_rack_gets_all_in_one_request(
    before: dict[str, str], parameters: dict[str, str], count: int | None, kind: str | None
) -> None:
    task = holds_every_rule(
        RackNoun, lambda: v2(before), parameters=parameters or None, count=count, type=kind
    )
    assert len(task.sent) <= 1
    assert all(sent[:2] == ("PUT", "/system") for sent in task.sent)
    if count is not None:
        assert task.result["rack"]["count"] == count
    if kind is not None:
        assert task.result["rack"]["type"] == kind


def test_a_console_passes_the_number_of_instances_on() -> None:
    task = holds_every_rule(RackNoun, console, version="3.25.0", parameters={"a": "1"}, count=3)
    assert task.sent == [
        by_console(None, "3.25.0"),
        by_console({"a": "1"}, "3.25.0"),
        ("PUT", "/system", {"count": "3"}),
    ]


def test_nothing_differs_one_request() -> None:
    rack = console({"node_type": "t3.small"})
    done(RackNoun, rack, parameters={"node_type": "t3.small"}, version="3.24.9")
    assert [record.path for record in rack.requests] == [PATH]


@pytest.mark.parametrize(
    ("now", "then", "good"),
    [
        ("3.21.4", "3.22.0", True),
        ("3.21.4", "3.21.9", True),
        ("3.21.4", "3.23.0", False),
        ("3.21.4", "3.20.0", True),
        ("3.9.4", "3.10.0", True),
        ("3.9.4", "3.11.0", False),
        ("3.24.9", "20190111211123", False),
    ],
)
def test_no_minor_version_is_left_out(now: str, then: str, good: bool) -> None:
    for check_mode in (False, True):
        task = run_task(RackNoun, console(version=now), version=then, check_mode=check_mode)
        if good:
            assert task.error is None
        else:
            assert isinstance(task.error, errors.ConvoxOptionError)
            assert task.error.option == "version"
            assert task.sent == []
    forced = done(RackNoun, console(version=now), version=then, force=True)
    assert forced.sent == [by_console(None, then, force="true")]


def test_a_rack_of_one_s_own_says_whose_business_it_is() -> None:
    for rack in (MemoryRack(), console(console_state=False)):
        task = run_task(RackNoun, rack, parameters={"node_type": "t3.large"})
        assert isinstance(task.error, errors.ConvoxNotImplementedError)
        assert task.error.status_code == 501
        assert task.error.hint is not None and "Terraform" in task.error.hint
        assert not task.changed


def test_a_host_that_is_no_console_is_the_rack_itself() -> None:
    """CONVOX_RACK may be set for another host."""
    rack = v2(console=NAME)
    rack.faults.append(Fault("status", path="^/racks/", status=404, times=-1))
    task = done(RackNoun, rack, count=4)
    assert task.sent == [("PUT", "/system", {"count": "4"})]


def test_a_busy_rack_is_waited_for() -> None:
    rack = console()
    rack.state.itself.status = "updating"
    rack.at(20.0, lambda: setattr(rack.state.itself, "status", "running"))
    task = done(RackNoun, rack, parameters={"a": "1"})
    assert task.changed
    assert rack.writes[0].at - rack.requests[0].at >= 20.0
    assert task.lines == [f"[{NAME}] waiting until it is running: status updating, version 3.24.9"] * len(
        task.lines
    )


def test_an_update_that_goes_on_is_waited_for() -> None:
    rack = console({"a": "1"})
    rack.state.itself.status = "updating"
    rack.at(20.0, lambda: setattr(rack.state.itself, "status", "running"))
    task = done(RackNoun, rack, parameters={"a": "1"})
    assert (task.changed, task.result["rack"]["status"]) == (False, "running")
    rack.state.itself.status = "updating"
    task = done(RackNoun, rack, parameters={"a": "1"}, wait=False)
    assert (task.changed, task.result["rack"]["status"]) == (False, "updating")


def test_without_waiting() -> None:
    rack = console()
    task = done(RackNoun, rack, parameters={"a": "1"}, wait=False)
    found = task.result["rack"]
    assert (found["status"], found["parameters"]) == ("updating", {"a": "1"})
    assert rack.clock.now() - rack.requests[0].at < 1.0


def test_an_update_that_shows_late() -> None:
    task = holds_every_rule(
        RackNoun, lambda: console(update_shows_seconds=3.0), parameters={"a": "1"}, version="3.24.10"
    )
    assert task.result["rack"]["version"] == "3.24.10"


def test_what_is_forgotten_is_named() -> None:
    task = run_task(RackNoun, console(lose_updates=1), parameters={"b": "1", "a_token": "canary-value"})
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    assert "runs without: a_token, b" in task.error.message
    assert task.changed
    assert "canary" not in str(task.error)


def test_an_update_that_comes_to_nothing_is_told() -> None:
    task = run_task(RackNoun, console(failed_updates=1), version="3.25.0")
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    assert "version" in task.error.message


def test_a_status_that_says_that_it_failed_ends_the_wait() -> None:
    rack = console(update_seconds=500.0)
    rack.at(30.0, lambda: setattr(rack.state.itself, "status", "failed"))
    task = run_task(RackNoun, rack, version="3.25.0")
    assert task.error is not None
    assert "ended with status failed, version 3.24.9" in task.error.message
    assert rack.clock.now() - rack.requests[0].at < 60


def test_the_deadline() -> None:
    rack = console(update_seconds=3600.0)
    task = run_task(RackNoun, rack, version="3.25.0", wait_timeout=60)
    assert isinstance(task.error, errors.ConvoxWaitError)
    assert "rack acme/production to be updated; last seen: status updating" in task.error.message
    assert task.changed


def test_the_api_may_be_away_meanwhile() -> None:
    rack = console()
    rack.fail(503, "no server", "GET", PATH, times=4, skip=2)
    assert done(RackNoun, rack, version="3.25.0").result["rack"]["version"] == "3.25.0"


def test_names_in_any_case() -> None:
    rack = console({"a": "1"})

    def altered(record: Any, reply: Any) -> Any:
        if record.path == PATH and record.method == "GET":
            found = json.loads(reply.content)
            found["Organization"] = {"NAME": found.pop("organization")["name"]}
            reply.content = json.dumps({name.title(): value for name, value in found.items()}).encode()
        return reply

    rack.alter = altered
    task = done(RackNoun, rack, parameters={"a": "2"})
    assert task.sent == [by_console({"a": "2"}, "3.24.9")]


def test_secrets_stay_away() -> None:
    """The console's answer holds Terraform's state."""
    before = {"docker_hub_password": "canary-old", "syslog": "tcp://me:canary-login@logs.test"}
    task = done(RackNoun, console(before), parameters={"docker_hub_password": "canary-new"})
    assert task.outcome is not None
    shown = f"{task.outcome.answer(diff=True)} {task.lines} {task.outcome.steps}"
    assert "canary" not in shown
    assert task.outcome.answer(diff=True)["diff"]["after"] == {
        "parameters": {"docker_hub_password": "******** (changed)"}
    }


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"version": ""}, "version"),
        ({"version": "newest"}, "version"),
        ({"version": "3.24"}, "version"),
        ({"count": 0}, "count"),
        ({"type": " "}, "type"),
        ({"parameters": {"a": [1]}}, "parameters"),
        ({"parameters": {"": "1"}}, "parameters"),
    ],
)
def test_bad_input(given: dict[str, Any], option: str) -> None:
    assert refusal(RackNoun, **given).option == option


def test_numbers_are_text() -> None:
    desired = RackNoun().desired(options(RackNoun, parameters={"a": 3, "b": True, "c": None}))
    assert desired.parameters == {"a": "3", "b": "true", "c": ""}
