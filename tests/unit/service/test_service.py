# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_service."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors, models
from ansible_collections.convox.rack.plugins.module_utils._modules.service import noun as noun
from tests.unit.fake_app import Service
from tests.unit.fake_rack import FakeRack
from tests.unit.tasks import done, holds_every_rule, options, refusal, run_task


def world(**facts: Any) -> FakeRack:
    rack = FakeRack()
    rack.add_app("shop", services={"web": Service("web", **facts), "job": Service("job", count=2)})
    return rack


FIELDS = {
    "count": st.integers(0, 3),
    "cpu": st.sampled_from([250, 500]),
    "memory": st.sampled_from([256, 512]),
    "gpu": st.integers(0, 1),
}


@given(st.fixed_dictionaries(FIELDS), st.fixed_dictionaries({}, optional=FIELDS))
def test_any_scale_comes_to_any_wish(before: dict[str, int], wished: dict[str, int]) -> None:
    task = holds_every_rule(noun, partial(world, **before), app="shop", name="web", **wished)
    differs = {name: value for name, value in wished.items() if before[name] != value}
    assert task.sent == ([("update_service", "web", differs)] if differs else [])
    as_result = task.result["service"]
    assert {name: as_result[name] for name in FIELDS} == {**before, **wished}


@given(st.permutations(list(FIELDS)))
def test_the_order_of_options_means_nothing(order: list[str]) -> None:
    given = dict.fromkeys(order, 7)
    desired = noun.desired({**given, **options(noun, app="shop", name="web", **given)})
    steps = noun.plan(noun.Observed((Service("web").model(),)), desired)
    assert [change.where[-1] for change in steps[0].changes()] == ["count", "cpu", "memory", "gpu"]


def test_min_alone_is_compared_with_the_count() -> None:
    """Without an autoscaler it sets the replicas, and what is read back as min stays the manifest's."""
    task = holds_every_rule(noun, lambda: world(count=1, min=1), app="shop", name="web", min=2)
    assert task.sent == [("update_service", "web", {"min": 2})]
    assert task.result["service"]["count"] == 2


@pytest.mark.parametrize(
    ("bounds", "sent"),
    [
        ({"min": 2, "max": 9}, {"min": 2}),
        ({"min": 1, "max": 4}, {"max": 4}),
        ({"max": 4}, {"max": 4}),
        ({"min": 3}, {"min": 3}),
        ({"min": 1, "max": 9}, None),
    ],
)
def test_with_an_autoscaler_the_bounds_are_set_and_it_runs_what_it_likes(
    bounds: dict[str, int], sent: dict[str, int] | None
) -> None:
    """It runs five of one to nine: a wait for an exact number would never end."""
    task = holds_every_rule(
        noun, lambda: world(count=5, min=1, max=9, autoscaled=True), app="shop", name="web", **bounds
    )
    assert task.sent == ([] if sent is None else [("update_service", "web", sent)])


def test_an_autoscaler_may_change_the_number_while_we_wait() -> None:
    rack = world(count=5, min=1, max=9, autoscaled=True)
    rack.apps["shop"].services["web"].running = 3
    assert done(noun, rack, app="shop", name="web", memory=1024).changed
    rack = world(count=5, min=1, max=9, autoscaled=True)
    rack.apps["shop"].services["web"].running = 3
    assert done(noun, rack, app="shop", name="web", state="restarted").changed


def test_bounds_make_an_autoscaler() -> None:
    task = holds_every_rule(noun, lambda: world(count=1, min=1), app="shop", name="web", min=2, max=3)
    assert task.sent == [("update_service", "web", {"min": 2, "max": 3})]


def test_a_gpus_vendor_goes_with_its_number() -> None:
    task = done(noun, world(gpu=0, gpu_vendor="amd"), app="shop", name="web", gpu=1, gpu_vendor="amd")
    assert task.sent == [("update_service", "web", {"gpu": 1, "gpu_vendor": "amd"})]


def test_no_gpus_have_no_vendor() -> None:
    task = done(noun, world(gpu=0), app="shop", name="web", gpu=0, gpu_vendor="amd")
    assert (task.sent, task.changed) == ([], False)
    task = holds_every_rule(noun, lambda: world(gpu=1), app="shop", name="web", gpu=0, gpu_vendor="amd")
    assert task.sent == [("update_service", "web", {"gpu": 0})]


def test_what_the_rack_ignores_is_named() -> None:
    rack = world(count=5, min=1, max=9, autoscaled=True)
    rack.update_service = lambda *_unused, **fields: rack.writes.append(("update_service", fields))  # type: ignore
    task = run_task(noun, rack, app="shop", name="web", min=2, max=8)
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    assert "ignored for service web of shop: max, min" in task.error.message
    assert "3.24.6" in errors.describe(task.error)
    assert task.kinds == ["update_service"] * 2


class Processes(FakeRack):
    """Processes as the test says, from the write on ``after``; ``before`` it others."""

    def __init__(self, before: list[models.Process], after: list[tuple[float, list[models.Process]]]) -> None:
        super().__init__()
        self.add_app("shop", services={"web": Service("web", count=1)})
        self.before, self.after = before, after

    def processes(self, app: str, *, service: Any = None, release: Any = None) -> list[models.Process]:
        if not self.writes:
            return self.before
        return [found for since, found in self.after if since <= self.clock.now()][-1]


def process(name: str, status: str = "running", service: str = "web") -> models.Process:
    return models.Process(id=name, service=service, status=status)


OLD, NEW, NEWER = (process(f"web-{which}-abcde") for which in ("aaaa", "bbbb", "cccc"))


