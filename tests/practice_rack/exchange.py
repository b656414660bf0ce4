# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request, its answer and its line in the log, whatever they came over."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from tests.practice_rack.wire import parse_form

READS = ("GET", "HEAD", "OPTIONS", "SOCKET")
# The end of the path of a POST that changes nothing.
SIMULATES = "/budget/simulate-shutdown"
SECRET_HEADERS = ("authorization", "session", "proxy-authorization")
MAPS = ("parameters",)
FORM = "application/x-www-form-urlencoded"


@dataclass
class Asked:
    """A request, read whole: ``path`` without escapes, ``query`` as it came, lower case names of headers."""

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def form(self) -> dict[str, str]:
        """The fields of the body; none where it is no form."""
        if not self.headers.get("content-type", "").startswith(FORM):
            return {}
        return parse_form(self.body.decode("utf-8", "replace"))


@dataclass
class Reply:
    """An answer, whole."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""


@dataclass
class Record:
    """One request as it came; ``status`` is None where no answer was sent.

    ``at``: when, by the rack's clock. ``write``: by its method. ``operation``: the handler that it reached,
    such as ``releases.promote``. ``changed``: whether the rack was another one afterwards.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    write: bool
    form: dict[str, str] = field(default_factory=dict)
    status: int | None = None
    seconds: float = 0.0
    fault: str = ""
    at: float = 0.0
    operation: str = ""
    changed: bool = False

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def fields(self) -> dict[str, Any]:
        """The form, a map in it as a dict."""
        return {k: parse_form(v) if k in MAPS else v for k, v in self.form.items()}

    @property
    def sent(self) -> tuple[str, str, dict[str, Any]]:
        """``("PUT", "/apps/web", {"parameters": {"BuildCpu": "512"}})``."""
        return self.method, self.path, self.fields


def record_of(method: str, path: str, query: str, headers: dict[str, str], at: float) -> Record:
    """The line of a request; credentials are left out."""
    shown = {k: v for k, v in headers.items() if k not in SECRET_HEADERS}
    write = method not in READS and path != "/session" and not path.endswith(SIMULATES)
    return Record(method, path, parse_form(query) if query else {}, shown, write, at=at)
