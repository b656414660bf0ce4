# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""convox_service in check mode: what would be, and nothing sent."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.service.noun import ServiceNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.service.scale import FIELDS
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done, run_task

from .service_world import world

BOUNDS = st.none() | st.sampled_from([(1, 4), (2, 9), (3, 3)])
REPLICAS = st.one_of(
    st.fixed_dictionaries({"count": st.integers(0, 4)}),
    st.fixed_dictionaries({"min": st.integers(1, 4)}),
    st.fixed_dictionaries({"min": st.integers(1, 3), "max": st.integers(3, 9)}),
    st.fixed_dictionaries({"max": st.integers(3, 9)}),
    st.just({}),
)
OTHERS = st.fixed_dictionaries(
    {}, optional={"cpu": st.just(500), "memory": st.just(768), "gpu": st.integers(0, 2)}
)


def checked(rack: MemoryRack, **given: Any) -> Task:
    task = done(ServiceNoun, rack, check_mode=True, **{"app": "shop", "name": "web", **given})
    assert task.sent == []
    return task


def test_the_desired_scale() -> None:
    task = checked(world(), count=3)
    assert task.changed
    assert task.result["service"]["count"] == 3
    assert task.outcome is not None
    assert task.outcome.answer(diff=True)["diff"] == {
        "before": {"web": {"count": 1}},
        "after": {"web": {"count": 3}},
    }


@given(BOUNDS, REPLICAS, OTHERS)
def test_what_is_predicted_comes_true(
    bounds: tuple[int, int] | None, replicas: dict[str, int], others: dict[str, int]
) -> None:
    def rack() -> MemoryRack:
        return world({"keda": True}, count=3, bounds=bounds)

    if bounds and not replicas.get("min", bounds[0]) <= replicas.get("max", bounds[1]):
        for check_mode in (True, False):
            task = run_task(
                ServiceNoun, rack(), check_mode=check_mode, app="shop", name="web", **replicas, **others
            )
            assert isinstance(task.error, errors.ConvoxOptionError)
            assert task.sent == []
        return
    predicted = checked(rack(), **replicas, **others)
    real = done(ServiceNoun, rack(), app="shop", name="web", **replicas, **others)
    assert predicted.changed == real.changed
    shown = {name: real.result["service"][name] for name in FIELDS}
    assert {name: predicted.result["service"][name] for name in FIELDS} == shown


def absent_app() -> MemoryRack:
    return MemoryRack()


def empty_app() -> MemoryRack:
    """After the first task of the README's playbook."""
    rack = absent_app()
    rack.add_app("shop")
    return rack


def app_with_an_env() -> MemoryRack:
    rack = empty_app()
    rack.add_release("LOG_LEVEL=info", build="", app="shop")
    return rack


def app_with_a_build() -> MemoryRack:
    rack = app_with_an_env()
    rack.add_release("LOG_LEVEL=info", app="shop")
    return rack


def app_that_runs_without_it() -> MemoryRack:
    rack = empty_app()
    rack.add_release("LOG_LEVEL=info", app="shop")
    rack.add_service("job", app="shop")
    return rack


BEFORE = (absent_app, empty_app, app_with_an_env, app_with_a_build, app_that_runs_without_it)


def test_after_each_task_of_a_deploy_before_the_service_is_there() -> None:
    for before in BEFORE:
        task = checked(before(), count=2)
        service = task.result["service"]
        assert task.changed
        assert (service["name"], service["count"]) == ("web", 2)
        assert service["cpu"] is service["min"] is service["domain"] is None, "nobody knows it yet"
        assert not checked(before()).changed, "nothing is asked of it"


def test_after_the_promote() -> None:
    rack = app_with_a_build()
    rack.activate(rack.release(app="shop").id, "shop")
    task = checked(rack, count=2)
    assert (task.changed, task.result["service"]["count"], task.result["service"]["cpu"]) == (True, 2, 250)
    done(ServiceNoun, rack, app="shop", name="web", count=2)
    assert not checked(rack, count=2).changed


def test_a_restart_of_what_is_not_there_yet() -> None:
    for before in BEFORE:
        task = checked(before(), state="restarted")
        assert task.changed
        assert [service["name"] for service in task.result["services"]] == ["web"]
    whole = checked(empty_app(), name=None, state="restarted")
    assert (whole.changed, whole.result) == (True, {"services": []})
