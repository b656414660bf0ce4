# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is answered: a response or an error of ours, which can be printed; never a defect."""

from __future__ import annotations

import gzip
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import client as api_client
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import Transport
from ansible_collections.convox.rack.plugins.module_utils._api.resources import apps, objects, releases
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import httpx
from tests.unit.api.clients import connection

LIKE_A_RACK_S = [b"ok", b"null", b"[]", b"{}", b'{"name": 1}', b'[{"id": "R"}]', gzip.compress(b"ok")]
ERRORS = [b'{"error": "app not found: web"}', b'{"error": null}', b"[" * 5000, b'{"a": "\\ud800"}', b"1e999"]
BODIES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(LIKE_A_RACK_S + ERRORS),
    st.text(max_size=20).map(lambda text: f'{{"error": "{text}"}}'.encode("utf-8", "surrogatepass")),
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Content-Type": st.sampled_from(["application/json", "text/plain", "text/html", "x", ""]),
        "Content-Encoding": st.sampled_from(["gzip", "br", "gzip, gzip", "identity", ""]),
        "Location": st.sampled_from(["/apps", "//h/x", "http://[::1", "https://u:p@h", "\xff", "?", ""]),
        "Retry-After": st.sampled_from(["0", "-1", "soon", "1e400", "Thu, 01 Jan 1970 00:00:00 GMT"]),
        "WWW-Authenticate": st.sampled_from(
            ['Session path="/session" token="false"', 'Session path="/s" token="true"', "Basic", "\xfe"]
        ),
        "Request-Id": st.sampled_from(["r-1", "\x9b2J", ""]),
        "Content-Length": st.sampled_from(["5", "99999999999", "x"]),
    },
)
CALLS: list[Any] = [
    lambda client: apps.find(client, "web"),
    lambda client: apps.create(client, "web"),
    lambda client: apps.delete(client, "web"),
    lambda client: releases.newest(client, "web"),
    lambda client: objects.store(client, "web", "tmp/x", b"x", timeout=5),
    lambda client: client.download("/x", lambda piece: None, operation="download"),
    lambda client: client.send("PUT", "/x", operation="put"),
]


@given(
    st.lists(st.tuples(st.integers(200, 599), HEADERS, BODIES), min_size=1, max_size=4),
    st.sampled_from(CALLS),
    st.booleans(),
)
@example([(401, {"WWW-Authenticate": 'Session path="/session" token="false"'}, b"")], CALLS[0], True)
@example([(302, {"Location": "http://[::1"}, b"")], CALLS[0], False)
def test_no_answer_is_a_defect(
    answers: list[tuple[int, dict[str, str], bytes]], call: Any, console: bool
) -> None:
    replies = iter([*answers, *[answers[-1]] * 100])

    def reply(request: Any) -> Any:
        status, headers, body = next(replies)
        raw = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
        return httpx.Response(status, headers=raw, stream=httpx.ByteStream(body))

    options = {"rack": "a/b"} if console else {}
    transport = Transport(
        connection("http://rack.test", **options),
        wire=httpx.MockTransport(reply),
        sleep=lambda seconds: None,
    )
    warnings: list[str] = []
    client = api_client.Client(transport, warn=warnings.append, sleep=lambda seconds: None)
    try:
        call(client)
    except errors.ConvoxError as error:
        said = str(error) + str(error.extra)
        said.encode()
        assert "\x9b" not in said
    "".join(warnings).encode()
