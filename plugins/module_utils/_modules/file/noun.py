# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_file, files in a running process."""

from __future__ import annotations

import os
import posixpath
import re
import typing as t
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._modules.file import names, source, steps
from ansible_collections.convox.rack.plugins.module_utils._modules.file.compare import Compare, Look
from ansible_collections.convox.rack.plugins.module_utils._modules.file.receive import Receive
from ansible_collections.convox.rack.plugins.module_utils._noun import Context, Noun, Step
from ansible_collections.convox.rack.plugins.module_utils._shared import process_names, running_process

PRESENT, FETCHED, ABSENT = "present", "fetched", "absent"


@dataclass(frozen=True, repr=False)
class Desired:
    """What is to be in a process, or to come from there.

    ``path``: in the process. ``items``: what is to be there; ``dest``: where it is to go here.
    """

    app: str
    process: str
    state: str
    path: str
    items: tuple[source.Item, ...]
    dest: str
    mode: int | None
    force: bool
    timeout: float


class Observed(t.NamedTuple):
    """``process``: its id. ``kind``: what is at the path (file, folder …), None for nothing; ``size`` of a
    file. ``differing``: what has to be sent. ``places``: what came, or would come, and differed.

    ``done``: a fetch is over.
    """

    process: str | None
    kind: str | None = None
    size: int | None = None
    differing: tuple[source.Item, ...] = ()
    places: tuple[str, ...] = ()
    done: bool = False

    def __repr__(self) -> str:
        return type(self).__name__


def _mode(given: t.Any) -> int | None:
    """A mode as ansible.builtin.copy takes it, but for symbolic ones."""
    if given is None:
        return None
    number = isinstance(given, int) and not isinstance(given, bool) and given >= 0
    text = given if isinstance(given, str) else format(given, "o") if number else ""
    if not re.fullmatch(r"(0o)?[0-7]{1,5}", text) or int(text.removeprefix("0o"), 8) > 0o7777:
        raise errors.ConvoxOptionError("mode", "is no mode", "give it in octal and quotes, such as '0644'")
    return int(text.removeprefix("0o"), 8)


def _items(options: dict[str, t.Any], mode: int | None) -> tuple[source.Item, ...]:
    src, content = options.get("src"), options.get("content")
    if (src is None) == (content is None):
        problem = "is missing" if src is None else "stands beside content"
        raise errors.ConvoxOptionError("src", problem, "give src or content, one of them")
    if content is not None:
        return source.of_text(content, mode)
    return source.of_path(str(src), mode)


def _without(options: dict[str, t.Any], *more: str) -> None:
    for name in more:
        if options.get(name) is not None:
            raise errors.ConvoxOptionError(
                name, f"means nothing with state: {options['state']}", "leave it out"
            )


