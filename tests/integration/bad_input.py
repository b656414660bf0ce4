# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of bad input: what a user may get wrong, and what the failure has to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.integration.harness import Task

OPTION, CREDENTIALS = "ConvoxOptionError", "ConvoxCredentialsError"
NOT_FOUND, IGNORED = "ConvoxNotFoundError", "ConvoxIgnoredError"
SOURCE = "https://host.test/source.tgz"


@dataclass(frozen=True)
class Bad:
    """One case. ``says``: texts in the message. ``asks``: whether the rack is asked before it can be known.
    ``status``: of the rack's answer. ``error``: class, None where core itself refuses."""

    module: str
    options: dict[str, Any]
    error: str | None
    says: tuple[str, ...]
    asks: bool = False
    status: int | None = None
    environment: dict[str, str] | None = None

    def task(self, name: str) -> Task:
        """The task; it names itself to the rack, so that its requests can be told from those of others."""
        environment = {"CONVOX_ACTOR": actor(name), **(self.environment or {})}
        module = {f"convox.rack.convox_{self.module}": self.options}
        return {"name": name, **module, "environment": environment, "ignore_errors": True}


def actor(name: str) -> str:
    """The name under which a case's requests come."""
    return name.replace(" ", "-")


def _env(says: str, **options: Any) -> Bad:
    return Bad("env", {"app": "web", **options}, OPTION, (says,))


def _scale(option: str, says: str, **options: Any) -> Bad:
    return Bad("service", {"app": "web", "name": "web", **options}, OPTION, (f"{option}: ", says))


def _build(option: str, says: str, **options: Any) -> Bad:
    return Bad("build", {"app": "web", **options}, OPTION, (f"{option}: ", says))


def _release(**options: Any) -> dict[str, Any]:
    return {"app": "web", **options}


NAMES = {
    f"app name {name[:12] or 'empty'}": Bad("app", {"name": name}, OPTION, ("name: ",))
    for name in (
        "Web",
        "1web",
        "web_1",
        "-web",
        "web-",
        "we b",
        "wéb",
        "web/x",
        "rack",
        "system",
        "",
        "a" * 70,
    )
}

ENV = {
    "env newline": _env("TWO_LINES", variables={"TWO_LINES": "canary\nB=1"}),
    "env key equals": _env("variables: ", variables={"BAD=KEY": "canary"}),
    "env key space": _env("variables: ", variables={"BAD KEY": "canary"}),
    "env key control": _env("variables: ", variables={"BAD\x07KEY": "canary"}),
    "env key empty": _env("variables: ", variables={"": "canary"}),
    "env key newline": _env("variables: ", variables={"BAD\nKEY": "canary"}),
    "env long line": _env("LONG", variables={"LONG": "canary" * 12000}),
    "env list": _env("LIST", variables={"LIST": ["canary"]}),
    "env set and unset": _env("unset: ", variables={"A": "canary"}, unset=["A"]),
    "env purge of nothing": _env("purge: ", unset=["A"], purge=True),
    "env masked key": _env("masked_keys: ", masked_keys=["A,B"]),
    "env from no rack": Bad("env", {"app": "", "variables": {"A": "1"}}, OPTION, ("app: ",)),
}

SCALE = {
    "count below": _scale("count", "below 0", count=-1),
    "cpu below": _scale("cpu", "thousandths of a core", cpu=0),
    "memory below": _scale("memory", "MiB", memory=0),
    "gpu below": _scale("gpu", "below 0", gpu=-1),
    "min below": _scale("min", "below 0", min=-1),
    "max below": _scale("max", "below 1", max=0),
    "count with min": _scale("count", "min or max", count=1, min=1),
    "count with max": _scale("count", "min or max", count=1, max=2),
    "min above max": _scale("min", "max", min=3, max=2),
    "scale while restarting": _scale("count", "restarted", state="restarted", count=2),
    "scale no service": Bad("service", {"app": "web", "count": 1}, OPTION, ("name: ",)),
}


def _nobody(module: str, **options: Any) -> Bad:
    return Bad(module, {"app": "nobody", **options}, NOT_FOUND, ("nobody", "HTTP 404"), True, 404)


