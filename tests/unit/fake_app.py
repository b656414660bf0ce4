# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rack in memory keeps of an app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from ansible_collections.convox.rack.plugins.module_utils._api import models

T = TypeVar("T")


def answer(given: T | Exception) -> T:
    """What a test gave as the answer; an error that it gave is raised."""
    if isinstance(given, Exception):
        raise given
    return given


@dataclass
class Service:
    """A service and its processes; ``wave`` counts how often they were replaced."""

    name: str
    count: int = 1
    cpu: int = 250
    memory: int = 512
    gpu: int = 0
    gpu_vendor: str = ""
    min: int | None = None
    max: int | None = None
    agent: bool = False
    autoscaled: bool = False
    running: int | None = None
    wave: int = 0

    def model(self) -> models.Service:
        scaler = models.Autoscale(enabled=True) if self.autoscaled else None
        return models.Service(
            name=self.name,
            count=self.count,
            cpu=self.cpu,
            memory=self.memory,
            gpu=self.gpu,
            gpu_vendor=self.gpu_vendor,
            min=self.min,
            max=self.max,
            agent=self.agent,
            autoscale=scaler,
        )


@dataclass
class App:
    """An app of the rack. ``releases`` and ``builds`` oldest first; ``later`` is what happens by itself."""

    name: str
    status: str = "running"
    release: str = ""
    generation: str = "3"
    locked: bool = False
    parameters: dict[str, str] = field(default_factory=dict)
    releases: list[models.Release] = field(default_factory=list)
    builds: set[str] = field(default_factory=set)
    services: dict[str, Service] = field(default_factory=dict)
    configs: dict[str, str] = field(default_factory=dict)
    later: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    promoted_at: float = 0.0
    fallback: str = ""

    def newest(self) -> models.Release | None:
        return self.releases[-1] if self.releases else None
