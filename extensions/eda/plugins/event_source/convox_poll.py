# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event source for ansible-rulebook: a Convox rack that is looked at again and again."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

# ansible-rulebook runs this file by its path, and Ansible's own finder of collections is not there. Last, so
# that nothing of this folder takes the place of something else.
_ROOT = str(Path(__file__).absolute().parents[7])
if _ROOT not in sys.path:
    sys.path.append(_ROOT)

from ansible_collections.convox.rack.plugins.module_utils._api import errors, local_files
from ansible_collections.convox.rack.plugins.module_utils._api._auth.credentials import (
    find_connection,
)
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import Transport
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import (
    apps,
    releases,
    system,
)
from ansible_collections.convox.rack.plugins.plugin_utils import app_events

DOCUMENTATION = r"""
---
short_description: Tell the events of a Convox rack by looking at it
description:
  - For racks that cannot reach the machine of the rulebook. Reads apps and their releases again and again, and tells what has
    changed as events of the same form as C(convox.rack.convox_webhook)'s - C(app:create), C(app:delete),
    C(release:create), C(release:promote), C(app:promote:completed), C(app:promote:errored) and C(app:promote:cancelled).
  - A look tells less than the rack itself would. C(data.actor) is always C(unknown), and a promote that failed wholly between
    two looks is not seen. No event is told twice; one may be lost where the rulebook dies at that very moment.
  - Goes on where the rack does not answer, with longer and longer pauses. Only a rack that refuses the key at the first look
    ends it.
  - Needs the Python libraries httpx and pydantic, as the modules do.
options:
  apps:
    description:
      - Names of the apps to look at. All of the rack where none is given; a plain deploy key needs names.
    type: list
    elements: str
  poll_interval:
    description:
      - Seconds between two looks.
    type: float
    default: 30
  backoff_max:
    description:
      - Most seconds between two looks while the rack does not answer.
    type: float
    default: 300
  state_file:
    description:
      - File that keeps what was seen, so that after a restart the source tells what happened meanwhile, and nothing twice.
        Names of apps and ids of releases stand in it, no key and no env. One file for one rack.
      - Without it the source begins anew with each start.
    type: path
  host:
    description:
      - The rack. This and O(api_key), O(username), O(rack), O(cli_config), O(validate_certs), O(ca_path), O(client_cert),
        O(client_key), O(use_proxy), O(proxy), O(machine) and O(timeout) are the options of all modules, with the same
        environment variables.
    type: str
  api_key:
    description: [The rack's password, a deploy key or a token.]
    type: str
    aliases: [password, deploy_key]
  username:
    description: [V(jwt) for a token.]
    type: str
  rack:
    description: ["Through a console: the rack's name, as C(org/name)."]
    type: str
  cli_config:
    description: [Folder of the CLI's files.]
    type: path
  validate_certs:
    description: [Whether the rack's certificate is verified.]
    type: bool
    default: true
  ca_path:
    description: [File of authorities to trust.]
    type: path
  client_cert:
    description: [Certificate of the client.]
    type: path
  client_key:
    description: [Its key.]
    type: path
  use_proxy:
    description: [Whether proxies of the environment are used.]
    type: bool
    default: true
  proxy:
    description: [A proxy.]
    type: str
  machine:
    description: [A cloud machine of the console.]
    type: str
  timeout:
    description: [Seconds for one request.]
    type: float
    default: 30
"""

EXAMPLES = r"""
- convox.rack.convox_poll:
    apps: [web]
    state_file: /var/lib/rulebook/web.json
  filters:
    - convox.rack.convox_normalize:
"""

CONNECTION = (
    *("host", "api_key", "username", "rack", "cli_config", "validate_certs", "ca_path", "client_cert"),
    *("client_key", "use_proxy", "proxy", "machine", "timeout"),
)
ALIASES = ("password", "deploy_key")
OPTIONS = ("apps", "poll_interval", "backoff_max", "state_file", *CONNECTION)
LISTED = 20
_REFUSED = (errors.ConvoxAuthError, errors.ConvoxForbiddenError)
logger = logging.getLogger("convox.rack.convox_poll")