ABSENT = {
    "absent app env": _nobody("env", variables={"A": "1"}),
    "absent app service": _nobody("service", name="web", count=1),
    "absent app release": _nobody("release", release="latest"),
    "absent app info": _nobody("release_info"),
    "absent app build": _nobody("build", url=SOURCE),
    "absent service": Bad(
        "service", {"app": "web", "name": "cron", "count": 1}, OPTION, ("no service cron", "worker"), True
    ),
    "absent service restart": Bad(
        "service", {"app": "web", "name": "cron", "state": "restarted"}, OPTION, ("no service cron",), True
    ),
    "absent release": Bad(
        "release", _release(release="RNOTTHEREXX"), NOT_FOUND, ("Read release RNOTTHEREXX of web",), True, 500
    ),
    "absent release to return to": Bad(
        "release", _release(state="rolled_back", release="RNOTTHEREXX"), NOT_FOUND, ("not found",), True, 500
    ),
    "absent release to fork": Bad(
        "env",
        {"app": "web", "variables": {"A": "9"}, "release": "RNOTTHEREXX"},
        NOT_FOUND,
        ("RNOTTHEREXX",),
        True,
        500,
    ),
    "absent build": Bad(
        "release", _release(state="created", build="BNOTTHEREXX"), NOT_FOUND, ("not found",), True, 500
    ),
    "release without a build": Bad(
        "release",
        {"app": "bare", "release": "latest"},
        OPTION,
        ("release: ", "has no build", "convox_build"),
        True,
    ),
    "app without a release": Bad(
        "release", {"app": "empty", "release": "latest"}, OPTION, ("no release",), True
    ),
    "nothing to return to": Bad(
        "release", {"app": "bare", "state": "rolled_back", "release": "previous"}, OPTION, ("app: ",), True
    ),
    "service of nothing promoted": Bad(
        "service", {"app": "bare", "name": "web", "count": 1}, OPTION, ("convox_release",), True
    ),
    "older release": Bad(
        "release",
        _release(release="@OLD@"),
        "ConvoxValidationError",
        ("older release", "rolled_back"),
        True,
        400,
    ),
}

RACK = {
    "ignored parameter": Bad(
        "app",
        {"name": "web", "parameters": {"InstanceType": "big", "BuildCpu": 64}},
        IGNORED,
        ("ignored for app web: InstanceType", "BuildCpu"),
        True,
    ),
    "locked app": Bad(
        "app", {"name": "locked", "state": "absent"}, OPTION, ("locked", "locked: false"), True
    ),
    "release option of another state": Bad(
        "release", _release(state="cancelled", build="B"), OPTION, ("build: ", "state: cancelled")
    ),
    "promote without a release": Bad("release", _release(), OPTION, ("release: ", "latest")),
    "release bound": Bad("release", _release(release="latest", min=-1), OPTION, ("min: ",)),
    "limit": Bad("release_info", {"app": "web", "limit": 0}, OPTION, ("limit: ",)),
    "no time to wait": Bad("app", {"name": "web", "wait_timeout": 0}, OPTION, ("wait_timeout: ",)),
    "no pause": Bad("app", {"name": "web", "poll_interval": 0}, OPTION, ("poll_interval: ",)),
    "no timeout": Bad("app", {"name": "web", "timeout": -1}, OPTION, ("timeout: ",)),
}

SOURCES = {
    "folder without a manifest": _build("path", "convox.yml", path="@SOURCES@/bare"),
    "folder ignored whole": _build("path", ".dockerignore", path="@SOURCES@/ignored"),
    "folder with a link to nothing": _build("path", "dangling", path="@SOURCES@/dangling"),
    "folder that is not there": _build("path", "does not exist", path="@SOURCES@/nowhere"),
    "folder that is a file": _build("path", "is not a folder", path="@SOURCES@/empty.tgz"),
    "archive that is empty": _build("archive", "empty", archive="@SOURCES@/empty.tgz"),
    "archive without members": _build("archive", "convox.yml", archive="@SOURCES@/hollow.tgz"),
    "archive that is cut off": _build("archive", "broken or cut off", archive="@SOURCES@/cut.tgz"),
    "archive that is not there": _build("archive", "cannot be read", archive="@SOURCES@/nowhere.tgz"),
    "archive that is no archive": _build("archive", "tar", archive="@SOURCES@/bare/Dockerfile"),
    "url that is none": _build("url", "is no url", url="source"),
    "build argument": _build("build_args", "MODE", url=SOURCE, build_args={"MODE": "canary canary"}),
    "build arguments of no kind": _build("build_args", "KEY=VALUE", url=SOURCE, build_args=["canary"]),
}

