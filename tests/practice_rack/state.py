# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a practice rack knows, and its clock: things that are due happen when somebody looks."""

from __future__ import annotations

import copy
import hashlib
import heapq
import itertools
import math
import pickle
import random
import re
import string
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.practice_rack.clock import Clock, RealClock, start_of
from tests.practice_rack.conditions import Condition, Script, condition
from tests.practice_rack.itself import Itself
from tests.practice_rack.manifest import Service
from tests.practice_rack.settings import Settings

if TYPE_CHECKING:
    from tests.practice_rack.web import Hook

POD_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_LETTERS = str.maketrans("0123456789", "ABCDEFGHIJ")


@dataclass
class Release:
    id: str
    app: str
    build: str
    env: str
    manifest: str
    description: str
    at: float


@dataclass
class Build:
    id: str
    app: str
    at: float
    description: str = ""
    git_sha: str = ""
    entrypoint: str = ""
    logs: str = ""
    manifest: str = ""
    process: str = ""
    reason: str = ""
    release: str = ""
    status: str = "running"
    started: float = 0.0
    ended: float | None = None
    options: dict[str, str] = field(default_factory=dict)
    # The log line by line, each with the time at which it appears.
    lines: list[tuple[float, str]] = field(default_factory=list)
    # What the builder unpacked: name -> (mode, bytes); folders have None.
    files: dict[str, tuple[int, bytes | None]] = field(default_factory=dict)


