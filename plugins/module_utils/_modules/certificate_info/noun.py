# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_certificate_info, which certificates a rack has."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import certificates
from ansible_collections.convox.rack.plugins.module_utils._info import (
    PARALLEL,
    InfoNoun,
    check_count,
    include_of,
)
from ansible_collections.convox.rack.plugins.module_utils._noun import Context

USES = "uses"


class Desired(t.NamedTuple):
    """Which certificates to read, None where it makes no difference. ``generated``: also those that are not
    issued yet; ``expires_within``: days."""

    id: str | None
    domain: str | None
    generated: bool
    expires_within: int | None
    with_uses: bool
    parallel: int


class Observed(t.NamedTuple):
    """The certificates by id, each with the days that it has left."""

    certificates: tuple[tuple[certificates.Certificate, int | None], ...] = ()
    uses: t.Mapping[str, t.Sequence[t.Any]] = {}


class CertificateInfoNoun(InfoNoun[Desired, Observed]):
    """Which certificates a rack has."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "id": {"type": "str"},
        "domain": {"type": "str"},
        "generated": {"type": "bool", "default": False},
        "expires_within": {"type": "int"},
        **include_of(USES),
        **PARALLEL,
    }

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for a time that is none."""
        within = options.get("expires_within")
        if within is not None and within < 0:
            raise errors.ConvoxOptionError("expires_within", "is below 0", "give it in days")
        return Desired(
            options.get("id") or None,
            (options.get("domain") or "").lower() or None,
            options["generated"],
            within,
            USES in options["include"],
            check_count(options, "parallel", "how many apps to ask for at a time"),
        )

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request; with uses one more, and two for each app that runs something."""
        now = datetime.datetime.now(datetime.timezone.utc)
        listed = certificates.list_all(client, generated=desired.generated)
        found = [(each, certificates.days_left(each, now)) for each in listed if _wanted(each, desired)]
        if desired.expires_within is not None:
            found = [each for each in found if each[1] is not None and each[1] <= desired.expires_within]
        if not desired.with_uses or not found:
            return Observed(tuple(found))
        # Here, because a module compiles what it imports each time it runs, and a list needs none of it.
        from ansible_collections.convox.rack.plugins.module_utils._shared import certificate_uses

        ids = [certificate.id for certificate, _days in found]
        uses = certificate_uses.of_certificates(client, context, ids, desired.parallel)
        return Observed(tuple(found), uses)

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``certificates`` with the days that they have left, and with what uses them where that is
        included."""
        shown = []
        for certificate, days in observed.certificates:
            entry = {**certificate.as_result(), "expires_in_days": days}
            if desired.with_uses:
                entry[USES] = [use._asdict() for use in observed.uses.get(certificate.id, ())]
            shown.append(entry)
        return {"certificates": shown}


def _wanted(certificate: certificates.Certificate, desired: Desired) -> bool:
    if desired.id is not None:
        return certificate.id == desired.id and _covers(certificate, desired.domain)
    return certificate.id != certificates.OF_THE_RACK and _covers(certificate, desired.domain)


def _covers(certificate: certificates.Certificate, domain: str | None) -> bool:
    """Whether a browser takes it for a domain: by its name, or by the wildcard above it."""
    if domain is None:
        return True
    above = f"*.{domain.partition('.')[2]}"
    return not certificate.names.isdisjoint({domain, above})
