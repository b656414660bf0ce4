# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be set on a practice rack, and the two kinds of rack that the recordings were taken from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import Any

MANIFEST = """environment:
  - GREETING=hello
services:
  web:
    image: httpd
    port: 3000
    scale:
      count: 1
      cpu: 250
      memory: 512
  worker:
    image: httpd
    command: sleep 1000
    scale:
      count: 1
resources:
  database:
    type: postgres
"""


@dataclass(frozen=True)
class Profile:
    """How one of the recorded racks differs from the other, beyond its version.

    ``cluster`` made apps, releases, services, builds, env, auth, rack and diagnose.jsonl (3.24.9),
    ``plain`` made the others (3.24.6).
    """

    router: str
    version: str
    manifest: str
    image: str
    build_image: str
    hex_hashes: bool
    pending_instance: str
    crashed_is_measured: bool
    nosniff: bool
    build_log: tuple[str, ...]
    start_log: tuple[str, ...]
    tick_log: str
    tick_seconds: float
    system_processes: tuple[tuple[str, tuple[str, ...]], ...]
    system_commands: bool


CLUSTER = Profile(
    router="router.rack.test",
    version="3.24.9",
    manifest=MANIFEST,
    image="registry.rack.test/{app}",
    build_image="convox/convox:{version}-build-privileged",
    hex_hashes=False,
    pending_instance="node-1",
    crashed_is_measured=False,
    nosniff=False,
    build_log=("Building: {service}", "Pushing: {image}:{service}.{build}"),
    start_log=("starting {service} release {release}", "{service} is ready"),
    tick_log="{service} tick {n}",
    tick_seconds=5.0,
    system_processes=(("api", ("5443",)), ("atom", ()), ("resolver", ("5453", "5454"))),
    system_commands=True,
)

PLAIN = Profile(
    router="router.test",
    version="3.24.6",
    manifest=MANIFEST + "  cache:\n    type: redis\n",
    image="repo1",
    build_image="convox/convox:{version}-build",
    hex_hashes=True,
    pending_instance="",
    crashed_is_measured=True,
    nosniff=True,
    build_log=(
        "Building: .",
        "Step 1/3 : RUN true",
        "Step 2/3 : RUN true",
        "Step 3/3 : RUN true",
        "Injecting: convox-env",
    ),
    start_log=("{service} started", "listening on port 3000"),
    tick_log="GET /health 200",
    tick_seconds=2.0,
    system_processes=(("api", ("5443",)), ("atom", ("5443",))),
    system_commands=False,
)

PROFILES = {"cluster": CLUSTER, "plain": PLAIN}


@dataclass
class Settings:
    """Everything that may be set, at the start or by ``PUT /_practice/settings``. All times in seconds."""

    password: str = "secret"
    profile: str = "cluster"
    version: str = ""
    rack_name: str = "rack1"
    generation: str = "3"  # of its apps: 2 goes with a date for a version, and with late_status_seconds
    # How long things take.
    create_seconds: float = 0.1
    settle_seconds: float = 0.1
    promote_seconds: float = 0.7
    process_seconds: float = 0.6
    run_seconds: float = 0.2
    build_seconds: float = 1.0
    delete_seconds: float = 0.5
    revert_seconds: float = 5.0
    rollback_seconds: float = 0.5
    rollout_timeout: float = 3000.0
    cancel_grace_seconds: float = 0.0
    late_status_seconds: float = 0.0
    restart_seconds: float = 1.0
    update_seconds: float = 1.0  # of the rack itself
    update_shows_seconds: float = 0.0  # until then an update does not show
    instance_seconds: float = 0.0  # until another instance comes for one that was terminated; 0: none comes
    build_pod_seconds: float = 3600.0
    # How the rack misbehaves.
    lag_seconds: float = 0.0  # lists of releases and builds miss what is younger
    find_lag_seconds: float = 0.0  # so does a read of one of them by its id
    read_lag_seconds: float = 0.0  # every read shows the rack as it was so long ago …
    read_lag_paths: str = ""  # … if its path is like this (regex)
    lag_jitter: bool = False  # each of these is drawn anew for each read, between nothing and so much
    lose_parameters: int = 0
    revert_locks: int = 0
    stuck_promotes: int = 0
    modified_errors: int = 0
    early_cancels: int = 0
    lose_updates: int = 0
    failed_updates: int = 0
    refuse_writes: bool = False
    # What the rack has.
    budget_tripped: bool = False
    cost_tracking: bool = False
    keda: bool = False
    metrics: bool = False
    diagnose: bool = True
    app_logs: bool = True
    scale_override: bool = False
    own_certificate: bool = True
    image_tool: bool = True
    image_seconds: float = 0.0  # how long it takes to get an image from another registry
    cancel_builds: bool = False
    resource_data: bool = False  # databases stand behind an app's resources, so that data comes and goes
    real_root: str = ""  # a folder: processes are real (see real.py); over http it cannot be set
    default_parameters: dict[str, str] = field(default_factory=dict)
    rack_parameters: dict[str, str] = field(default_factory=lambda: {"node_type": "t3.small"})
    cloudflare: bool = False  # whether it keeps solvers for Cloudflare
    # Hexadecimal keys, and where events really go: a rack takes no webhook that leads to its own network.
    webhook_signing_key: str = ""
    events_to: str = ""
    # Who may come in: key -> role (None: a plain deploy key; else r, rw, rwa).
    deploy_keys: dict[str, str | None] = field(default_factory=dict)
    # A console stands before the rack: its org/name; whether a request that names no rack, or the rack by its
    # own name, reaches the rack all the same; whether the console holds Terraform's state; its other racks
    # and the cloud machines, as org/name,org/name; whether a login needs a session; a hardware key.
    console: str = ""
    console_open: bool = False
    console_state: bool = True
    other_racks: str = ""
    machines: str = ""
    session: bool = False
    session_token: bool = False

    @property
    def kind(self) -> Profile:
        return PROFILES[self.profile]

    @property
    def racks_beside(self) -> list[str]:
        return [name for name in self.other_racks.split(",") if name]

    @property
    def rack_version(self) -> str:
        return self.version or self.kind.version

    def at_least(self, *wanted: int) -> bool:
        """Whether the rack's version is the wanted one or newer; a v2 rack's (a date) never is."""
        found = re.fullmatch(r"(\d+)\.(\d+)\.(\d+).*", self.rack_version)
        if not wanted:
            return True
        return found is not None and tuple(int(n) for n in found.groups()) >= wanted

    def change(self, values: dict[str, Any]) -> None:
        """Set several at once; an unknown name is an error before any is set."""
        known = {f.name for f in fields(self)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ValueError("unknown settings: " + ", ".join(unknown))
        for name, value in values.items():
            setattr(self, name, value)
