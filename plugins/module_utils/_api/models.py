# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what a rack answers, as frozen pydantic models.

Field names are snake_case, the wire's names stand as aliases. Unknown fields are dropped (new rack versions
add some), a ``null`` counts as "not given" and takes the field's default, and the zero time
``0001-01-01T00:00:00Z`` is ``None``. Times stay text as the rack wrote them, nine digits included.
Secrets (an env, a repository with the rack's password in it) stay out of ``repr``.
"""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import env_text
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic

ZERO_TIME = "0001-01-01T00:00:00Z"


class Model(pydantic.BaseModel):
    """Base of all answers."""

    model_config = pydantic.ConfigDict(
        extra="ignore", frozen=True, populate_by_name=True, hide_input_in_errors=True
    )

    @pydantic.model_validator(mode="before")
    @classmethod
    def _nothing_is_default(cls, data: t.Any) -> t.Any:
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if value is not None and value != ZERO_TIME}


class App(Model):
    """``GET /apps/{name}`` (recordings: apps)."""

    name: str
    status: str = "unknown"
    release: str = ""
    generation: str = ""
    locked: bool = False
    router: str = ""
    parameters: dict[str, str] = {}

    @property
    def running(self) -> bool:
        return self.status == "running"


class AppConfig(Model):
    """``GET /apps/{app}/configs/{name}`` (recordings: configs)."""

    name: str
    value: str = pydantic.Field("", repr=False)


class Release(Model):
    """``GET /apps/{app}/releases/{id}`` (recordings: releases, env)."""

    id: str
    app: str = ""
    build: str = ""
    env: str = pydantic.Field("", repr=False)
    manifest: str = pydantic.Field("", repr=False)
    description: str = ""
    created: str | None = None

    @functools.cached_property
    def variables(self) -> dict[str, str]:
        """The env as the rack reads it."""
        return env_text.parse(self.env)


class Build(Model):
    """``GET /apps/{app}/builds/{id}`` (recordings: builds, build_transfer)."""

    id: str
    app: str = ""
    description: str = ""
    entrypoint: str = ""
    git_sha: str = pydantic.Field("", alias="git-sha")
    logs: str = ""
    manifest: str = pydantic.Field("", repr=False)
    process: str = ""
    release: str = ""
    reason: str = ""
    repository: str = pydantic.Field("", repr=False)
    status: str = ""
    started: str | None = None
    ended: str | None = None


class ServicePort(Model):
    """One port of a service."""

    balancer: int = 0
    certificate: str = ""
    container: int = 0


class Autoscale(Model):
    """What scales a service by itself, where something does."""

    enabled: bool = False


class Service(Model):
    """One of ``GET /apps/{app}/services`` (recordings: services, rejected_scale).

    Fields of newer racks are kept beside the known ones, so that an option for one needs nothing here.
    """

    model_config = pydantic.ConfigDict(extra="allow")

    name: str
    count: int = 0
    cpu: int = 0
    memory: int = 0
    gpu: int = 0
    gpu_vendor: str = pydantic.Field("", alias="gpu-vendor")
    min: int | None = None
    max: int | None = None
    domain: str = ""
    ports: list[ServicePort] = []
    agent: bool = False
    autoscale: Autoscale | None = None

    @property
    def autoscaled(self) -> bool:
        return self.autoscale is not None and self.autoscale.enabled

    def value(self, name: str) -> t.Any:
        """A field by our name (``cpu_limit``), known here or not; None where the rack has none."""
        known = name in type(self).model_fields
        return getattr(self, name if known else name.replace("_", "-"), None)

    def as_result(self) -> dict[str, t.Any]:
        """The known fields, as a result tells them."""
        return self.model_dump(include=set(type(self).model_fields))


class Process(Model):
    """One of ``GET /apps/{app}/processes`` (recordings: processes, services)."""

    id: str
    app: str = ""
    command: str = ""
    image: str = ""
    name: str = ""
    release: str = ""
    service: str = ""
    status: str = "unknown"
    started: str | None = None


class BudgetState(Model):
    """The money an app spent this month, as far as a deploy must know it."""

    circuit_breaker_tripped: bool = pydantic.Field(False, alias="circuit-breaker-tripped")


class Budget(Model):
    """``GET /apps/{app}/budget`` (recordings: budget, budget_on)."""

    state: BudgetState | None = None

    @property
    def tripped(self) -> bool:
        return self.state is not None and self.state.circuit_breaker_tripped


class System(Model):
    """``GET /system`` (recordings: rack)."""

    name: str = ""
    version: str = ""
    provider: str = ""
    status: str = ""


class Pod(Model):
    """One pod of a diagnosis. A pod's name is the id of its process."""

    name: str
    service: str = ""
    phase: str = ""
    ready: str = ""
    restarts: int = 0
    classification: str = ""
    state: str = pydantic.Field("", alias="stateDetail")
    hint: str = ""
    logs: str = pydantic.Field("", repr=False)
    previous_logs: str = pydantic.Field("", alias="previousLogs", repr=False)


class Diagnosis(Model):
    """``GET /apps/{app}/diagnose`` (recordings: diagnose)."""

    pods: list[Pod] = []
