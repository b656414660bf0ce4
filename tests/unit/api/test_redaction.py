# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""No message, repr or traceback holds a secret, whatever the other side says and however it fails."""

from __future__ import annotations

import base64
import json
import traceback
import urllib.parse
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.redaction import MASK, redact, shorten
from tests.unit.api.clients import Client
from tests.unit.api.servers import Server, Talk, answer, frame, websocket

# Long like real ones, and with a beginning that is none of our own words.
letters = st.characters(min_codepoint=33, max_codepoint=0x24F, exclude_categories=["Cc", "Zs"])
secret = st.text(letters, min_size=12).map("~Zq7=".__add__)
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def forms(key: str) -> list[str]:
    """What a secret may look like in a message."""
    return [
        key,
        urllib.parse.quote(key, safe=""),
        urllib.parse.quote_plus(key),
        base64.b64encode(f"convox:{key}".encode()).decode(),
        base64.b64encode(key.encode()).decode(),
    ]


def shown(error: BaseException) -> str:
    """Everything of an error that a user may ever see."""
    facts = {key: value for key, value in vars(error).items() if not key.startswith("_")}
    return "".join((str(error), repr(error), str(facts), *traceback.format_exception(error)))


def echo(words: str) -> Callable[[Talk], None]:
    """A server that says back what it was sent: the worst that can happen to a secret."""

    def reply(talk: Talk) -> None:
        talk.send(answer(500, {"error": f"{words} {talk.seen.headers} {talk.seen.target}"}))

    return reply


@few
@given(secret, st.sampled_from(range(5)))
def test_no_error_of_an_answer_holds_the_key(key: str, form: int) -> None:
    with Server((echo(forms(key)[form]),)) as rack, Client(rack.url, api_key=key) as client:
        text = shown(client.fails("POST", form={"name": "x"})) + repr(client.transport)
        assert [form for form in forms(key) if form in text] == []


@few
@given(secret)
def test_no_failed_connection_holds_the_key_or_the_proxy_s_password(key: str) -> None:
    with Server((lambda talk: talk.cut(),)) as rack:
        quoted = urllib.parse.quote(key, safe="")
        url = f"http://user:{quoted}@127.0.0.1:{rack.port}"
        with Client("https://rack.test", api_key=key, proxy=url, max_retries=0) as client:
            text = shown(client.fails()) + repr(client.transport) + repr(client.transport.connection)
            assert [form for form in forms(key) if form in text] == []


@few
@given(secret)
def test_no_error_of_a_stream_holds_the_key(key: str) -> None:
    script = websocket(frame(1, f"ERROR: {' '.join(forms(key))}\n"), frame(2))
    with Server((script,)) as rack, Client(rack.url, api_key=key) as client:
        with pytest.raises(errors.ConvoxError) as caught:
            list(client.stream_text("/x", operation="read"))
        assert [form for form in forms(key) if form in shown(caught.value)] == []


def test_a_header_that_cannot_be_sent_is_not_quoted() -> None:
    with Server((answer(200),)) as rack, Client(rack.url) as client:
        error = client.fails("POST", headers={"Environment": "A=hunter2\nB=1"})
        assert isinstance(error, errors.ConvoxConnectionError)
        assert "hunter2" not in shown(error)
        assert (error.unsettled, client.pauses, rack.seen) == (False, [], [])


def test_a_session_of_the_cli_shows_nowhere() -> None:
    with Server((echo(""),)) as rack, Client(rack.url, rack="a/b", session="session-of-the-cli") as client:
        assert "session-of-the-cli" not in shown(client.fails()) + repr(client.transport)


@given(st.text(max_size=30), secret, st.text(max_size=30))
def test_redact_takes_every_form_out_and_leaves_the_rest(before: str, key: str, after: str) -> None:
    for form in forms(key)[:3]:
        text = redact(f"{before} {form} {after}", [key])
        assert form not in text
        assert MASK in text


@given(st.text(max_size=60))
def test_redact_without_secrets_changes_only_urls(text: str) -> None:
    if "://" not in text:
        assert redact(text, []) == text
        assert redact(text, ["", "abc"]) == text


def test_users_and_passwords_of_urls() -> None:
    text = "cannot use https://convox:hunter2@rack.example.com/x or http://h@i or socks5://u:p:q@[::1]:1"
    assert (
        redact(text, [])
        == f"cannot use https://{MASK}@rack.example.com/x or http://{MASK}@i or socks5://{MASK}@[::1]:1"
    )
    assert redact("no user: https://rack.example.com/a@b", []) == "no user: https://rack.example.com/a@b"


def test_a_secret_too_short_to_be_told_from_text_damages_nothing() -> None:
    assert redact("abc and abcd", ["abc", "a", ""]) == "abc and abcd"


def test_a_secret_that_looks_like_a_url() -> None:
    assert redact("key ab://cd@efgh used", ["ab://cd@efgh"]) == f"key {MASK} used"


def test_a_secret_that_is_part_of_another() -> None:
    assert redact("abcdefgh", ["abcd", "abcdefgh"]) == MASK


def test_a_secret_inside_json() -> None:
    assert "hunter22" not in redact(json.dumps({"x": "hunter22"}), ["hunter22"])


def test_shorten() -> None:
    assert shorten(" a\n") == "a"
    assert shorten("x" * 5000).endswith("…")
    assert len(shorten("x" * 5000)) < 1300
