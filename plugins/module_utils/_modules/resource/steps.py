# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps that make, change and delete a resource of the rack."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import resources
from ansible_collections.convox.rack.plugins.module_utils._api.resources.resources import Resource
from ansible_collections.convox.rack.plugins.module_utils._api.waiting import Wait, wait_for
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step, secret_change
from ansible_collections.convox.rack.plugins.module_utils._shared.waits import LAG

MADE_ANEW = "deleted and made anew, for a v3 rack cannot change it"
# What a rack calls a resource on which it works; webhooks run at once.
_BUSY = ("creating", "updating", "deleting", "pending", "rollback")


class Seen(t.NamedTuple):
    """The resource as a step has read it last, None where it is gone."""

    resource: Resource | None


def _parameters(old: t.Mapping[str, str], new: t.Mapping[str, str]) -> list[Change]:
    return [
        secret_change(("resource", "parameters", name), old.get(name), value)
        for name, value in sorted(new.items())
    ]


@dataclass(frozen=True)
class Create(Step):
    """Make it, and wait until it runs."""

    name: str
    type: str
    parameters: t.Mapping[str, str] = field(repr=False)

    def changes(self) -> t.Sequence[Change]:
        return [
            Change(("resource", "name"), None, self.name),
            Change(("resource", "type"), None, self.type),
            *_parameters({}, self.parameters),
        ]

    def apply(self, client: Client, context: Context) -> Seen:
        resources.create(client, self.name, self.type, self.parameters)
        return until(client, context, self.name, _with(self.parameters))


@dataclass(frozen=True)
class Update(Step):
    """Change parameters in place; v2 racks alone can."""

    before: Resource
    parameters: t.Mapping[str, str] = field(repr=False)

    def changes(self) -> t.Sequence[Change]:
        return _parameters(self.before.parameters, self.parameters)

    def apply(self, client: Client, context: Context) -> Seen:
        resources.update(client, self.before.name, self.parameters)
        return until(client, context, self.before.name, _with(self.parameters))


@dataclass(frozen=True)
class Replace(Step):
    """Delete it and make it anew with other parameters. Where the rack refuses those, the old one is put
    back."""

    before: Resource
    parameters: t.Mapping[str, str] = field(repr=False)
    way_out: t.ClassVar[str] = "Run the task again, with its type: it makes the resource if it is gone."

    def changes(self) -> t.Sequence[Change]:
        made_anew = Change(("resource", "made_anew"), None, MADE_ANEW)
        return [*_parameters(self.before.parameters, self.parameters), made_anew]

    def apply(self, client: Client, context: Context) -> Seen:
        old = self.before
        try:
            client.settled(lambda: _deleted(client, old.name), lambda: _is_gone(client, old.name))
            until(client, context, old.name, lambda resource: resource is None)
        except errors.ConvoxError as error:
            error.hint = f"{error.hint or ''} {self._way_back()}".strip()
            raise
        try:
            resources.create(client, old.name, old.type, {**old.parameters, **self.parameters})
        except errors.ConvoxError as error:
            words = self._way_back() if error.unsettled else self._put_back(client)
            error.hint = f"{error.hint or ''} {words}".strip()
            raise
        return until(client, context, old.name, _with(self.parameters))

    def _way_back(self) -> str:
        return f"The old one may be deleted: run the task again with type: {self.before.type}."

    def _put_back(self, client: Client) -> str:
        try:
            resources.create(client, self.before.name, self.before.type, self.before.parameters)
        except errors.ConvoxError:
            return "The old one is deleted, and could not be put back: make it again."
        return "The old one was put back."


@dataclass(frozen=True)
class Link(Step):
    """Give it to apps, and take it away from others; v2 racks alone know links."""

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    def changes(self) -> t.Sequence[Change]:
        return [Change(("resource", "links"), list(self.before), list(self.after))]

    def apply(self, client: Client, context: Context) -> Seen:
        for app in sorted({*self.after} - {*self.before}):
            resources.link(client, self.name, app)
        for app in sorted({*self.before} - {*self.after}):
            resources.unlink(client, self.name, app)
        return until(
            client,
            context,
            self.name,
            lambda resource: resource is not None and resource.links == self.after,
        )


@dataclass(frozen=True)
class Delete(Step):
    """Delete it, and wait until it is gone."""

    before: Resource

    def changes(self) -> t.Sequence[Change]:
        return [Change(("resource", "name"), self.before.name, None)]

    def apply(self, client: Client, context: Context) -> Seen:
        resources.delete(client, self.before.name)
        return until(client, context, self.before.name, lambda resource: resource is None)


@dataclass(frozen=True)
class Await(Step):
    """Wait until the rack is done with what somebody else has begun."""

    before: Resource
    gone: bool
    wait_only: t.ClassVar[bool] = True

    def apply(self, client: Client, context: Context) -> Seen:
        return until(client, context, self.before.name, lambda resource: (resource is None) is self.gone)


def _deleted(client: Client, name: str) -> bool:
    resources.delete(client, name)
    return True


def _is_gone(client: Client, name: str) -> bool | None:
    return True if resources.find(client, name) is None else None


def is_busy(resource: Resource) -> bool:
    """Whether the rack works on it."""
    return resource.status in _BUSY


def _with(parameters: t.Mapping[str, str]) -> t.Callable[[Resource | None], bool]:
    def fits(resource: Resource | None) -> bool:
        return resource is not None and all(
            resource.parameters.get(name) == value for name, value in parameters.items()
        )

    return fits


def until(client: Client, context: Context, name: str, fits: t.Callable[[Resource | None], bool]) -> Seen:
    """Read it until it is as it should be and the rack is done with it. What a rack shows for longer than its
    reads lag is taken for what it has kept: the engine then says what is missing."""
    started = context.clock.now()

    def good(resource: Resource | None) -> bool:
        if resource is not None and is_busy(resource):
            return not context.wait
        return fits(resource) or context.clock.now() - started >= LAG

    def words(resource: Resource | None) -> str:
        return "no such resource" if resource is None else f"status {resource.status or 'unknown'}"

    def tell(resource: Resource | None) -> None:
        if resource is not None and is_busy(resource):
            context.progress(name, f"waiting: {words(resource)}", "status")

    found = wait_for(
        Wait(
            what=f"resource {name} to be done",
            read=lambda: resources.find(client, name),
            good=good,
            words=words,
            advice="The rack goes on by itself. Wait longer (wait_timeout), or see convox rack resources.",
            timeout=context.time_left() if context.wait else 2 * LAG,
            poll_interval=context.poll_interval,
            confirm=0.0,
            tell=tell,
        ),
        context.clock,
    )
    return Seen(found)