class Poller:
    """Looks at a rack, and keeps what it saw. ``look`` is for a thread: it waits for the rack."""

    def __init__(self, args: Mapping[str, Any], environ: Mapping[str, str]) -> None:
        unknown = sorted(set(args) - {*OPTIONS, *ALIASES, "eda_feedback_queue"})
        if unknown:
            raise ValueError(f"unknown options: {', '.join(unknown)}. There are {', '.join(OPTIONS)}")
        given = {name: value for name, value in args.items() if value not in (None, "", [])}
        self.interval = _seconds(given, "poll_interval", 30.0)
        self.most = max(self.interval, _seconds(given, "backoff_max", 300.0))
        self._apps = _names(given.get("apps"))
        self._file = os.path.expanduser(str(given.get("state_file", "")))
        connection = find_connection(_login(given), environ)
        self._client = Client(Transport(connection), warn=logger.warning)
        self._where = f"{connection.url} {connection.rack or ''}".strip()
        self._rack = ""
        self._blind: set[str] = set()
        self._seen = self._kept()

    def look(self) -> list[dict[str, Any]]:
        """What has happened since the last look, kept before it is told. Raises ConvoxError."""
        self._rack = self._rack or system.get(self._client).name
        seen, told = self._seen or {}, []
        now: dict[str, app_events.Seen] = {}
        for app in self._listed():
            look = self._look_at(app)
            if app.name in seen:
                now[app.name], events = app_events.changes(seen[app.name], look)
            else:
                now[app.name] = app_events.first(look)
                created = app_events.event("app:create", "success", _now(), app.name)
                events = [created] if self._seen is not None else []
            told += events
        gone = sorted(set(seen) - set(now))
        told += [app_events.event("app:delete", "success", _now(), name) for name in gone]
        if now != self._seen:
            self._keep(now)
        return [{"payload": {**each, "data": {**each["data"], "rack": self._rack}}} for each in told]

    def close(self) -> None:
        self._client.transport.close()

    def _listed(self) -> list[apps.App]:
        if self._apps is None:
            return apps.list_all(self._client)
        found = [apps.find(self._client, name) for name in self._apps]
        return [app for app in found if app is not None]

    def _look_at(self, app: apps.App) -> app_events.Look:
        listed: tuple[app_events.Made, ...] | None = None
        if app.name not in self._blind:
            try:
                found = releases.newest(self._client, app.name, LISTED)
                listed = tuple(app_events.Made(each.id, each.created or "") for each in found)
            except errors.ConvoxForbiddenError as error:
                # A plain deploy key. What is under way shows without the list.
                self._blind.add(app.name)
                logger.warning("No event tells of a new release of %s: %s", app.name, error)
            except errors.ConvoxNotFoundError as error:
                if not error.is_about("app", app.name):
                    raise
                # It is being deleted, which the next look tells.
        return app_events.Look(app.name, app.status, app.release, listed, _now())

    def _kept(self) -> dict[str, app_events.Seen] | None:
        """What the state file keeps, or None where there is none yet. Raises ValueError."""
        if not self._file:
            return None
        try:
            found = json.loads(local_files.read_text(self._file))
            where = found["rack"]
            seen = {str(name): app_events.Seen.of_json(each) for name, each in found["apps"].items()}
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ValueError(f"state_file: {self._file} cannot be read: {error.strerror}") from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise ValueError(
                f"state_file: {self._file} is not what this source wrote; delete it to begin anew"
            ) from None
        if where != self._where:
            raise ValueError(f"state_file: {self._file} is of another rack; give each rack a file of its own")
        return seen

    def _keep(self, seen: dict[str, app_events.Seen]) -> None:
        self._seen = seen
        if self._file:
            kept = {"rack": self._where, "apps": {name: each.as_json() for name, each in seen.items()}}
            _replace(self._file, json.dumps(kept))


def _replace(path: str, text: str) -> None:
    """Write the file whole or not at all, readable for its owner alone. Raises ValueError."""
    try:
        handle, new = tempfile.mkstemp(prefix=".convox_poll-", dir=os.path.dirname(path) or ".")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(new, path)
        except BaseException:
            os.unlink(new)
            raise
    except OSError as error:
        raise ValueError(f"state_file: {path} cannot be written: {error.strerror}") from None


def _now() -> str:
    return datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")


def _seconds(given: Mapping[str, Any], name: str, default: float) -> float:
    try:
        found = float(given.get(name, default))
    except (TypeError, ValueError):
        found = 0.0
    if not 0 < found < 1e9:
        raise ValueError(f"{name}: give it in seconds, above 0")
    return found


def _names(given: Any) -> list[str] | None:
    if given is None:
        return None
    names = given if isinstance(given, (list, tuple)) else str(given).split(",")
    texts = [str(name).strip() for name in names]
    if not all(text.strip(".") for text in texts):
        raise ValueError("apps: one of them is no app's name")
    return list(dict.fromkeys(texts))


def _login(given: Mapping[str, Any]) -> dict[str, Any]:
    """The connection options. A look is repeated by the next one, so no request repeats itself."""
    found = {name: given[name] for name in CONNECTION if name in given}
    for alias in ALIASES:
        if alias in given:
            found.setdefault("api_key", given[alias])
    return {**found, "max_retries": 0}


async def main(queue: asyncio.Queue[Any], args: dict[str, Any]) -> None:
    """Look at the rack until it is cancelled."""
    poller = Poller(args, os.environ)
    failures, answered = 0, False
    try:
        while True:
            try:
                told = await asyncio.to_thread(poller.look)
            except errors.ConvoxError as error:
                if not answered and isinstance(error, _REFUSED):
                    raise
                failures += 1
                log = logger.warning if failures == 1 else logger.debug
                log("The rack does not tell how it is, and is asked again: %s", error)
            else:
                if failures:
                    logger.warning("The rack answers again.")
                failures, answered = 0, True
                for event in told:
                    await queue.put(event)
            await asyncio.sleep(min(poller.most, poller.interval * 2 ** min(failures, 20)))
    finally:
        poller.close()