@dataclass
class Pod:
    id: str
    app: str
    service: str
    kind: str  # service, run, build or resource
    image: str
    release: str
    command: str
    at: float
    ports: list[str] | None = None
    hash: str = ""
    status: str = "pending"
    running_at: float | None = None
    ended_at: float | None = None
    host: str = ""
    env: dict[str, str] = field(default_factory=dict)
    lines: list[tuple[float, str]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    modes: dict[str, int] = field(default_factory=dict)  # of files and folders


@dataclass
class Deployment:
    """A service as it runs; ``asked`` holds values that were refused and stay in the rack's cache."""

    name: str
    spec: Service
    release: str
    build: str
    count: int
    cpu: int
    memory: int
    gpu: int = 0
    gpu_vendor: str = ""
    restarts: int = 0
    hash: str = ""
    bounds: tuple[int, int] | None = None  # of an autoscaler, where the rack has KEDA
    asked: dict[str, int] = field(default_factory=dict)
    triggers: dict[str, int] | None = None  # an override's thresholds by their types; its bounds: bounds
    scale_override: bool = False
    certificates: dict[int, str] = field(default_factory=dict)  # by port, on a v2 rack

    def shown(self, name: str) -> int:
        return self.asked.get(name, int(getattr(self, name)))


@dataclass
class App:
    name: str
    at: float
    locked: bool = False
    release: str = ""
    previous: str = ""
    status: str = "updating"
    parameters: dict[str, str] = field(default_factory=dict)
    before_update: tuple[bool, dict[str, str]] | None = None
    releases: list[Release] = field(default_factory=list)  # oldest first
    builds: list[Build] = field(default_factory=list)  # oldest first
    deployments: dict[str, Deployment] = field(default_factory=dict)
    pods: dict[str, Pod] = field(default_factory=dict)
    configs: dict[str, str] = field(default_factory=dict)
    budget: dict[str, Any] | None = None
    budget_ack: dict[str, str] = field(default_factory=dict)
    budget_begun: list[float] = field(default_factory=list)  # its cooldown or period; not shown
    promote_at: float = 0.0
    actor: str = ""  # of the last promote
    promoting: str = ""  # the release of a promote whose end is to be told
    rollout: int = 0  # number of the rollout under way or done; an older one's events are void


class State:
    """All of a rack. Changes happen in one thread, between two awaits, hence at once."""

    def __init__(
        self,
        settings: Settings,
        seed: int | None = None,
        clock: Clock | None = None,
        *,
        counted_ids: bool = False,
    ) -> None:
        """``counted_ids``: the first release is RAAAAAAAAAB, the next RAAAAAAAAAC, and so are builds."""
        self.settings = settings
        self.clock: Clock = clock or RealClock()
        self.random = random.Random(seed)
        self.start_mono = self.clock.now()
        self.start_wall = start_of(self.clock)
        self._ids: dict[str, int] | None = {} if counted_ids else None
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = itertools.count()
        self._event_at: float | None = None
        self.apps: dict[str, App] = {}
        self.objects: dict[tuple[str, str], bytes] = {}
        self.token_key = self.random.randbytes(32)
        self.sessions: set[str] = set()
        #: How many tokens were issued, and how often all were ended.
        self.tokens = 0
        self.refused_writes = 0
        self.registries: dict[str, dict[str, str]] = {}
        self.rack_resources: dict[str, dict[str, Any]] = {}
        # (app, resource) -> what was imported into it.
        self.data: dict[tuple[str, str], bytes] = {}
        self.certificates: dict[str, dict[str, Any]] = {}
        self.certificates_broken = False
        self.instances = ["node-1", "node-2"]
        self.solvers: list[dict[str, Any]] | None = None
        self.itself = Itself(parameters=dict(settings.rack_parameters))
        self.machines: dict[str, State] = {}
        # What a test prepares: release -> what becomes of its rollout (rollout.FATES);
        # (app, release, service) -> how its processes are; what somebody does beside a request.
        self.fates: dict[str, str] = {}
        self.scripts: dict[tuple[str, str, str], Script] = {}
        self.hooks: list[Hook] = []
        self.events: list[dict[str, Any]] = []
        self._past: list[tuple[float, bytes]] = []

    # -- time

    @property
    def now(self) -> float:
        """Monotonic seconds; while something due happens, the time at which it was due."""
        return self.clock.now() if self._event_at is None else self._event_at

    def at(self, seconds: float, happening: Callable[[], object]) -> None:
        """Let something happen in so many seconds."""
        heapq.heappush(self._due, (self.now + seconds, next(self._numbers), happening))

    def settle(self) -> None:
        """Let everything happen that is due by now, in its order."""
        if self._event_at is not None:
            return  # somebody asks while it happens
        now = self.clock.now()
        while self._due and self._due[0][0] <= now:
            self._event_at, _unused, happening = heapq.heappop(self._due)
            try:
                happening()
                self.note()
            finally:
                self._event_at = None

    @property
    def next_due(self) -> float:
        """When something happens next, infinite for never."""
        return self._due[0][0] if self._due else math.inf

    def wall(self, at: float) -> int:
        """Nanoseconds since 1970 of a monotonic time."""
        return self.start_wall + int((at - self.start_mono) * 1e9)

    def nanos(self, at: float | None) -> str:
        """Go's RFC3339Nano; None is the zero time."""
        if at is None:
            return "0001-01-01T00:00:00Z"
        seconds, nanos = divmod(self.wall(at), 10**9)
        fraction = f".{nanos:09d}".rstrip("0").rstrip(".")
        return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + fraction + "Z"

    def seconds(self, at: float) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.wall(at) // 10**9))

    # -- names

    def new_id(self, letter: str) -> str:
        if self._ids is not None:
            number = self._ids[letter] = self._ids.get(letter, 0) + 1
            return letter + f"{number:010d}".translate(_LETTERS)
        return letter + "".join(self.random.choices(string.ascii_uppercase, k=10))

    def suffix(self) -> str:
        return "".join(self.random.choices(POD_LETTERS, k=5))

    def template_hash(self, *parts: object) -> str:
        """The part of a pod's name that tells its template; equal templates have equal ones."""
        digest = hashlib.sha256("|".join(map(str, parts)).encode()).digest()
        if self.settings.kind.hex_hashes:
            return digest.hex()[:10]
        length = 8 + digest[31] % 3
        return "".join(POD_LETTERS[b % len(POD_LETTERS)] for b in digest[:length])

    def host(self) -> str:
        return f"10.1.{self.random.randint(1, 254)}.{self.random.randint(2, 254)}"

    def alive(self, app: App) -> bool:
        """Whether this very app is still there (its events are void once it is deleted)."""
        return self.apps.get(app.name) is app

    # -- what tests want to know and set

    def print(self) -> bytes:
        """Equal as long as nothing on the rack has changed."""
        kept = self.apps, [*self.objects], self.registries, self.rack_resources, self.certificates
        rest = self.instances, self.solvers, self.itself, self.token_key, self.tokens, self.data
        return pickle.dumps((*kept, *rest))

    def note(self) -> None:
        """Keep in mind what the rack is now, for reads that are to be old."""
        lag = self.settings.read_lag_seconds
        if lag <= 0:
            self._past.clear()
            return
        found = self.print()
        if not self._past or self._past[-1][1] != found:
            self._past.append((self.now, found))
        while len(self._past) > 1 and self._past[1][0] <= self.now - lag:
            del self._past[0]

    def lag(self, seconds: float) -> float:
        """How old a read is."""
        return self.random.uniform(0, seconds) if self.settings.lag_jitter and seconds else seconds

    def as_read(self, path: str) -> State:
        """The rack as a read of this path shows it: itself, or as it was a while ago (for reading only)."""
        lag = self.settings.read_lag_seconds
        if lag <= 0 or not re.search(self.settings.read_lag_paths, path):
            return self
        then = self.now - self.lag(lag)
        known = [found for at, found in self._past if at <= then] or [self._past[0][1]]
        past = copy.copy(self)
        past.apps, _unused, past.registries, past.rack_resources, *rest = pickle.loads(known[-1])
        past.certificates, past.instances, past.solvers, past.itself, *_rest = rest
        return past

    def condition(self, pod: Pod) -> Condition | None:
        """How a test wants a process to be at this moment; None: as it is by itself."""
        script = self.scripts.get((pod.app, pod.release, pod.service)) if self.scripts else None
        if script is None or pod.kind != "service":
            return None
        return condition(script, self.now - self.apps[pod.app].promote_at)

    def status(self, pod: Pod) -> str:
        found = self.condition(pod)
        return pod.status if found is None else found.status
