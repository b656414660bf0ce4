# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: certificates of a rack."""

from __future__ import annotations

import datetime
import re
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import model
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import route
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client, absent_is_none, given

# A rack on somebody's own machine lists its own certificate beside those of its users.
OF_THE_RACK = "ca"
_SECONDS = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z")
_DAY = datetime.timedelta(days=1)


class Certificate(model.Model):
    """One of ``GET /certificates`` (recordings: certificates). ``expiration`` is None, and ``status`` is
    ``Not Ready``, as long as an issuer has not issued it."""

    id: str
    domain: str = ""
    domains: list[str] = []
    expiration: str | None = None
    status: str = ""

    @property
    def names(self) -> frozenset[str]:
        """The domains that it is for."""
        return frozenset(name.lower() for name in self.domains or [self.domain] if name)

    def as_result(self) -> dict[str, t.Any]:
        """The certificate, its time in UTC."""
        return {**self.model_dump(), "expiration": model.utc(self.expiration)}


def seconds(time: str | None) -> str | None:
    """A time without what is below a second."""
    found = _SECONDS.fullmatch(model.utc(time) or "")
    return f"{found[1]}Z" if found else None


def days_left(certificate: Certificate, now: datetime.datetime) -> int | None:
    """How many whole days are left; below 0 where it is over; None where it is not issued yet."""
    ends = seconds(certificate.expiration)
    if ends is None:
        return None
    try:
        left = (
            datetime.datetime.strptime(ends, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc) - now
        )
    except ValueError:
        return None
    return left // _DAY


def list_all(client: Client, *, generated: bool = True) -> list[Certificate]:
    """``GET /certificates``, sorted by id; with ``generated`` also those that are not issued yet."""
    query = {"generated": "true"} if generated else None
    answer = client.get(route("certificates"), "list the certificates", query)
    return sorted(model.read_list(Certificate, answer), key=lambda certificate: certificate.id)


Find = t.Callable[[], t.Optional[Certificate]]


def create(client: Client, pub: str, key: str, chain: str, find: Find) -> Certificate:
    """``POST /certificates``, PEM all of them. ``find``: the new one, where the answer was lost; the same
    again makes a second one.

    A ``pub`` that is not PEM breaks the server for good, and it does not look at key and chain at all: check
    them before.
    """

    def send() -> Certificate:
        form = {"pub": pub, "key": key, **given(chain=chain or None)}
        answer = client.send(
            "POST", route("certificates"), form=form, operation="import a certificate", expect="json"
        )
        return model.read(Certificate, answer)

    return client.settled(send, find)


def generate(
    client: Client, domains: t.Sequence[str], issuer: str | None, duration: str | None, find: Find
) -> Certificate:
    """``POST /certificates/generate``. Without an issuer the rack signs it itself, for one domain.
    ``duration``: as Go writes it (``2160h``). ``find``: as in ``create``. Raises ConvoxConflictError where
    letsencrypt has been asked for the same domains before."""

    def send() -> Certificate:
        answer = client.send(
            "POST",
            route("certificates", "generate"),
            form={"domains": ",".join(domains), **given(issuer=issuer, duration=duration)},
            operation=f"generate a certificate for {', '.join(domains)}",
            expect="json",
        )
        return model.read(Certificate, answer)

    return client.settled(send, find)


def delete(client: Client, id_: str) -> None:
    """``DELETE /certificates/{id}``; nothing where there is none."""
    path = route("certificates", id_)
    operation = f"delete certificate {id_}"
    absent_is_none(lambda: client.send("DELETE", path, operation=operation, expect="ok"), "secret", id_)


def apply(client: Client, app: str, service: str, port: int, id_: str) -> None:
    """``PUT /apps/{app}/ssl/{service}/{port}``. Raises ConvoxNotImplementedError on a v3 rack, where
    convox.yml names the certificate."""
    path = route("apps", app, "ssl", service, str(port))
    operation = f"apply certificate {id_} to port {port} of {service} of {app}"
    client.send("PUT", path, form={"id": id_}, operation=operation, expect="ok")


def renew(client: Client, app: str) -> None:
    """``POST /certificates/{app}/renew``: those that the rack has got for an app. Answered ``ok`` for an app
    that is not there, too. May be repeated."""
    path = route("certificates", app, "renew")
    operation = f"renew the certificates of {app}"
    client.send("POST", path, operation=operation, repeatable=True, expect="ok")