class FileNoun(Noun[Desired, Observed]):
    """Files in a running process."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "app": {"type": "str", "required": True},
        "process": {"type": "str", "required": True},
        "state": {"type": "str", "choices": [PRESENT, FETCHED, ABSENT], "default": PRESENT},
        # A file here or there: see local_paths.
        "src": {"type": "str"},
        "content": {"type": "str", "no_log": False},
        "dest": {"type": "str", "required": True},
        "mode": {"type": "raw"},
        "force": {"type": "bool", "default": False},
        "transfer_timeout": {"type": "int", "default": 1800},
    }
    SECRET_OPTIONS: t.ClassVar[tuple[str, ...]] = ("content",)

    def __init__(self) -> None:
        self._process: str | None = None
        self._sent: tuple[str, ...] = ()
        self._received: Receive | None = None

    @classmethod
    def local_paths(cls, options: t.Mapping[str, t.Any]) -> t.Sequence[str]:
        """``src`` of what is sent, ``dest`` of what is fetched."""
        return {PRESENT: ("src",), FETCHED: ("dest",)}.get(options.get("state") or PRESENT, ())

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Looks through what is to be sent. Raises ConvoxOptionError."""
        process_names.check("process", options["process"], "give the id of a process, or a service")
        if options["transfer_timeout"] < 1:
            raise errors.ConvoxOptionError("transfer_timeout", "is below 1", "give seconds")
        mode, state = _mode(options.get("mode")), options["state"]
        items: tuple[source.Item, ...] = ()
        if state == FETCHED:
            _without(options, "content")
            path = names.remote("src", options.get("src"))
        else:
            path = names.remote("dest", options["dest"])
        if state == ABSENT:
            _without(options, "src", "content", "mode")
        if state == PRESENT:
            items = _items(options, mode)
            if options["dest"].endswith("/") and not items[0].is_folder:
                path = self._into(path, options.get("src"))
        return Desired(
            options["app"],
            options["process"],
            state,
            path,
            items,
            options["dest"] if state == FETCHED else "",
            mode,
            options["force"],
            float(options["transfer_timeout"]),
        )

    def _into(self, folder: str, src: str | None) -> str:
        if src is None:
            raise errors.ConvoxOptionError(
                "dest", "is a folder, and content has no name", "name the file in it"
            )
        return names.remote("dest", posixpath.join(folder, os.path.basename(src)))

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """Two requests: the processes, and the files, of which no more is read than tells. Raises
        ConvoxOptionError where no such process runs, or dest is a folder where a file is to be."""
        if self._process is None:
            self._process = running_process.find(client, desired.app, desired.process)
        place = (desired.app, self._process, desired.path)
        if desired.state == ABSENT or desired.force and desired.state == PRESENT and not self._sent:
            look = Look()
            steps.read(client, context, place, look, timeout=desired.timeout)
            self._check_kind(desired, look.kind)
            return Observed(self._process, look.kind, differing=desired.items)
        if desired.state == PRESENT:
            return self._compared(client, context, desired, place)
        return self._fetched(client, context, desired, place)

    def _compared(
        self, client: Client, context: Context, desired: Desired, place: tuple[str, str, str]
    ) -> Observed:
        compare = Compare(desired.path, desired.items, desired.mode)
        try:
            steps.read(client, context, place, compare, timeout=desired.timeout)
        finally:
            compare.close()
        self._check_kind(desired, compare.kind)
        return Observed(self._process, compare.kind, compare.size, compare.differing())

    def _check_kind(self, desired: Desired, kind: str | None) -> None:
        if desired.state != PRESENT or kind is None:
            return
        comes = "folder" if desired.items[0].is_folder else "file"
        if comes == "file" and kind == "folder" or comes == "folder" and kind != "folder":
            raise errors.ConvoxOptionError(
                "dest",
                f"{desired.path} is a {kind} in the process, and a {comes} is sent",
                "name the file in it" if comes == "file" else "give another path, or delete it first",
            )

    def _fetched(
        self, client: Client, context: Context, desired: Desired, place: tuple[str, str, str]
    ) -> Observed:
        if self._received is not None:
            return Observed(
                self._process, size=self._received.size, places=tuple(self._received.changed), done=True
            )
        if not context.check_mode:
            return Observed(self._process)
        receive = Receive(desired.path, desired.dest, desired.mode, is_real=False)
        try:
            is_there = steps.read(client, context, place, receive, timeout=desired.timeout)
            receive.finish()
        finally:
            receive.close()
        if not is_there:
            raise steps.absent(desired.app, place[1], desired.path)
        places = tuple(receive.changed)
        return Observed(self._process, size=receive.size, places=places, done=not (places or desired.force))

    def assumed(self, desired: Desired) -> Observed:
        """A process that an earlier task would make has nothing of it yet; what is to come from it is
        there."""
        if desired.state == ABSENT:
            return Observed(None, "file")
        return Observed(None, differing=desired.items, places=(desired.dest,))

    def plan(self, observed: Observed, desired: Desired) -> list[Step]:
        """One step: send what differs, fetch, or delete what is there."""
        process = observed.process or desired.process
        if desired.state == FETCHED:
            if observed.done:
                return []
            return [
                steps.Fetch(desired.app, process, desired.path, desired.dest, desired.mode, desired.timeout)
            ]
        if desired.state == ABSENT:
            if observed.kind is None:
                return []
            return [steps.Delete(desired.app, process, desired.path, observed.kind)]
        if not observed.differing:
            return []
        before = f"{observed.size} bytes" if observed.size is not None else observed.kind
        return [steps.Send(desired.app, process, desired.path, observed.differing, before, desired.timeout)]

    def applied(self, step: Step, made: object) -> None:
        """A fetch has looked at all that came."""
        if isinstance(made, Receive):
            self._received = made
        elif isinstance(made, steps.Sent):
            self._sent = made.paths

    def verify(self, observed: Observed, desired: Desired, missing: t.Sequence[Step]) -> None:
        """What was sent is read again. Raises ConvoxIgnoredError."""
        if desired.state == ABSENT:
            words = f"the rack answered ok, and {desired.path} is still there"
        else:
            few = ", ".join(
                posixpath.join(desired.path, each.name).rstrip("/") for each in observed.differing[:5]
            )
            words = f"what was sent is not there as it was sent: {few}"
        raise errors.ConvoxIgnoredError(
            words,
            hint="A program in the process may change it, or its user may not set such a mode.",
            operation=f"{'delete' if desired.state == ABSENT else 'send'} {desired.path}",
        )

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``process``, ``path`` and ``files``: what was sent, fetched or deleted."""
        done = observed.places if desired.state == FETCHED else self._sent
        return {"process": observed.process, "path": desired.path, "files": list(done)}

    def predict(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """What would be."""
        result = self.result(observed, desired)
        if desired.state == PRESENT:
            paths = [posixpath.join(desired.path, item.name).rstrip("/") for item in observed.differing]
            result["files"] = paths
        elif desired.state == ABSENT:
            result["files"] = [desired.path] if observed.kind else []
        return result
