# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Models of what a rack answers: the recorded answers are read as they are, and secrets stay inside."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import model as api_model
from ansible_collections.convox.rack.plugins.module_utils._api.resources import (
    apps,
    budgets,
    builds,
    configs,
    diagnosis,
    processes,
    releases,
    services,
    system,
)
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic
from tests.contract.exchanges import FILES, load

# Which answers are which model: method, path, model. The first that fits is taken.
COVERED: tuple[tuple[str, str, type[api_model.Model]], ...] = (
    ("GET", r"/apps/[^/]+/configs(/[^/]+)?", configs.Config),
    ("GET POST", r"/apps/[^/]+/releases(/[^/]+)?", releases.Release),
    ("GET POST", r"/apps/[^/]+/builds(/B[A-Z]+|/import)?", builds.Build),
    ("GET", r"/apps/[^/]+/services", services.Service),
    ("GET", r"/apps/[^/]+/processes(/[^/]+)?", processes.Process),
    ("POST", r"/apps/[^/]+/services/[^/]+/processes", processes.Process),
    ("GET", r"/apps/[^/]+/budget", budgets.Budget),
    ("GET", r"/apps/[^/]+/diagnose", diagnosis.Diagnosis),
    ("GET", r"/system", system.System),
    ("GET", r"/system/processes", processes.Process),
    ("GET POST", r"/apps(/[^/]+)?", apps.App),
)
MODELS = sorted({model for _methods, _path, model in COVERED}, key=lambda model: model.__name__)
ZERO = "0001-01-01T00:00:00Z"


def model_of(method: str, path: str) -> type[api_model.Model] | None:
    for methods, pattern, model in COVERED:
        if method in methods.split() and re.fullmatch(pattern, path):
            return model
    return None


def recorded() -> Iterator[tuple[str, type[api_model.Model], dict[str, Any]]]:
    """Each recorded thing that one of the models is for."""
    for file in FILES:
        for exchange in load(file):
            model = model_of(exchange.request["method"], exchange.request["path"])
            if model is None or exchange.response.get("status") != 200:
                continue
            body = json.loads(exchange.response["body"])
            for thing in body if isinstance(body, list) else [body]:
                # A poll for something to vanish is recorded as 200 with the error's words.
                if thing is not None and "error" not in thing:
                    yield exchange.id, model, thing


RECORDED = list(recorded())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_recorded_answers_are_read(model: type[api_model.Model]) -> None:
    things = [(name, thing) for name, one, thing in RECORDED if one is model]
    assert things
    for name, thing in things:
        read = model.model_validate(thing)
        for field, info in model.model_fields.items():
            told = thing.get(info.alias or field)
            got = getattr(read, field)
            if told is None or told == ZERO:
                assert got == info.get_default(call_default_factory=True), (name, field)
            elif isinstance(told, (str, int, bool)):
                assert got == told, (name, field)


def test_the_recordings_hold_what_is_delicate() -> None:
    """The tests above would say nothing if the recordings had none of it."""
    texts = [json.dumps(thing) for _name, _model, thing in RECORDED]
    assert any(ZERO in text for text in texts)
    assert any(": null" in text for text in texts)
    assert len(RECORDED) > 150
    unknown = [
        key
        for _name, model, thing in RECORDED
        for key in thing
        if key not in {info.alias or field for field, info in model.model_fields.items()}
    ]
    assert unknown


def test_unknown_fields_are_dropped() -> None:
    app = apps.App.model_validate({"name": "web", "brand-new": {"deep": 1}})
    assert not hasattr(app, "brand-new")
    assert set(app.model_dump()) == set(apps.App.model_fields)


def test_null_and_zero_time_count_as_not_given() -> None:
    app = apps.App.model_validate({"name": "web", "parameters": None, "status": None, "locked": None})
    assert (app.parameters, app.status, app.locked) == ({}, "unknown", False)
    build = builds.Build.model_validate({"id": "B", "started": ZERO, "ended": None})
    assert (build.started, build.ended) == (None, None)
    kept = "2026-11-24T14:14:36.627457569Z"
    assert releases.Release.model_validate({"id": "R", "created": kept}).created == kept
    service = services.Service.model_validate({"name": "web", "ports": None, "nlb": None, "autoscale": None})
    assert (service.ports, service.autoscaled) == ([], False)
    budget = budgets.Budget.model_validate({"state": None})
    assert not budget.tripped
    assert budgets.Budget.model_validate({"state": {"circuit-breaker-tripped": True}}).tripped


@pytest.mark.parametrize(
    "secret",
    [
        releases.Release(id="R", env="KEY=canary-1\nB=2", manifest="canary-2"),
        builds.Build(id="B", repository="https://convox:canary-3@host/app", manifest="canary-4"),
        configs.Config(name="x", value="canary-5"),
        diagnosis.Pod(name="p", logs="canary-6", previousLogs="canary-7"),
    ],
    ids=lambda model: type(model).__name__,
)
def test_secrets_are_not_in_repr(secret: api_model.Model) -> None:
    if isinstance(secret, releases.Release):
        assert secret.variables == {"KEY": "canary-1", "B": "2"}
    wrapped = diagnosis.Diagnosis(pods=[secret]) if isinstance(secret, diagnosis.Pod) else secret
    for text in (repr(secret), str(secret), f"{secret}", repr([wrapped])):
        assert "canary" not in text
    assert type(secret).__name__ in repr(secret)


def test_what_was_computed_does_not_stand_in_a_dump() -> None:
    release = releases.Release(id="R", env="A=1")
    before = release.model_dump()
    assert release.variables == {"A": "1"}
    assert release.model_dump() == before


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_models_are_frozen(model: type[api_model.Model]) -> None:
    thing = next(thing for _name, one, thing in RECORDED if one is model)
    read = model.model_validate(thing)
    with pytest.raises(pydantic.ValidationError):
        setattr(read, next(iter(model.model_fields)), "x")


@given(
    st.sampled_from(MODELS),
    st.dictionaries(st.text(max_size=8), st.text(max_size=8).map(lambda text: "canary " + text), min_size=1),
)
def test_a_wrong_shape_is_an_error_without_a_value(
    model: type[api_model.Model], junk: dict[str, Any]
) -> None:
    wrong = {name: [value] for name, value in junk.items()}
    wrong |= {info.alias or field: ["canary"] for field, info in model.model_fields.items()}
    with pytest.raises(pydantic.ValidationError) as caught:
        model.model_validate(wrong)
    assert "canary" not in str(caught.value)
