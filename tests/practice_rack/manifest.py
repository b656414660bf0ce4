# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""convox.yml as the server takes it: when it builds, and each time it needs a release's manifest again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from tests.practice_rack import env_text
from tests.practice_rack import manifest_yaml as values
from tests.practice_rack.manifest_scale import Scale, scale_of
from tests.practice_rack.manifest_yaml import ManifestError

__all__ = ["Manifest", "ManifestError", "Service", "load", "of_text", "service", "validate"]

DEFAULT_CPU, DEFAULT_MEMORY = 250, 512
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_NAMES = "must contain only lowercase alphanumeric and dashes"


@dataclass(frozen=True)
class Service:
    """A service with the defaults of what is not given. ``environment``: the manifest's and its own."""

    name: str
    command: str = ""
    image: str = ""
    port: int | None = None
    scheme: str = ""
    ports: tuple[int, ...] = ()
    domains: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    health: str = "/"
    scale: Scale = Scale()
    agent: bool = False
    internal: bool = False
    deployment: tuple[int, int] = (50, 200)

    @property
    def crashes(self) -> bool:
        """Whether the practice rack lets it fail."""
        return self.command.partition(" ")[0] == "crash"

    @property
    def bounds(self) -> tuple[int, int]:
        return self.scale.low, self.scale.high

    def defaults(self) -> dict[str, str]:
        """The variables that the manifest gives a value."""
        pairs = (entry.partition("=") for entry in self.environment)
        return {name: value for name, equals, value in pairs if equals}


@dataclass(frozen=True)
class Timer:
    service: str
    schedule: str
    command: str


@dataclass
class Manifest:
    services: dict[str, Service] = field(default_factory=dict)
    resources: dict[str, str] = field(default_factory=dict)  # name -> type
    timers: dict[str, Timer] = field(default_factory=dict)
    balancers: dict[str, dict[str, Any]] = field(default_factory=dict)

    def made_resources(self, env: dict[str, str]) -> dict[str, str]:
        """Those that the rack makes: one whose URL is set in the env by hand it does not."""
        return {n: kind for n, kind in self.resources.items() if not env.get(_url_of(n), "").strip()}


def _url_of(resource: str) -> str:
    return f"{resource.upper().replace('-', '_')}_URL"


def load(text: str, env: dict[str, str]) -> Manifest:
    """The manifest with this env, as a thing that nobody may change. Raises ManifestError."""
    return _load(text, tuple(sorted(env.items())))


def of_text(text: str, env: str) -> Manifest:
    """The manifest with the env of a release, as a text."""
    return load(text, env_text.parse(env))


@lru_cache(512)
def _load(text: str, env: tuple[tuple[str, str], ...]) -> Manifest:
    known = dict(env)
    found = values.read(text, known)
    common = values.environment(found.get("environment"))
    kinds = values.mapping(found.get("resources"), "yaml.MapSlice")
    resources = {name: values.mapping(spec, "manifest.Resource") for name, spec in kinds.items()}
    specs = values.mapping(found.get("services"), "yaml.MapSlice")
    timers = values.mapping(found.get("timers"), "yaml.MapSlice")
    balancers = values.mapping(found.get("balancers"), "yaml.MapSlice")
    manifest = Manifest(
        {name: service(name, spec, common) for name, spec in specs.items()},
        {name: values.text(spec.get("type")) for name, spec in resources.items()},
        {name: _timer(spec) for name, spec in timers.items()},
        {name: values.mapping(spec, "manifest.Balancer") for name, spec in balancers.items()},
    )
    for each in manifest.services.values():
        missing = {e for e in each.environment if "=" not in e and e != "*" and e not in known}
        if missing:
            raise ManifestError(f"required env: {', '.join(sorted(missing))}")
    return manifest


