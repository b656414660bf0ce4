# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_certificate, certificates of a rack."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, certificates, services
from ansible_collections.convox.rack.plugins.module_utils._modules.certificate import (
    arguments,
    state,
    steps,
)
from ansible_collections.convox.rack.plugins.module_utils._modules.certificate.state import (
    Desired,
    Observed,
)
from ansible_collections.convox.rack.plugins.module_utils._noun import Context, Noun, Step


class CertificateNoun(Noun[Desired, Observed]):
    """Certificates of a rack."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = arguments.ARGUMENTS
    # A file that somebody gives as pub or chain may hold a private key as well.
    SECRET_OPTIONS: t.ClassVar[tuple[str, ...]] = ("key", "pub", "chain")

    def __init__(self) -> None:
        #: What the last step has read back, and what was read before the first.
        self._seen: steps.Seen | None = None
        self._first: Observed | None = None

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for what no rack can do or should get, and ConvoxMissingLibraryError for a
        certificate to import without the library that reads it."""
        return arguments.desired(options)

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request; two more for each app that runs where old ones are to be replaced. None after a step,
        which has read back what it did."""
        if desired.state == "renewed":
            # A rack renews for apps that are not there, too.
            apps.get(client, desired.app)
            return Observed()
        if desired.state == "applied":
            return self._observe_port(client, desired)
        if self._seen is not None and self._seen.certificates is not None:
            return self._with_days(self._seen.certificates, self._first.uses if self._first else {})
        listed = self._with_days(tuple(certificates.list_all(client)), {})
        self._warn(listed, desired, context)
        self._first = listed._replace(uses=self._uses(client, desired, context, listed))
        return self._first

    def _with_days(
        self, listed: tuple[certificates.Certificate, ...], uses: t.Mapping[str, t.Any]
    ) -> Observed:
        now = datetime.datetime.now(datetime.timezone.utc)
        own = tuple(each for each in listed if each.id != certificates.OF_THE_RACK)
        return Observed(own, {each.id: certificates.days_left(each, now) for each in own}, uses)

    def _uses(self, client: Client, desired: Desired, context: Context, listed: Observed) -> dict[str, t.Any]:
        kept = state.current(listed, desired)
        if not desired.replace or desired.state != "present":
            return {}
        replaceable = state.older(listed, desired, kept)
        if not replaceable:
            return {}
        # Here, because a module compiles what it imports each time it runs, and few tasks replace.
        from ansible_collections.convox.rack.plugins.module_utils._shared import certificate_uses

        uses: dict[str, t.Any] = dict(
            certificate_uses.of_certificates(client, context, [each.id for each in replaceable])
        )
        for id_, places in uses.items():
            if places:
                where = ", ".join(sorted({use.words() for use in places}))
                context.warn(f"certificate {id_} is kept, for it is used by {where}")
        return uses

    def _warn(self, listed: Observed, desired: Desired, context: Context) -> None:
        pair = desired.pair
        if pair is not None and pair.starts > datetime.datetime.now(datetime.timezone.utc):
            context.warn(f"pub: is not valid before {pair.starts:%Y-%m-%d %H:%M} UTC")
        found = state.current(listed, desired) if desired.domains and desired.state == "present" else None
        if found is not None and state.is_over(found, listed.days.get(found.id)):
            context.warn(
                f"certificate {found.id} ends on {found.expiration}, and the rack has not renewed it"
            )

    def _observe_port(self, client: Client, desired: Desired) -> Observed:
        if self._seen is not None and self._seen.applied is not None:
            return Observed(applied=self._seen.applied)
        found = steps.certificate_at(services.list_all(client, desired.app), desired.service, desired.port)
        if found is None:
            raise errors.ConvoxOptionError(
                "port",
                f"{desired.app} has no service {desired.service} with the port {desired.port}",
                "name a port at which the balancer answers (ports of convox_service)",
                not_yet=True,
            )
        return Observed(applied=found)

    def assumed(self, desired: Desired) -> Observed:
        """An app that was just made, or a service that was never promoted."""
        return Observed()

    def plan(self, observed: Observed, desired: Desired) -> list[Step]:
        """The steps from what is there to what is desired."""
        if desired.state == "renewed":
            return [steps.Renew(desired.app)]
        if desired.state == "applied":
            applied = observed.applied
            there = applied == desired.id
            step = steps.Apply(desired.app, desired.service, desired.port, desired.id or "", applied)
            return [] if there else [step]
        if desired.state == "absent":
            return [steps.Delete(each) for each in self._unwanted(observed, desired)]
        return self._plan_present(observed, desired)

    def _unwanted(self, observed: Observed, desired: Desired) -> list[certificates.Certificate]:
        if desired.id is not None:
            return [each for each in observed.certificates if each.id == desired.id]
        return state.of_these_names(observed, desired)

    def _plan_present(self, observed: Observed, desired: Desired) -> list[Step]:
        kept = state.current(observed, desired)
        planned: list[Step] = []
        if kept is None:
            before = frozenset(each.id for each in observed.certificates)
            if desired.pair is not None:
                planned.append(steps.Import(desired.pair, before))
            else:
                planned.append(steps.Generate(desired.domains, desired.issuer, desired.duration, before))
        # One that is being issued takes no other's place yet.
        ready = observed.days.get(kept.id) is not None if kept else desired.issuer is None
        if desired.replace and ready:
            planned += [
                steps.Delete(each)
                for each in state.older(observed, desired, kept)
                if not observed.uses.get(each.id, ("unknown",))
            ]
        return planned

    def applied(self, step: Step, made: object) -> None:
        """Most steps give what they have read back."""
        if isinstance(made, steps.Seen):
            self._seen = made

    def verify(self, observed: Observed, desired: Desired, missing: t.Sequence[Step]) -> None:
        """Raises ConvoxIgnoredError."""
        gone = [step.certificate.id for step in missing if isinstance(step, steps.Delete)]
        what = f"certificate {', '.join(gone)} is still there" if gone else "the certificate is not there"
        if desired.state == "applied":
            what = f"port {desired.port} of {desired.service} has another certificate"
        raise errors.ConvoxIgnoredError(
            f"the rack answered ok, and {what}",
            hint="Somebody else may have changed it at the same moment: run the task again.",
        )

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``certificate``; None where it should not be there, and for the state renewed."""
        if desired.state == "applied":
            return {"certificate": {**dict.fromkeys(certificates.Certificate.model_fields), "id": desired.id}}
        found = state.current(observed, desired) if desired.state == "present" else None
        return {"certificate": found.as_result() if found else None}

    def predict(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """The certificate that would be there; null for what only the rack knows of a new one."""
        result = self.result(observed, desired)
        if desired.state == "present" and result["certificate"] is None:
            pair = desired.pair
            result["certificate"] = {
                "id": None,
                "domain": pair.domain if pair else desired.domains[0],
                "domains": list(pair.domains if pair else desired.domains),
                "expiration": pair.expiration if pair else None,
                "status": None,
            }
        return result