LOGIN = {
    "no credentials": Bad(
        "app",
        {"name": "web"},
        CREDENTIALS,
        ("no credentials were found", "CONVOX_HOST", "RACK_URL", "convox login"),
        environment={"CONVOX_HOST": "", "CONVOX_PASSWORD": ""},
    ),
    "no key": Bad(
        "app",
        {"name": "web"},
        CREDENTIALS,
        ("no key for this host",),
        environment={"CONVOX_PASSWORD": ""},
    ),
    "contradicting hosts": Bad(
        "app",
        {"name": "web"},
        CREDENTIALS,
        ("names another host than RACK_URL",),
        environment={"RACK_URL": "https://convox:canary@other.rack.test"},
    ),
    "host with a password": Bad(
        "app", {"name": "web", "host": "https://convox:canary@rack.test"}, OPTION, ("host: ", "api_key")
    ),
    "proxy with a password": Bad(
        "app",
        {"name": "web", "proxy": "http://me:canary@127.0.0.1:1", "max_retries": 0},
        "ConvoxConnectionError",
        ("127.0.0.1",),
    ),
    "url with a password": _nobody("build", url="https://me:canary@host.test/source.tgz"),
    "host with a path": Bad("app", {"name": "web", "host": "rack.test/apps"}, OPTION, ("host: ", "path")),
    "wrong password": Bad(
        "app",
        {"name": "web", "api_key": "canary-wrong"},
        "ConvoxAuthError",
        ("invalid authentication", "api_key", "HTTP 401"),
        True,
        401,
    ),
    "wrong token": Bad(
        "app",
        {"name": "web", "username": "jwt", "api_key": "canary.wrong.token"},
        "ConvoxAuthError",
        ("invalid authentication",),
        True,
        401,
    ),
    "read token": Bad(
        "app",
        {"name": "other", "api_key": "canary-read-key"},
        "ConvoxForbiddenError",
        ("unauthorized to access", "role with Read on the rack and Write on the app"),
        True,
        401,
    ),
    "nobody listens": Bad(
        "app",
        {"name": "web", "host": "http://127.0.0.1:1", "api_key": "canary-k", "max_retries": 0},
        "ConvoxConnectionError",
        ("no connection to 127.0.0.1:1", "Nothing listens there"),
    ),
    "plain deploy key merges": Bad(
        "env",
        {"app": "web", "variables": {"A": "5"}, "api_key": "canary-plain-key"},
        "ConvoxForbiddenError",
        ("not permitted for deploy keys", "role with Read on the rack and Write on the app", "purge: true"),
        True,
        403,
    ),
    "plain deploy key makes apps": Bad(
        "app",
        {"name": "other", "api_key": "canary-plain-key"},
        "ConvoxForbiddenError",
        ("Create app other", "role with Read on the rack and Write on the app"),
        True,
        403,
    ),
    "plain deploy key lists": Bad(
        "release_info",
        {"app": "web", "api_key": "canary-plain-key"},
        "ConvoxForbiddenError",
        ("role with Read on the rack and Write on the app",),
        True,
        403,
    ),
    "certificate file that is none": Bad(
        "app",
        {"name": "web", "host": "https://127.0.0.1:1", "api_key": "canary-k", "ca_path": "/nowhere.pem"},
        OPTION,
        ("ca_path: ",),
    ),
}

CASES: dict[str, Bad] = {**NAMES, **ENV, **SCALE, **ABSENT, **RACK, **SOURCES, **LOGIN}
