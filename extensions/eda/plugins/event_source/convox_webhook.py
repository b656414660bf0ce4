# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event source for ansible-rulebook: the webhooks of Convox racks."""

from __future__ import annotations

import asyncio
import hashlib
import heapq
import hmac
import json
import logging
import os
import re
import ssl
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, NoReturn

from aiohttp import web

DOCUMENTATION = r"""
---
short_description: Receive the events of Convox racks, and take only signed ones
description:
  - Listens for the webhooks of Convox racks. An event is passed on only where its header C(Convox-Signature) was made with one
    of the signing keys, within the tolerance of this machine's clock, and where it has not come before.
  - The event has the rack's own words under C(payload) - C(action), C(status), C(timestamp) and C(data). C(meta.late) is true
    where a later event of the same app was passed on already.
options:
  host:
    description:
      - Address to listen on.
    type: str
    default: 0.0.0.0
  port:
    description:
      - TCP port to listen on.
    type: int
    required: true
  path:
    description:
      - Path of the webhook's address. Any other is answered with 404.
    type: str
    default: /convox
  signing_key:
    description:
      - The rack's parameter C(webhook_signing_key). Several keys, of several racks or while a key is changed, as a list or
        separated by commas.
      - Taken from the environment variable E(CONVOX_WEBHOOK_SIGNING_KEY) where it is not given.
    type: list
    elements: str
    required: true
  tolerance:
    description:
      - Seconds by which the time in the signature may differ from this machine's clock.
    type: float
    default: 300
  hold:
    description:
      - Seconds for which an event waits for others that happened before it and arrive after it, since a rack sends each event
        by itself. V(0) passes events on as they arrive.
    type: float
    default: 1
  certfile:
    description:
      - Certificate (PEM, with its chain) to serve HTTPS with. Without one it is HTTP, for a proxy that ends TLS.
    type: path
  keyfile:
    description:
      - Key of O(certfile), where that file does not hold it.
    type: path
"""

EXAMPLES = r"""
- convox.rack.convox_webhook:
    port: 5000
    signing_key: "{{ webhook_signing_key }}"
  filters:
    - convox.rack.convox_normalize:
"""

#: Events are of a few hundred bytes.
MAX_BODY = 1024 * 1024
#: Seconds in which a request's body has to come.
READ_SECONDS = 10.0
#: Events that wait to be passed on; with more, the receiver says that it is too busy.
MAX_WAITING = 10_000
#: A rack signs with two keys at most.
MAX_SIGNATURES = 16
VARIABLE = "CONVOX_WEBHOOK_SIGNING_KEY"
_OPTIONS = ("host", "port", "path", "signing_key", "tolerance", "hold", "certfile", "keyfile")
_RACKS_OWN = re.compile(r"(?:[0-9a-f]{2}){32,}")
_HEX = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"[0-9]{1,12}")
_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)")
logger = logging.getLogger("convox.rack.convox_webhook")


class Refused(Exception):
    """A request that is no event: the status of the answer, and why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Signature(NamedTuple):
    """What the header Convox-Signature says."""

    time: int
    digests: tuple[bytes, ...]


class Settings(NamedTuple):
    """The options, checked."""

    host: str
    port: int
    path: str
    keys: tuple[bytes, ...]
    tolerance: float
    hold: float
    tls: ssl.SSLContext | None


def parse_signature(header: str) -> Signature:
    """``t=…,v1=…[,v1=…]``; other fields are of later racks. Raises Refused."""
    times: list[int] = []
    digests: list[bytes] = []
    for part in header.split(","):
        name, _equals, value = part.strip().partition("=")
        if name == "t" and _TIME.fullmatch(value):
            times.append(int(value))
        elif name == "v1" and _HEX.fullmatch(value):
            digests.append(bytes.fromhex(value))
    if len(times) != 1 or not 0 < len(digests) <= MAX_SIGNATURES:
        raise Refused(401, "Convox-Signature is not t=TIME,v1=HEX[,v1=HEX]")
    return Signature(times[0], tuple(digests))


def verify(header: str, body: bytes, keys: tuple[bytes, ...], tolerance: float, now: float) -> Signature:
    """The signature, where one of the keys made it in time. Raises Refused."""
    found = parse_signature(header)
    message = b"%d." % found.time + body
    # No key and no digest is left out: how long it takes tells nothing of which one fits.
    fits = False
    for key in keys:
        wanted = hmac.new(key, message, hashlib.sha256).digest()
        for digest in found.digests:
            fits |= hmac.compare_digest(wanted, digest)
    if not fits:
        raise Refused(401, "no signing key made this signature")
    off = round(abs(now - found.time))
    if off > tolerance:
        raise Refused(401, f"it was signed {off} s from now, and {tolerance:g} s are allowed")
    return found


def read_event(body: bytes) -> dict[str, Any]:
    """The rack's event. Raises Refused."""
    try:
        event = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Refused(400, "the body is not JSON") from None
    if not isinstance(event, dict) or not isinstance(event.get("action"), str):
        raise Refused(400, "the body is no event of a rack: an object with an action")
    data = event.get("data") or {}
    if not isinstance(data, dict):
        raise Refused(400, "the event's data is no object")
    return {**event, "data": data}


