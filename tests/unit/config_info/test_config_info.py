# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_config_info: names, and texts where they are asked for."""

from __future__ import annotations

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._modules.config_info.noun import ConfigInfoNoun
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import Task, done, run_task


def read(**given: object) -> Task:
    rack = MemoryRack()
    rack.add_app("web", configs={"b": "canary", "a": "{}"})
    rack.add_app("bare")
    return done(ConfigInfoNoun, rack, **{"app": "web", **given})


def test_names_only() -> None:
    task = read()
    assert task.result == {"configs": [{"app": "web", "name": "a"}, {"app": "web", "name": "b"}]}
    assert (task.changed, task.sent) == (False, [])


def test_texts() -> None:
    assert read(name="b", reveal=True).result["configs"] == [{"app": "web", "name": "b", "value": "canary"}]


def test_what_is_not_there_is_an_empty_list() -> None:
    for given in ({"name": "c"}, {"app": "bare"}, {"app": "bare", "name": "c"}):
        assert read(**given).result == {"configs": []}


def test_an_app_that_is_not_there_is_an_error() -> None:
    for given in ({}, {"name": "c"}):
        task = run_task(ConfigInfoNoun, MemoryRack(), app="nobody", **given)
        assert isinstance(task.error, errors.ConvoxNotFoundError)
        assert task.error.is_about("app", "nobody")
        assert done(ConfigInfoNoun, MemoryRack(), check_mode=True, app="nobody", **given).result == {
            "configs": []
        }
