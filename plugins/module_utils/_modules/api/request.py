# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: from the options of convox_api to the request that they describe."""

from __future__ import annotations

import json
import re
import typing as t
import urllib.parse
from collections.abc import Iterator, Mapping

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.call import READING
from ansible_collections.convox.rack.plugins.module_utils._api.resources.raw import Request
from ansible_collections.convox.rack.plugins.module_utils._shared import transfers

BODIES = ("form", "json", "body", "src")
FORM = "application/x-www-form-urlencoded"
_IN_A_PATH = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
# What tells the rack who asks and for which rack has options; the rest is HTTP's own business.
_OPTIONS_FOR = {
    "authorization": "api_key and username",
    "rack": "rack",
    "session": "cli_config",
    "convox-actor": "actor",
    "x-convox-actor": "actor",
}
_OF_HTTP = (
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
)
_Error = errors.ConvoxOptionError


def request_of(options: Mapping[str, t.Any]) -> Request:
    """Raises ConvoxOptionError for what would leave the rack, what HTTP cannot carry, and what no rack would
    read."""
    method = options["method"]
    headers, content = _body(options, method)
    return Request(
        method,
        _path(options["path"]),
        _fields("query", options),
        {**headers, **_headers(options)},
        content,
        options.get("repeatable"),
        tuple(_secrets(options)),
    )


def _path(path: str) -> str:
    """The path, if it leads to a route of this rack and to no other place."""
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", path):
        raise _Error(
            "path",
            "is an address",
            "give what stands behind the host, such as /apps; host has its own option",
        )
    if not path.startswith("/"):
        raise _Error("path", "does not begin with /", "give a route of the rack, such as /apps")
    if "?" in path or "#" in path:
        raise _Error("path", "holds a ? or #", "give what stands behind the ? as query")
    if not _IN_A_PATH.fullmatch(path):
        raise _Error(
            "path",
            "holds what cannot stand in one",
            "percent-encode it, for instance with the filter urlencode",
        )
    parts = [urllib.parse.unquote(part) for part in path[1:].split("/")]
    if any(part in (".", "..") for part in parts) or "" in parts[:-1]:
        raise _Error(
            "path", "has a part that is .., . or empty", "give the route as it is, such as /apps/web"
        )
    return path


def _fields(option: str, options: Mapping[str, t.Any]) -> dict[str, str]:
    """Names and values as a rack reads them; what is null is left out."""
    given = options.get(option) or {}
    return {name: _text(option, name, value) for name, value in given.items() if value is not None}


def _text(option: str, name: str, value: t.Any) -> str:
    """A value as a rack reads it: a list with commas, a dict urlencoded (``parameters``)."""
    if isinstance(value, list):
        return ",".join(_scalar(option, name, each) for each in value)
    if isinstance(value, Mapping):
        pairs = {key: _scalar(option, name, each) for key, each in value.items() if each is not None}
        return urllib.parse.urlencode(pairs)
    return _scalar(option, name, value)


def _scalar(option: str, name: str, value: t.Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise _Error(
        option, f"{name} is no text, number or list of them", "give JSON as json, or as text with to_json"
    )


def _headers(options: Mapping[str, t.Any]) -> dict[str, str]:
    """Headers by their usual names (``Content-Type``), so that each goes once."""
    found = {}
    for name, value in (options.get("headers") or {}).items():
        low = name.lower()
        if not _HEADER.fullmatch(name):
            raise _Error("headers", "has a name that no header can have", "give names such as Content-Type")
        if low in _OPTIONS_FOR:
            raise _Error("headers", f"holds {name}", f"give it by the option {_OPTIONS_FOR[low]}")
        if low in _OF_HTTP:
            raise _Error("headers", f"holds {name}, which the connection sets by itself", "leave it out")
        text = "" if value is None else _text("headers", name, value).strip()
        if not text.isprintable():
            raise _Error("headers", f"{name} holds a control character", "give one line of text")
        if value is not None:
            found["-".join(part.capitalize() for part in low.split("-"))] = text
    return found


def _body(options: Mapping[str, t.Any], method: str) -> tuple[dict[str, str], t.Any]:
    """The header that says what the body is, and the body: bytes, or what gives a fresh iterator of them."""
    given = next((name for name in BODIES if options.get(name) is not None), None)
    if given is None:
        return {}, None
    if method in READING:
        raise _Error(given, f"means nothing with method {method}", "give query instead")
    if given == "form":
        if method == "DELETE":
            raise _Error("form", "is not read by a rack with method DELETE", "give query instead")
        return {"Content-Type": FORM}, urllib.parse.urlencode(_fields("form", options)).encode("ascii")
    if given == "json":
        return {"Content-Type": "application/json"}, _json(options["json"])
    if given == "body":
        return {}, options["body"].encode("utf-8")
    return {}, transfers.Body(options["src"])


def _json(value: t.Any) -> bytes:
    """A value as JSON; a text has to be JSON already, whatever core has made of it."""
    way_out = "give a dict or a list, or JSON as text"
    try:
        if isinstance(value, str):
            json.loads(value)
            return value.encode("utf-8")
        return json.dumps(value, allow_nan=False).encode("utf-8")
    except RecursionError:
        raise _Error("json", "is nested too deep", way_out) from None
    except (TypeError, ValueError):
        raise _Error("json", "is no JSON", way_out) from None


def _secrets(options: Mapping[str, t.Any]) -> Iterator[str]:
    """All texts in the values that are masked: those of options that hold one each are known anyway."""
    for option in ("form", "json", "headers"):
        value = options.get(option)
        # JSON given as text was read once already, so it can be read.
        yield from _texts(json.loads(value) if isinstance(value, str) else value)


def _texts(value: t.Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, Mapping)):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(inner)
