# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""What a user can do about an error, from its status and words. Private to convox.rack, may change at
any time."""

from __future__ import annotations

_ROLE = (
    "The key needs a role with Read on the rack and Write on the app: give the deploy key such a role "
    "in the console, or use the rack's password or a token with the role write"
)

# The first line whose words all occur in the message gives the hint.
_BY_WORDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("operation not permitted for deploy keys",),
        "A plain deploy key may not do this: it needs a role with Read on the rack and Write on the app "
        "(console, Settings, Deploy Keys)",
    ),
    (("unauthorized to access",), _ROLE),
    (("requires write access",), _ROLE),
    (
        ("admin role required",),
        "Only the rack's password, or a token or key with the role admin, may do this",
    ),
    (
        ("requires keda",),
        "Autoscaling between min and max needs KEDA on the rack (rack parameter keda_enable=true); "
        "without it set count",
    ),
    (
        ("budget cap exceeded",),
        "The app's monthly budget is used up: raise or reset its budget with convox_budget, or wait for the "
        "month's end",
    ),
    (
        ("cost_tracking_enable",),
        "Budgets need the rack parameter cost_tracking_enable=true",
    ),
    (
        ("direct rack doesn't support update",),
        "A v3 rack is updated by Terraform, where its state is: by the console that holds it (host: the "
        "console, rack: org/name), or on your machine, with convox rack params set or convox rack update",
    ),
    (("app is currently updating",), "Try again when the app is running"),
    (('namespaces "', '" not found'), "Make the app with convox_app, or check its name and the rack"),
    (("app not found: ",), "Make it with convox_app, or check the name and the rack"),
    (
        ("releases.convox.com", "not found"),
        "There is no such release, or the rack has dropped it: convox_release_info lists those it keeps",
    ),
    (("builds.convox.com", "not found"), "There is no such build, or the rack has dropped it"),
    (
        ("previous terminated container",),
        "A process of it has not crashed. Name the process that has as process",
    ),
    (("app is locked",), "Unlock the app first"),
    (
        ("pod ", "spec.containers[0].image: required value"),
        "The running release has no such service, or nothing was promoted yet: convox_release",
    ),
    (
        ("can not promote an older release",),
        "Copy the old release forward instead: state rolled_back of convox_release",
    ),
    (("empty manifest",), "The release has no build: build the app first"),
    (
        ("rack resource type unknown",),
        "A v3 rack makes webhooks alone: an app names its databases in its convox.yml",
    ),
    (("non-routable address",), "A rack posts to public addresses alone"),
    (
        ("object has been modified",),
        "Somebody else changed it at the same moment: run the task again",
    ),
)

CANNOT = "This rack cannot do it: it depends on the rack's version and provider"
# What racks say of that, whatever the status.
_REFUSED = ("unimplemented", "unavailable on v3 racks")

_BY_STATUS: dict[int, str] = {
    401: "Check api_key, and that it belongs to this host and rack; a token of the rack needs username: jwt",
    405: "The rack may be older than what this needs; see the field version of the rack",
    429: "Too many requests at once: run fewer tasks in parallel, or raise max_retries and timeout",
    501: CANNOT,
    502: "A load balancer or the console could not reach the rack",
    503: "The rack's API is not ready, for instance during an update of the rack",
    504: "A load balancer or the console gave up waiting for the rack",
}

WEB_PAGE = (
    "Through a console, rack must name the rack as org/name; otherwise check that host is the name of "
    "the rack's API, for instance api.rack.example.com"
)
NO_RACK = (
    "No rack answers so: check host, and behind a console rack (org/name); a proxy or load balancer may also "
    "have answered instead of it"
)
NO_ROUTE = "The rack may be of an older version than this needs, or host is not a rack's API"


def hint_for(status: int | None, message: str) -> str | None:
    """What to do about an answer of the rack, None where we know nothing.

    status: the HTTP status, None for a websocket. message: the rack's words.
    """
    words = message.lower()
    for texts, hint in _BY_WORDS:
        if all(text in words for text in texts):
            return hint + "."
    if "invalid authentication" in words:
        return _BY_STATUS[401] + "."
    if words.strip() in _REFUSED:
        return CANNOT + "."
    hint = _BY_STATUS.get(status, "") if status is not None else ""
    return hint + "." if hint else None


# What a failed connection says (OpenSSL, the resolver, the system), and what to do about it.
_CONNECTIONS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("certificate_verify_failed", "hostname mismatch"),
        "The certificate is for another name: give host as the certificate names it",
    ),
    (
        ("certificate_verify_failed", "ip address mismatch"),
        "The certificate is for another name: give host as the certificate names it",
    ),
    (("certificate_verify_failed", "expired"), "The certificate has expired: renew it on the rack"),
    (
        ("certificate_verify_failed",),
        "The rack's certificate is not trusted: give its CA's file as ca_path (or, only for a test rack, "
        "set validate_certs: false)",
    ),
    (
        ("wrong_version_number",),
        "The server does not speak TLS there: for plain HTTP write host as http://HOST",
    ),
    (
        ("record layer failure",),
        "The server does not speak TLS there: for plain HTTP write host as http://HOST",
    ),
    (("certificate required",), "The server wants a client certificate: client_cert and client_key"),
    (("connection refused",), "Nothing listens there: check host and its port"),
    (("name or service not known",), "No such host name here: check host"),
    (("nodename nor servname",), "No such host name here: check host"),
    (("no address associated",), "No such host name here: check host"),
    (
        ("temporary failure in name resolution",),
        "The host's name cannot be resolved here: check host and DNS",
    ),
)


def proxy_hint(reason: str) -> str | None:
    """What to do about a proxy that failed. reason: what it or the system said."""
    words = reason.lower()
    if words.startswith("407") or "username/password" in words:
        return "The proxy wants a user and a password: proxy: http://USER:PASSWORD@HOST:PORT."
    if "certificate_verify_failed" in words:
        return "The proxy's certificate is not trusted: give its CA's file as ca_path."
    return "Check the proxy, name another, or go without: use_proxy: false, or the host in NO_PROXY."


def connection_hint(reason: str) -> str | None:
    """What to do about a connection that could not be made. reason: what the system or OpenSSL said."""
    words = reason.lower()
    for texts, hint in _CONNECTIONS:
        if all(text in words for text in texts):
            return hint + "."
    return None
