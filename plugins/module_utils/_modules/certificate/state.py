# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what convox_certificate wants, what it finds, and which one is which. Pure."""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api.resources.certificates import (
    Certificate,
    seconds,
)
from ansible_collections.convox.rack.plugins.module_utils._modules.certificate.pem import Pair
from ansible_collections.convox.rack.plugins.module_utils._shared.certificate_uses import Use

LETSENCRYPT = "letsencrypt"
# A certificate of letsencrypt has this id, made of its domains, and the rack renews it by itself.
_ISSUED = re.compile(r"cert-[0-9a-f]{40}")


@dataclass(frozen=True)
class Desired:
    """What should be: a certificate that is imported (``pair``) or generated (``domains``), none of an ``id``
    or for ``domains``, one (``id``) at a port of a service, or new ones for an app."""

    state: str
    id: str | None = None
    pair: Pair | None = field(default=None, repr=False)
    domains: tuple[str, ...] = ()
    issuer: str | None = None
    duration: str | None = None
    renew_before: int = 30
    replace: bool = False
    app: str = ""
    service: str = ""
    port: int = 0

    @property
    def names(self) -> frozenset[str]:
        """The domains that it is about."""
        return frozenset(self.pair.domains if self.pair else self.domains)


class Observed(t.NamedTuple):
    """The certificates of the rack's users, how many days each has left (None where it is not issued yet),
    and what uses those that may be deleted. ``applied``: the certificate at the port."""

    certificates: tuple[Certificate, ...] = ()
    days: t.Mapping[str, int | None] = {}
    uses: t.Mapping[str, t.Sequence[Use]] = {}
    applied: str = ""


def of_these_names(observed: Observed, desired: Desired) -> list[Certificate]:
    """Those for exactly the desired domains, the one that lasts longest first."""
    found = [each for each in observed.certificates if each.names == desired.names and desired.names]
    return sorted(found, key=lambda each: (seconds(each.expiration) or "9999", each.id), reverse=True)


def current(observed: Observed, desired: Desired) -> Certificate | None:
    """The certificate that is what is desired, None where a new one is needed."""
    for each in of_these_names(observed, desired):
        if desired.pair is not None:
            if seconds(each.expiration) == desired.pair.expiration:
                return each
        elif _still_good(each, observed.days.get(each.id), desired):
            return each
    return None


def _still_good(certificate: Certificate, days: int | None, desired: Desired) -> bool:
    renews_itself = desired.issuer == LETSENCRYPT and _ISSUED.fullmatch(certificate.id) is not None
    return days is None or days >= desired.renew_before or renews_itself


def is_over(certificate: Certificate, days: int | None) -> bool:
    """Whether a certificate that the rack should renew has not much longer to go."""
    return days is not None and days < 1 and _ISSUED.fullmatch(certificate.id) is not None


def older(observed: Observed, desired: Desired, kept: Certificate | None) -> list[Certificate]:
    """Those for the same domains that ``kept`` (None: a new one) takes the place of."""
    ends = seconds(kept.expiration) if kept else None
    return [
        each
        for each in of_these_names(observed, desired)
        if (kept is None or each.id != kept.id)
        and (ends is None or (seconds(each.expiration) or "9999") <= ends)
    ]
