# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_log_info, what a log holds by now."""

from __future__ import annotations

import re
import typing as t
from contextlib import closing

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.secrets import Secrets
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, logs, services
from ansible_collections.convox.rack.plugins.module_utils._info import InfoNoun
from ansible_collections.convox.rack.plugins.module_utils._modules.log_info import lines
from ansible_collections.convox.rack.plugins.module_utils._noun import Context
from ansible_collections.convox.rack.plugins.module_utils._shared import durations
from ansible_collections.convox.rack.plugins.module_utils._shared.env_secrets import secrets_of
from ansible_collections.convox.rack.plugins.module_utils._shared.log_lines import plain_line

# What a rack takes where nothing is said, in seconds; and what stands for all, where the last lines are asked
# for.
SINCE, ALWAYS = 120.0, 365 * 86400.0
# The most lines that a task may ask for.
MOST = 1_000_000
PARTS = ("service", "process", "build")


class Desired(t.NamedTuple):
    """Which log (none of ``PARTS``: the app's; no app: the rack's), and how much of it."""

    app: str | None
    parts: dict[str, str]
    since: float
    tail: int | None
    filter: re.Pattern[str] | None
    previous: bool
    max_lines: int
    idle: float
    reveal: bool

    def wants(self, text: str) -> bool:
        """Whether a line is asked for."""
        return self.filter is None or self.filter.search(text) is not None

    @property
    def sent(self) -> int:
        """How many lines of each process the rack is to send: one more than fit tells that there are more. It
        counts them before they are filtered."""
        if self.tail is not None:
            return self.tail
        return self.max_lines + 1 if self.filter is None else MOST


class Observed(t.NamedTuple):
    """The lines by their time, and whether there are more than fit."""

    lines: tuple[lines.Line, ...]
    truncated: bool = False


Open = t.Callable[[logs.Part, float], t.Iterator[str]]


class _Log(t.NamedTuple):
    """A log: what it is called, how to open it, whose its lines are, whether it ends by itself."""

    name: str
    open: Open
    source: str | None = None
    ends: bool = True


def _log(client: Client, desired: Desired) -> _Log:
    """The log that is asked for."""
    app, parts = desired.app, desired.parts
    if app is None:
        return _Log("the rack", lambda part, idle: logs.of_rack(client, part, idle=idle))
    if "service" in parts:
        return _of_service(client, app, parts["service"])
    if "process" in parts:
        name = parts["process"]
        return _Log(
            name, lambda part, idle: logs.of_process(client, app, name, part, idle=idle), name, ends=False
        )
    if "build" in parts:
        build = parts["build"]
        return _Log(
            build, lambda _part, idle: logs.of_build(client, app, build, idle=idle), build, ends=False
        )
    return _Log(app, lambda part, idle: logs.of_app(client, app, part, idle=idle))


def _of_service(client: Client, app: str, name: str) -> _Log:
    return _Log(name, lambda part, idle: logs.of_service(client, app, name, part, idle=idle))


class _Reading:
    """Reads logs of one task."""

    def __init__(self, client: Client, context: Context, desired: Desired) -> None:
        self._client = client
        self._context = context
        self._desired = desired

    def all(self) -> list[lines.Reader]:
        """The log that is asked for; those of its services for an app whose rack has no log of it."""
        desired = self._desired
        log = _log(self._client, desired)
        try:
            return [self._one(log)]
        except errors.ConvoxNotImplementedError:
            if desired.app is None or desired.parts:
                raise
        app = desired.app
        there = services.list_all(self._client, app)
        return [self._one(_of_service(self._client, app, service.name)) for service in there]

    def _one(self, log: _Log) -> lines.Reader:
        """A log, from its beginning once more where the connection is lost."""
        try:
            return self._read(log)
        except errors.ConvoxConnectionError:
            return self._read(log)

    def _read(self, log: _Log) -> lines.Reader:
        desired, context = self._desired, self._context
        # Racks count the lines of services only, and of each process.
        own_tail = None if log.ends else desired.tail
        reader = lines.Reader(log.source, desired.max_lines, own_tail, desired.wants)
        part = logs.Part(desired.since, desired.sent, desired.previous)
        patience = lines.Patience(desired.idle, log.ends)
        try:
            with closing(t.cast("t.Any", log.open(part, min(desired.idle, lines.GAP)))) as pieces:
                reader.take(pieces, context.clock, patience)
        except errors.ConvoxTimeoutError:
            if reader.is_empty:
                raise
            context.warn(f"The log of {log.name} went on until the timeout, and is taken as read.")
            return reader
        except errors.ConvoxAPIError as error:
            if reader.is_empty and _is_nothing(error):
                return reader
            if reader.is_empty or "build" not in desired.parts:
                raise
            # What looks like a rack's error is the last line of a build that failed.
            reader.add(f"ERROR: {error.message}")
            reader.ended = True
        if log.ends and not reader.ended:
            context.warn(f"The log of {log.name} did not end, and is taken as read.")
        return reader


