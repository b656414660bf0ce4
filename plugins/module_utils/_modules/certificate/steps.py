# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: steps that import, generate, delete, apply and renew certificates.

Those that make and delete one give the list as it was read back.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import certificates, services
from ansible_collections.convox.rack.plugins.module_utils._api.resources.certificates import seconds
from ansible_collections.convox.rack.plugins.module_utils._modules.certificate.pem import Pair
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Step
from ansible_collections.convox.rack.plugins.module_utils._shared.shown import once_shown

ON_V3 = (
    "A v3 rack takes the certificate of a service from convox.yml: name it there (services, {service}, "
    "certificate, id: {id}), build and promote"
)


class Seen(t.NamedTuple):
    """The certificates after a step; ``applied``: the one at the port."""

    certificates: tuple[certificates.Certificate, ...] | None = None
    applied: str | None = None


def _listed(
    client: Client,
    context: Context,
    what: str,
    shown: t.Callable[[t.Sequence[certificates.Certificate]], bool],
    at: float,
) -> Seen:
    found = once_shown(context, what, lambda: certificates.list_all(client), shown, at)
    return Seen(tuple(found))


def _new(
    client: Client, before: t.Collection[str], names: frozenset[str], expiration: str | None
) -> certificates.Certificate | None:
    """The one that was made since ``before``, where an answer was lost."""
    for each in certificates.list_all(client):
        fits = expiration is None or seconds(each.expiration) == expiration
        if each.id not in before and each.names == names and fits:
            return each
    return None


def _until_listed(client: Client, context: Context, id_: str, at: float) -> Seen:
    """The certificates, once one that was made at ``at`` is among them."""
    return _listed(
        client, context, f"certificate {id_}", lambda found: any(each.id == id_ for each in found), at
    )


@dataclass(frozen=True)
class Import(Step):
    """Give the rack a certificate with its key. ``before``: the ids of those that are there."""

    pair: Pair = field(repr=False)
    before: frozenset[str] = frozenset()

    def changes(self) -> t.Sequence[Change]:
        where = ("certificate",)
        return [
            Change((*where, "domains"), None, list(self.pair.domains)),
            Change((*where, "expiration"), None, self.pair.expiration),
        ]

    def apply(self, client: Client, context: Context) -> Seen:
        pair, at = self.pair, context.clock.now()
        made = certificates.create(
            client,
            pair.pub,
            pair.key,
            pair.chain,
            lambda: _new(client, self.before, frozenset(pair.domains), pair.expiration),
        )
        return _until_listed(client, context, made.id, at)


@dataclass(frozen=True)
class Generate(Step):
    """Let the rack make a certificate."""

    domains: tuple[str, ...]
    issuer: str | None = None
    duration: str | None = None
    before: frozenset[str] = frozenset()

    def changes(self) -> t.Sequence[Change]:
        return [Change(("certificate", "domains"), None, list(self.domains))]

    def apply(self, client: Client, context: Context) -> Seen:
        at, names = context.clock.now(), frozenset(self.domains)
        try:
            made = certificates.generate(
                client,
                self.domains,
                self.issuer,
                self.duration,
                lambda: _new(client, self.before, names, None),
            )
        except errors.ConvoxConflictError:
            # Somebody has asked for it since we looked; what is left to do is the same.
            return Seen(tuple(certificates.list_all(client)))
        return _until_listed(client, context, made.id, at)


@dataclass(frozen=True)
class Delete(Step):
    """Delete a certificate."""

    certificate: certificates.Certificate

    def changes(self) -> t.Sequence[Change]:
        shown = self.certificate.domains or [self.certificate.domain]
        return [Change(("certificates", self.certificate.id), shown, None)]

    def apply(self, client: Client, context: Context) -> Seen:
        at, id_ = context.clock.now(), self.certificate.id
        certificates.delete(client, id_)
        return _listed(
            client,
            context,
            f"certificate {id_}",
            lambda found: all(each.id != id_ for each in found),
            at,
        )


@dataclass(frozen=True)
class Apply(Step):
    """Let a port of a service use a certificate."""

    app: str
    service: str
    port: int
    id: str
    before: str = ""

    def changes(self) -> t.Sequence[Change]:
        return [Change((self.service, f"port {self.port}", "certificate"), self.before or None, self.id)]

    def apply(self, client: Client, context: Context) -> Seen:
        """Raises ConvoxNotImplementedError on a v3 rack, with what to do there."""
        at = context.clock.now()
        try:
            certificates.apply(client, self.app, self.service, self.port, self.id)
        except errors.ConvoxNotImplementedError as error:
            error.hint = f"{ON_V3.format(service=self.service, id=self.id)}."
            raise
        found = once_shown(
            context,
            f"port {self.port} of {self.service}",
            lambda: certificate_at(services.list_all(client, self.app), self.service, self.port),
            lambda id_: id_ == self.id,
            at,
        )
        return Seen(applied=found or "")


def certificate_at(found: t.Sequence[services.Service], service: str, port: int) -> str | None:
    """The certificate at a port of a service, "" for none; None where there is no such port."""
    for each in found:
        for one in each.ports:
            if each.name == service and one.balancer == port:
                return one.certificate
    return None


@dataclass(frozen=True)
class Renew(Step):
    """Let the rack get new certificates for an app."""

    app: str
    one_shot: t.ClassVar[bool] = True

    def changes(self) -> t.Sequence[Change]:
        return [Change((self.app, "certificates"), "as they are", "renewed")]

    def apply(self, client: Client, context: Context) -> None:
        certificates.renew(client, self.app)