def service(name: str, spec: Any, common: tuple[str, ...] = ()) -> Service:
    """One service, from its part of a manifest and the manifest's own environment."""
    spec = values.mapping(spec, "manifest.Service")
    values.build(spec.get("build"))
    port, scheme = values.port(spec.get("port"))
    is_agent = values.agent(spec.get("agent"))
    deployment = values.mapping(spec.get("deployment"), "manifest.ServiceDeployment")
    alone = is_agent or values.flag(spec.get("singleton"))
    return Service(
        name,
        command=values.text(spec.get("command")),
        image=values.text(spec.get("image")),
        port=port or None,
        scheme=scheme or ("http" if port else ""),
        ports=values.ports(spec.get("ports")),
        domains=values.domains(spec.get("domain")),
        environment=common + values.environment(spec.get("environment")),
        resources=tuple(entry.partition(":")[0] for entry in values.texts(spec.get("resources"))),
        health=values.health(spec.get("health")),
        scale=_with_defaults(scale_of(spec)),
        agent=is_agent,
        internal=values.flag(spec.get("internal")),
        deployment=(
            values.number(deployment["minimum"]) if "minimum" in deployment else 0 if alone else 50,
            values.number(deployment["maximum"]) if "maximum" in deployment else 100 if alone else 200,
        ),
    )


def _with_defaults(scale: Scale) -> Scale:
    """A service with a GPU gets no cpu and memory of itself."""
    cpu, memory = scale.cpu, scale.memory
    if not scale.gpu:
        cpu = cpu or scale.cpu_limit or DEFAULT_CPU
        memory = memory or scale.memory_limit or DEFAULT_MEMORY
    for limit, request, kind in ((scale.cpu_limit, cpu, "cpu"), (scale.memory_limit, memory, "memory")):
        if 0 < limit < request:
            raise ManifestError(f"{kind} limit can not be less {kind} request")
    return Scale(scale.low, scale.high, cpu, memory, scale.gpu, scale.gpu_vendor, autoscale=scale.autoscale)


def _timer(spec: Any) -> Timer:
    found = values.mapping(spec, "manifest.Timer")
    fields = values.text(found.get("schedule")).split()[:5]
    schedule = " ".join("*" if part == "?" else part for part in fields)
    return Timer(values.text(found.get("service")), schedule, values.text(found.get("command")))


# -- what a build looks at beyond that


def validate(manifest: Manifest) -> None:
    """Raises ManifestError with all that is wrong, a line for each."""
    problems = [
        *_balancer_problems(manifest),
        *_resource_problems(manifest),
        *_service_problems(manifest),
        *_timer_problems(manifest),
    ]
    if problems:
        raise ManifestError("\n".join(["validation errors:", *problems]))


def _balancer_problems(manifest: Manifest) -> list[str]:
    problems = []
    for name, spec in manifest.balancers.items():
        service = values.text(spec.get("service"))
        if not values.mapping(spec.get("ports"), "yaml.MapSlice"):
            problems.append(f"balancer {name} has no ports")
        if not service:
            problems.append(f"balancer {name} has blank service")
        elif service not in manifest.services:
            problems.append(f"balancer {name} refers to unknown service {service}")
    return problems


def _resource_problems(manifest: Manifest) -> list[str]:
    problems = []
    for name, kind in manifest.resources.items():
        if not _NAME.fullmatch(name):
            problems.append(f"resource name {name} invalid, {_NAMES}")
        if not kind.strip():
            problems.append(f'resource "{name}" has blank type')
    return problems


def _service_problems(manifest: Manifest) -> list[str]:
    problems = []
    for name, found in manifest.services.items():
        low, high = found.deployment
        limits = (
            (low < 0, "deployment minimum can not be less than 0"),
            (low > 100, "deployment minimum can not be greater than 100"),
            (high < 100, "deployment maximum can not be less than 100"),
            (high > 200, "deployment maximum can not be greater than 200"),
        )
        if not _NAME.fullmatch(name):
            problems.append(f"service name {name} invalid, {_NAMES}")
        problems += [f"service {name} {words}" for wrong, words in limits if wrong]
        for resource in found.resources:
            if resource not in manifest.resources:
                problems.append(f"service {name} references a resource that does not exist: {resource}")
        if found.scale.low < 0:
            problems.append(f"service {name}: scale.min must be >= 0")
        if found.scale.high < 0:
            problems.append(f"service {name}: scale.max must be >= 0")
        if found.scale.high < found.scale.low:
            problems.append(f"service {name}: scale.max must be >= scale.min")
    return problems


def _timer_problems(manifest: Manifest) -> list[str]:
    problems = []
    for name, timer in manifest.timers.items():
        if not _NAME.fullmatch(name):
            problems.append(f"timer name {name} invalid, {_NAMES}")
        if timer.service not in manifest.services:
            problems.append(f"timer {name} references a service that does not exist: {timer.service}")
        if "?" in timer.schedule:
            problems.append(f"timer {name} invalid, schedule cannot contain ?")
    return problems