def _is_nothing(error: errors.ConvoxAPIError) -> bool:
    """Whether an error says that what is asked for is not there, and so has no lines: no app, no crash."""
    return isinstance(error, errors.ConvoxNotFoundError) and error.missing[0] in (
        "process",
        "build",
        "service",
    )


class LogInfoNoun(InfoNoun[Desired, Observed]):
    """What a log holds by now."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "app": {"type": "str"},
        "service": {"type": "str"},
        "process": {"type": "str"},
        "build": {"type": "str"},
        "since": {"type": "str"},
        "tail": {"type": "int"},
        "filter": {"type": "str"},
        "previous": {"type": "bool", "default": False},
        "max_lines": {"type": "int", "default": 1000},
        "idle": {"type": "float", "default": 3.0},
        "reveal": {"type": "bool", "default": False},
    }
    CONSTRAINTS: t.ClassVar[dict[str, t.Any]] = {
        "mutually_exclusive": [PARTS],
        "required_by": dict.fromkeys(PARTS, ("app",)),
    }

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for numbers that mean nothing, and an expression that is none."""
        for name in ("tail", "max_lines"):
            if options.get(name) is not None and not 1 <= options[name] <= MOST:
                raise errors.ConvoxOptionError(name, f"is not from 1 to {MOST}", "give a number of lines")
        if not options["idle"] > 0:
            raise errors.ConvoxOptionError("idle", "is not above 0", "give it in seconds")
        parts = {name: options[name] for name in PARTS if options.get(name) is not None}
        if options["previous"] and "build" in parts:
            raise errors.ConvoxOptionError("previous", "means nothing for a build", "leave it out")
        default = SINCE if options.get("tail") is None else ALWAYS
        return Desired(
            options.get("app"),
            parts,
            default if options.get("since") is None else _since(options["since"]),
            options.get("tail"),
            _compiled(options.get("filter")),
            options["previous"],
            options["max_lines"],
            options["idle"],
            options["reveal"],
        )

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request and one websocket; more for an app without lines, or on a rack without logs of apps.
        Raises ConvoxNotFoundError for an absent app, ConvoxNotImplementedError where the rack has no such
        log."""
        secrets = Secrets()
        if desired.app is not None and not desired.reveal:
            secrets = secrets_of(client, context, desired.app)
            context.add_secrets(secrets.values())
        read = _Reading(client, context, desired).all()
        found = [reader.lines() for reader in read]
        if desired.app is not None and not any(found):
            # To a rack, an app that is not there is one without processes.
            apps.get(client, desired.app)
        if "build" not in desired.parts:
            found = [group for each in found for group in lines.by_process(each)]
        whole = lines.merged(found)
        kept = whole[-desired.max_lines :]
        truncated = len(kept) < len(whole) or any(reader.dropped for reader in read)
        return Observed(_shown(kept, secrets), truncated)

    def assumed(self, desired: Desired) -> Observed:
        """An app that was just made has written nothing."""
        return Observed(())

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``lines`` and their ``text``; ``truncated``."""
        return {
            "lines": [line._asdict() for line in observed.lines],
            "text": "\n".join(line.text for line in observed.lines),
            "truncated": observed.truncated,
        }


def _since(text: str) -> float:
    found = durations.seconds("since", text, bare=True)
    if not found:
        raise errors.ConvoxOptionError("since", "is none", "write it such as 90s, 10m or 2d")
    return found


def _compiled(text: str | None) -> re.Pattern[str] | None:
    if text is None:
        return None
    try:
        return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        reason = str(error) or type(error).__name__
    raise errors.ConvoxOptionError(
        "filter", f"is no regular expression: {reason}", "escape what is meant as it is, such as \\( and \\["
    )


def _shown(kept: t.Sequence[lines.Line], secrets: Secrets) -> tuple[lines.Line, ...]:
    """The lines without secrets and without what a terminal would take for an order. All at once: each value
    has many forms."""
    raw = [line.text for line in kept]
    plain = [plain_line(text) for text in _each(secrets.mask, raw)]
    # What stood between the letters of a value is gone.
    shown = _each(secrets.redact, plain)
    return tuple(line._replace(text=text) for line, text in zip(kept, shown, strict=True))


def _each(change: t.Callable[[str], str], texts: list[str]) -> list[str]:
    """Each text changed, all in one pass unless that joins two of them."""
    changed = change("\n".join(texts)).split("\n")
    return changed if len(changed) == len(texts) else [change(text).replace("\n", " ") for text in texts]
