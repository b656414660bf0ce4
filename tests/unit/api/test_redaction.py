# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""No message, repr or traceback holds a secret, whatever the other side says and however it fails."""

from __future__ import annotations

import base64
import json
import re
import traceback
import urllib.parse
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.redaction import (
    LONGEST,
    MASK,
    printable,
    redact,
    safe,
    shorten,
)
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


VALUES = [
    'say "hunter2" \\ now',
    "line one\nline two\ttab",
    "bell\x07 esc\x1b[31m csi\x9b",
    "<b>&amp;</b> hunter2",
    " hunter2 with blanks\n",
    "größe漢😀 hunter2",
    "a/b?c=d&e+f%20g hunter2",
    "\u2028 separated \u0085 hunter2",
]


def go(value: str) -> str:
    """Go's %q, as its documentation has it: written apart from the code under test."""
    names = {7: "a", 8: "b", 12: "f", 10: "n", 13: "r", 9: "t", 11: "v", 34: '"', 92: "\\"}
    out = ""
    for letter in value:
        number = ord(letter)
        if number in names:
            out += "\\" + names[number]
        elif number < 32 or number == 127:
            out += f"\\x{number:02x}"
        elif number in range(128, 160) or number in (0x2028, 0x2029):
            out += f"\\u{number:04x}"
        else:
            out += letter
    return out


def quotations(value: str) -> list[str]:
    """The forms in which a rack may say a value back."""
    return [
        value,
        value.strip(),
        go(value),
        go(value.strip()),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        json.dumps(value)[1:-1].replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"),
        urllib.parse.quote(value, safe=""),
        urllib.parse.quote_plus(value),
        re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), urllib.parse.quote(value, safe="")),
        base64.b64encode(value.encode()).decode(),
        base64.urlsafe_b64encode(value.encode()).decode().rstrip("="),
    ]


@pytest.mark.parametrize("value", VALUES)
def test_every_form_in_which_a_rack_quotes_is_taken_out(value: str) -> None:
    for form in quotations(value):
        said = safe(f'cannot parse "{form}": no', [value])
        assert said == f'cannot parse "{MASK}": no', form


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("status", [500, 429, 503])
def test_what_a_task_told_its_client_is_in_no_error_and_no_warning(value: str, status: int) -> None:
    for form in quotations(value):
        reply = answer(status, {"error": f"the object has been modified: {form}"})
        with Server((reply,)) as rack, Client(rack.url, max_retries=1) as client:
            client.ledger.secrets.add([value])
            text = shown(client.fails("PUT")) + "".join(client.warnings)
            assert len(client.warnings) == 1
            assert form not in text and "hunter2" not in text and "line two" not in text


def test_a_value_where_a_text_is_cut_is_taken_out_first() -> None:
    secret = "hunter2-" * 20
    for start in range(LONGEST - len(secret) - 2, LONGEST + 2, 7):
        said = safe("x" * start + secret + "y" * 50, [secret])
        assert "hunter" not in said
        assert len(said) <= LONGEST + 2
    long = "hunter2" * LONGEST
    assert safe(f"bad {long}", [long]) == f"bad {MASK}"


@given(st.text(max_size=80))
def test_what_is_shown_gives_no_orders_to_a_terminal(text: str) -> None:
    said = printable(text)
    said.encode()
    assert all(letter in "\n\t" or letter.isprintable() or ord(letter) > 0x9F for letter in said)
    assert printable(said) == said


def test_terminal_escapes_are_shown_in_errors_warnings_and_streams() -> None:
    words = "bad \x1b[31mred\x1b[0m \x9b2J \x07 \u202eevil"
    want = "bad \\x1b[31mred\\x1b[0m \\x9b2J \\x07 \\u202eevil"
    reply = answer(503, {"error": words}, Request_Id="r-1")
    with Server((reply,)) as rack, Client(rack.url, max_retries=1) as client:
        assert client.fails().message == want
        assert want in client.warnings[0]
    script = websocket(frame(1, f"ERROR: {words}\n"), frame(2))
    with Server((script,)) as rack, Client(rack.url) as client:
        with pytest.raises(errors.ConvoxError) as caught:
            list(client.stream_text("/x", operation="read"))
        assert caught.value.message == want
    csi = answer(409, {"error": "x"}).replace(b"Content-Type", "Request-Id: \x9b2J\r\nContent-Type".encode())
    with Server((csi,)) as rack, Client(rack.url) as client:
        error = client.fails()
        assert isinstance(error, errors.ConvoxConflictError) and error.request_id is None


def test_a_password_with_an_at_sign_in_a_url() -> None:
    assert redact("to https://me:p@ss@rack.example.com/x", []) == f"to https://{MASK}@rack.example.com/x"
