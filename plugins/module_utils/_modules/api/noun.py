# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the noun of convox_api, any request to a rack."""

from __future__ import annotations

import base64
import typing as t
from contextlib import nullcontext
from dataclasses import dataclass

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.responses import Response, read_json
from ansible_collections.convox.rack.plugins.module_utils._api.client import Client
from ansible_collections.convox.rack.plugins.module_utils._api.resources import raw
from ansible_collections.convox.rack.plugins.module_utils._modules.api.request import (
    BODIES,
    request_of,
)
from ansible_collections.convox.rack.plugins.module_utils._noun import Change, Context, Noun, Step
from ansible_collections.convox.rack.plugins.module_utils._shared import transfers
from ansible_collections.convox.rack.plugins.module_utils._shared.local_dest import Dest, Sink


class Desired(t.NamedTuple):
    """The request, the statuses that are good (none: 2xx), and the file for the answer's body."""

    request: raw.Request
    good: tuple[int, ...]
    dest: Dest | None

    @property
    def file(self) -> transfers.Body | None:
        """The body, if it is a file's."""
        content = self.request.content
        return content if isinstance(content, transfers.Body) else None


class Observed(t.NamedTuple):
    """The answer; None where nothing was sent."""

    answer: Response | None


def _sent(client: Client, desired: Desired) -> Response:
    """The answer, of a good status."""
    request, file = desired.request, desired.file
    with nullcontext() if file is None else file.counted(client, request.words):
        answer = raw.send(client, request, desired.good)
    if desired.good and answer.status not in desired.good:
        wanted = ", ".join(map(str, desired.good))
        raise errors.ConvoxAPIError(
            answer.status,
            f"the answer was {answer.status}, and status wants {wanted}",
            answer.request_id,
            operation=request.words,
        )
    return answer


def _written(client: Client, request: raw.Request, dest: Dest) -> Response:
    """The answer, its body in a file; where that fails, the file is as it was."""
    with dest.replacing() as file:
        sink = Sink(dest, file)
        return raw.download(client, request, sink.write, sink.rewind)


def _body(answer: Response) -> dict[str, t.Any]:
    """The body as the result has it: JSON read, text as it is, all else in base64."""
    if not answer.content:
        return {"content": "", "encoding": "text"}
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    # A console need not say what it sends.
    plain = kind in ("", "text/plain") and answer.content.lstrip()[:1] in (b"{", b"[")
    if plain or kind.endswith("json"):
        try:
            return {"json": read_json(answer.content)}
        except ValueError:
            pass
    try:
        return {"content": answer.content.decode("utf-8"), "encoding": "text"}
    except UnicodeDecodeError:
        return {"content": base64.b64encode(answer.content).decode("ascii"), "encoding": "base64"}


@dataclass(frozen=True)
class Send(Step):
    """Send a request that changes something."""

    desired: Desired
    one_shot: t.ClassVar[bool] = True

    def changes(self) -> t.Sequence[Change]:
        return [Change(("request",), None, self.desired.request.words)]

    def apply(self, client: Client, context: Context) -> Response:
        return _sent(client, self.desired)


class ApiNoun(Noun[Desired, Observed]):
    """Any request to a rack."""

    ARGUMENTS: t.ClassVar[dict[str, dict[str, t.Any]]] = {
        "path": {"type": "str", "required": True},
        "method": {
            "type": "str",
            "choices": ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"],
            "default": "GET",
        },
        "query": {"type": "dict"},
        "form": {"type": "dict"},
        "json": {"type": "raw"},
        "body": {"type": "str"},
        "src": {"type": "path"},
        "headers": {"type": "dict"},
        "dest": {"type": "path"},
        "status": {"type": "list", "elements": "int"},
        "repeatable": {"type": "bool"},
    }
    CONSTRAINTS: t.ClassVar[dict[str, t.Any]] = {"mutually_exclusive": [BODIES]}
    SECRET_OPTIONS: t.ClassVar[tuple[str, ...]] = ("form", "json", "body", "headers")
    JSON_OPTIONS: t.ClassVar[tuple[str, ...]] = ("json",)

    def __init__(self) -> None:
        #: What the rack answered to what this task has sent.
        self._answer: Response | None = None

    def desired(self, options: dict[str, t.Any]) -> Desired:
        """Raises ConvoxOptionError for a request that no rack could get or read."""
        request, dest = request_of(options), options.get("dest")
        good = tuple(options.get("status") or ())
        if any(not 200 <= status <= 599 for status in good):
            raise errors.ConvoxOptionError(
                "status", "holds what is no status", "give numbers from 200 to 599"
            )
        if dest is not None and request.method != "GET":
            raise errors.ConvoxOptionError(
                "dest", f"means nothing with method {request.method}", "write to a file what GET reads"
            )
        if dest is not None and good:
            raise errors.ConvoxOptionError(
                "status", "stands beside dest", "leave it out: only what is there is written to a file"
            )
        return Desired(request, good, None if dest is None else Dest(dest))

    def observe(self, client: Client, desired: Desired, context: Context) -> Observed:
        """One request, if it only reads; in check mode no file is written. Else what was answered to it.
        Raises ConvoxOptionError for files that cannot be read or written, before any request."""
        context.add_secrets(desired.request.secrets)
        if self._answer is not None:
            return Observed(self._answer)
        file = desired.file
        # In check mode an earlier task of the play may have yet to make it.
        if file is not None and not (context.check_mode and transfers.is_missing(file.path)):
            transfers.size_of(file.path)
        if desired.dest is not None:
            desired.dest.check(folder_may_come=context.check_mode)
            return Observed(None if context.check_mode else _written(client, desired.request, desired.dest))
        return Observed(_sent(client, desired) if desired.request.reads else None)

    def plan(self, observed: Observed, desired: Desired) -> list[Step]:
        """The request, unless it only reads."""
        return [] if desired.request.reads else [Send(desired)]

    def applied(self, step: Step, made: object) -> None:
        """The answer."""
        if isinstance(made, Response):
            self._answer = made

    def result(self, observed: Observed, desired: Desired) -> dict[str, t.Any]:
        """``status``, and ``json``, ``content`` with ``encoding``, or ``dest``."""
        answer = observed.answer
        if answer is None:
            return {"status": None, "skipped": True}
        body = {"dest": desired.dest.path} if desired.dest is not None else _body(answer)
        return {"status": answer.status, **body}