def test_scaling_waits_until_so_many_run() -> None:
    pending = process("web-aaaa-fghij", "pending")
    rack = Processes([OLD], [(0, [OLD]), (1, [OLD, pending]), (4, [OLD, process(pending.id)])])
    done(noun, rack, app="shop", name="web", count=2)
    assert 4 <= rack.clock.now() <= 5.5


def test_other_memory_waits_until_every_process_is_another() -> None:
    rack = Processes([OLD], [(0, [OLD]), (1, [OLD, NEW]), (6, [NEW])])
    done(noun, rack, app="shop", name="web", memory=1024)
    assert 6 <= rack.clock.now() <= 7.5


def test_a_restart_waits_until_every_process_is_another() -> None:
    rack = Processes([OLD], [(0, [OLD]), (1, [OLD, process(NEW.id, "pending")]), (6, [NEW])])
    task = done(noun, rack, app="shop", name="web", state="restarted")
    assert task.changed
    assert 6 <= rack.clock.now() <= 7.5
    assert [service["name"] for service in task.result["services"]] == ["web"]


def test_processes_of_convox_run_do_not_count() -> None:
    """They run under the service's name, and when they have ended they stay in the list."""
    extra = [process("web-b5cpk", "failed"), process("web-5jcd4", "complete"), process("web-7q8bf")]
    rack = Processes([OLD, *extra], [(0, [OLD, *extra]), (2, [NEW, *extra])])
    done(noun, rack, app="shop", name="web", state="restarted")
    assert 2 <= rack.clock.now() <= 4


def test_nor_under_a_name_with_a_dash() -> None:
    extra = [process("api-v2-b5cpk", "failed", "api-v2"), process("api-v2-7q8bf", "running", "api-v2")]
    old, new = (process(f"api-v2-{which}-abcde", service="api-v2") for which in ("aaaa", "bbbb"))
    rack = Processes([old, *extra], [(0, [old, *extra]), (2, [new, *extra])])
    rack.apps["shop"].services = {"api-v2": Service("api-v2")}
    done(noun, rack, app="shop", name="api-v2", state="restarted")
    assert 2 <= rack.clock.now() <= 4


def test_scaling_to_nothing_beside_a_process_of_convox_run() -> None:
    running = process("web-7q8bf")
    rack = Processes([OLD, running], [(0, [OLD, running]), (2, [running])])
    done(noun, rack, app="shop", name="web", count=0)
    assert 2 <= rack.clock.now() <= 4


def test_the_deadline_says_which_states_were_seen() -> None:
    rack = Processes([OLD], [(0, [OLD, process("web-bbbb-xxxxx", "crashed"), NEW])])
    task = run_task(noun, rack, app="shop", name="web", count=2, wait_timeout=30)
    assert isinstance(task.error, errors.ConvoxWaitError)
    assert "2 running processes of web in shop; last seen: 1 crashed, 2 running" in task.error.message
    assert task.run.acted


def test_without_wait_it_does_not_wait() -> None:
    rack = Processes([OLD], [(0, [OLD])])
    assert done(noun, rack, app="shop", name="web", count=3, memory=1024, wait=False).changed
    assert done(noun, rack, app="shop", name="web", state="restarted", wait=False).changed
    assert rack.clock.now() == 0


def test_a_whole_app_is_restarted_service_by_service() -> None:
    rack = world()
    task = done(noun, rack, app="shop", state="restarted")
    assert task.sent == [("restart_service", "job"), ("restart_service", "web")]
    assert [service["name"] for service in task.result["services"]] == ["job", "web"]
    checked = done(noun, world(), app="shop", state="restarted", check_mode=True)
    assert (checked.changed, checked.sent) == (True, [])


def test_agents_cannot_be_scaled() -> None:
    task = run_task(noun, world(agent=True), app="shop", name="web", count=3)
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert "is an agent" in task.error.message
    assert task.sent == []
    assert not done(noun, world(agent=True, count=1), app="shop", name="web", count=1).changed


def test_absent_services_are_named_with_those_that_are_there() -> None:
    task = run_task(noun, world(), app="shop", name="wbe", count=1)
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert task.error.message == "name: shop has no service wbe. Its services are: job, web"
    rack = FakeRack()
    rack.add_app("shop")
    task = run_task(noun, rack, app="shop", name="web", count=1)
    assert task.error is not None
    assert "nothing was promoted yet" in task.error.message


def test_check_mode_shows_the_wished_scale() -> None:
    task = done(noun, world(), app="shop", name="web", count=3, check_mode=True)
    assert task.result["service"]["count"] == 3
    assert task.outcome is not None
    assert task.outcome.answer(diff=True)["diff"] == {
        "before": {"web": {"count": 1}},
        "after": {"web": {"count": 3}},
    }


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"count": -1}, "count"),
        ({"cpu": 0}, "cpu"),
        ({"cpu": -5}, "cpu"),
        ({"memory": 0}, "memory"),
        ({"gpu": -1}, "gpu"),
        ({"min": -1}, "min"),
        ({"max": 0}, "max"),
        ({"min": 3, "max": 2}, "min"),
        ({"count": 1, "min": 1}, "count"),
        ({"count": 1, "max": 1}, "count"),
        ({"state": "restarted", "count": 1}, "count"),
        ({"state": "restarted", "gpu": 0}, "gpu"),
        ({"count": 1, "name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
    ],
)
def test_bad_input(given: dict[str, Any], option: str) -> None:
    assert refusal(noun, **{"app": "shop", "name": "web", **given}).option == option


@pytest.mark.parametrize(
    "given",
    [{"count": 0}, {"gpu": 0}, {"min": 0}, {"min": 2, "max": 2}, {"state": "restarted", "name": None}],
)
def test_good_input(given: dict[str, Any]) -> None:
    noun.desired(options(noun, **{"app": "shop", "name": "web", **given}))
