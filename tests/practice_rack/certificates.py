# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates and the letsencrypt config."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID

from tests.practice_rack import wire
from tests.practice_rack.web import OK, Call, Dropped
from tests.practice_rack.wire import RackError

YEAR = 365 * 24 * 3600
ZERO = "0001-01-01T00:00:00Z"


def _shown(call: Call, id_: str, domain: str, domains: list[str] | None, expiration: str) -> dict[str, Any]:
    return {"id": id_, "domain": domain, "domains": domains, "expiration": expiration, "status": ""}


def _in_years(call: Call, years: int) -> str:
    return call.state.seconds(call.state.now + years * YEAR)


def list_certificates(call: Call) -> Any:
    """A rack on one's own machine lists its own certificate; ``generated`` shows those not issued yet."""
    state = call.state
    if state.certificates_broken:
        raise Dropped
    found = [c for c in state.certificates.values() if c["expiration"] != ZERO]
    if call.query.get("generated") == "true":
        waiting = [c for c in state.certificates.values() if c["expiration"] == ZERO]
        found += [c | {"domain": "", "status": "Not Ready"} for c in waiting]
    if call.settings.own_certificate:
        found.append(_shown(call, "ca", "Convox Rack CA", None, _in_years(call, 10)))
    return sorted(found, key=lambda c: str(c["id"]))


def create(call: Call) -> Any:
    """Neither key nor chain is looked at; a ``pub`` that is not PEM breaks the server, for good."""
    try:
        found = x509.load_pem_x509_certificate(call.form.get("pub", "").encode())
    except ValueError:
        call.state.certificates_broken = True
        raise Dropped from None
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    domains = names.get_values_for_type(x509.DNSName)
    common = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    domain = str(common[0].value) if common else domains[0]
    ends = found.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ")
    return _keep(call, _shown(call, f"cert-{call.state.suffix()}", domain, domains, ends))


def _keep(call: Call, certificate: dict[str, Any]) -> dict[str, Any]:
    call.state.certificates[certificate["id"]] = certificate
    return certificate


def generate(call: Call) -> Any:
    domains, issuer = call.form.get("domains", "").split(","), call.form.get("issuer", "")
    if issuer not in ("", "self-signed", "letsencrypt"):
        raise RackError(400, "invalid issuer")
    if issuer != "letsencrypt":
        if len(domains) > 1:
            raise RackError(400, "must specify only one domain")
        made = _shown(call, f"cert-{call.state.suffix()}", domains[0], domains, _in_years(call, 1))
        return _keep(call, made)
    if "duration" in call.form:
        try:
            wire.duration(call.form["duration"])
        except RackError as error:
            raise RackError(400, f"invalid duration: {error.message}") from None
    id_ = f"cert-{hashlib.sha1(','.join(domains).encode(), usedforsecurity=False).hexdigest()}"
    if id_ in call.state.certificates:
        raise RackError(500, f'certificates.cert-manager.io "{id_}" already exists')
    return _keep(call, _shown(call, id_, domains[0], domains, ZERO))


def delete(call: Call) -> Any:
    if call.state.certificates.pop(call.path["id"], None) is None:
        raise RackError(500, f'secrets "{call.path["id"]}" not found')
    return OK


def renew(call: Call) -> Any:
    """Takes an app's name, and is content with any."""
    return OK


def apply(call: Call) -> Any:
    """Only on a v2 rack, of which there is no recording."""
    port = wire.atoi(call.path["port"])
    if call.settings.generation != "2":
        raise RackError(501, "unimplemented")
    app, service = call.app(), call.path["service"]
    if service not in app.deployments:
        raise RackError(500, f"no such service: {service}")
    app.deployments[service].certificates[port] = call.form.get("id", "")
    return OK


# -- letsencrypt


def _shown_solver(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: inner for name, inner in value.items() if name not in ("api-token", "api-key")}


def letsencrypt(call: Call) -> Any:
    return {"role": "", "solvers": call.state.solvers}


def letsencrypt_apply(call: Call) -> Any:
    """A JSON body that replaces all solvers, unchecked; a form is read as nothing. The values of Cloudflare's
    credentials go into a secret of the cluster and are not shown again."""
    if not call.body or call.headers.get("content-type", "").startswith("application/x-www-form"):
        raise RackError(500, "EOF")
    try:
        given = json.loads(call.body)
    except ValueError as error:
        raise RackError(500, str(error)) from None
    found = given.get("solvers")
    names = ("id", "dns-zones", "route53") + (("cloudflare",) if call.settings.cloudflare else ())
    call.state.solvers = (
        None if found is None else [{n: _shown_solver(s.get(n)) for n in names} for s in found]
    )
    return OK