def _no_number(_word: str) -> NoReturn:
    raise ValueError


def moment(event: Mapping[str, Any], signed: int) -> tuple[int, int]:
    """Seconds and nanoseconds of an event's timestamp; the time of its signature where it has none."""
    match = _STAMP.fullmatch(str(event.get("timestamp")))
    if match is None:
        return signed, 0
    try:
        seconds = datetime.fromisoformat(match[1] + match[3].replace("Z", "+00:00")).timestamp()
    except ValueError:
        return signed, 0
    return int(seconds), int((match[2] or "0").ljust(9, "0"))


class Line:
    """Events on their way to the rulebook: each waits for ``hold`` seconds, and leaves with all that wait
    and happened before it, in their order. One that came before is dropped."""

    def __init__(self, queue: asyncio.Queue[Any], settings: Settings) -> None:
        self._queue = queue
        self._settings = settings
        self._arrivals: asyncio.Queue[tuple[float, tuple[tuple[int, int], int]]] = asyncio.Queue()
        self._waiting: list[tuple[tuple[tuple[int, int], int], dict[str, Any]]] = []
        self._number = 0
        # What came, until when its signature would be taken again; in the order of arrival.
        self._known: dict[bytes, float] = {}
        self._newest: dict[tuple[str, str], tuple[int, int]] = {}

    def take(self, body: bytes, event: dict[str, Any], signature: Signature) -> bool:
        """False for an event that came before. Raises Refused where too many wait."""
        now = time.time()
        self._known = {digest: until for digest, until in self._known.items() if until >= now}
        digest, until = hashlib.sha256(body).digest(), signature.time + self._settings.tolerance
        if digest in self._known:
            self._known[digest] = max(until, self._known[digest])
            return False
        if len(self._waiting) >= MAX_WAITING:
            raise Refused(503, "too many events wait for the rulebook")
        self._known[digest] = until
        self._number += 1
        place = moment(event, signature.time), self._number
        heapq.heappush(self._waiting, (place, event))
        self._arrivals.put_nowait((asyncio.get_running_loop().time() + self._settings.hold, place))
        return True

    async def run(self) -> None:
        """Pass events on until it is cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due, place = await self._arrivals.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            while self._waiting and self._waiting[0][0] <= place:
                (when, _number), event = heapq.heappop(self._waiting)
                await self._queue.put(self._passed(event, when))

    def _passed(self, event: dict[str, Any], when: tuple[int, int]) -> dict[str, Any]:
        data = event["data"]
        app = str(data.get("rack", "")), str(data.get("app", ""))
        newest = self._newest.get(app, when)
        self._newest[app] = max(newest, when)
        return {"payload": event, "meta": {"endpoint": self._settings.path, "late": when < newest}}


class Receiver:
    """Answers the requests."""

    def __init__(self, line: Line, settings: Settings) -> None:
        self._line = line
        self._settings = settings

    async def answer(self, request: web.Request) -> web.Response:
        """The answer to a request, which is a clear status whatever came."""
        try:
            status = await self._take(request)
        except Refused as refused:
            logger.warning("Refused a request of %s: %s", request.remote, refused.reason)
            return web.json_response({"error": refused.reason}, status=refused.status)
        return web.json_response({"status": status})

    async def _take(self, request: web.Request) -> str:
        signatures = request.headers.getall("Convox-Signature", [])
        if len(signatures) != 1:
            raise Refused(401, "the header Convox-Signature has to be there once")
        body = await self._body(request)
        signature = verify(signatures[0], body, self._settings.keys, self._settings.tolerance, time.time())
        return "ok" if self._line.take(body, read_event(body), signature) else "came before"

    async def _body(self, request: web.Request) -> bytes:
        if request.headers.get("Content-Encoding", "identity") != "identity":
            raise Refused(415, "a rack sends its events as they are, not compressed")
        large = Refused(413, f"the body has more than {MAX_BODY} bytes")
        if (request.content_length or 0) > MAX_BODY:
            raise large
        try:
            return await asyncio.wait_for(request.read(), READ_SECONDS)
        except web.HTTPRequestEntityTooLarge:
            raise large from None
        except asyncio.TimeoutError:
            raise Refused(408, f"the body did not come within {READ_SECONDS:g} s") from None


def settings_of(args: Mapping[str, Any], environ: Mapping[str, str]) -> Settings:
    """The options, checked. Raises ValueError, which names the option and never quotes a key."""
    unknown = sorted(set(args) - {*_OPTIONS, "eda_feedback_queue"})
    if unknown:
        raise ValueError(f"unknown options: {', '.join(unknown)}. There are {', '.join(_OPTIONS)}")
    given = {name: value for name, value in args.items() if value not in (None, "")}
    port = _number(given, "port", 0)
    if not (port.is_integer() and 0 < port < 65536):
        raise ValueError("port: give a number from 1 to 65535")
    path = str(given.get("path", "/convox"))
    if not re.fullmatch(r"/[\w./~-]*", path, re.ASCII):
        raise ValueError("path: begin it with / and write it without blanks, ? and braces")
    return Settings(
        host=str(given.get("host", "0.0.0.0")),
        port=int(port),
        path=path,
        keys=keys_of(given.get("signing_key", environ.get(VARIABLE))),
        tolerance=_number(given, "tolerance", 300),
        hold=_number(given, "hold", 1),
        tls=_tls(given),
    )


def _number(given: Mapping[str, Any], name: str, default: float) -> float:
    try:
        found = float(given.get(name, default))
    except (TypeError, ValueError):
        found = -1.0
    if not 0 <= found < 1e9:
        raise ValueError(f"{name}: give a number, 0 or more")
    return found


def keys_of(given: Any) -> tuple[bytes, ...]:
    """The signing keys. A rack signs with the bytes that the hexadecimal digits of its parameter stand for;
    its manual checks with the digits themselves: both are taken. Raises ValueError."""
    words = given if isinstance(given, (list, tuple)) else str(given or "").split(",")
    texts = [str(word).strip() for word in words]
    if not all(texts):
        raise ValueError(
            "signing_key: name the rack's parameter webhook_signing_key, as this option or in the environment "
            f"variable {VARIABLE}; without a key anybody could send events"
        )
    if not all(_RACKS_OWN.fullmatch(text) for text in texts):
        logger.warning("signing_key: a rack signs with 64 or more lower-case hexadecimal digits alone")
    raw = [bytes.fromhex(text) for text in texts if _RACKS_OWN.fullmatch(text)]
    return (*raw, *(text.encode() for text in texts))


def _tls(given: Mapping[str, Any]) -> ssl.SSLContext | None:
    if "certfile" not in given:
        if "keyfile" in given:
            raise ValueError("keyfile: it needs certfile, too")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # An empty password: a key that has one is an error, and no question at the terminal.
        context.load_cert_chain(given["certfile"], given.get("keyfile"), password="")
    except OSError as error:
        raise ValueError(f"certfile: it cannot be used with its key: {error}") from None
    return context


async def main(queue: asyncio.Queue[Any], args: dict[str, Any]) -> None:
    """Receive events until it is cancelled."""
    settings = settings_of(args, os.environ)
    line = Line(queue, settings)
    app = web.Application(client_max_size=MAX_BODY)
    app.router.add_post(settings.path, Receiver(line, settings).answer)
    # What comes compressed is refused, not unpacked.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0, auto_decompress=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port, ssl_context=settings.tls).start()
        logger.info("Listening for events on %s:%s%s", settings.host, settings.port, settings.path)
        await line.run()
    except OSError as error:
        words = f"port: cannot listen on {settings.host}:{settings.port}: {error.strerror}"
        raise ValueError(words) from None
    finally:
        await runner.cleanup()
