# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: what a rack answers, as frozen pydantic models. The models of a resource stand
beside its calls, in ``resources/``.

Field names are snake_case, the wire's names stand as aliases. Unknown fields are dropped (new rack versions
add some), a ``null`` counts as "not given" and takes the field's default, and the zero time
``0001-01-01T00:00:00Z`` is ``None``. Times stay text as the rack wrote them, nine digits included.
Secrets (an env, a repository with the rack's password in it) stay out of ``repr``.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.convox.rack.plugins.module_utils._api._http.responses import Response
from ansible_collections.convox.rack.plugins.module_utils._api.third_party import pydantic

ZERO_TIME = "0001-01-01T00:00:00Z"
_ELSEWHERE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?([+-]\d\d:\d\d)")

M = t.TypeVar("M", bound="Model")


class Model(pydantic.BaseModel):
    """Base of all answers."""

    model_config = pydantic.ConfigDict(
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,
        # A module builds the models that it reads, and no other. In process the parent builds all of them.
        defer_build=True,
    )

    @pydantic.model_validator(mode="before")
    @classmethod
    def _nothing_is_default(cls, data: t.Any) -> t.Any:
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if value is not None and value != ZERO_TIME}


def build_all(kind: type[Model] = Model) -> None:
    """Build every model that is known so far: before a fork, or each worker does it again."""
    for each in kind.__subclasses__():
        each.model_rebuild()
        build_all(each)


def read(model: type[M], answer: Response) -> M:
    """An answer as a model. Raises ConvoxServerError, which quotes nothing, for a shape that is not its
    own."""
    return _parsed(model, answer.json(), answer)


def read_list(model: type[M], answer: Response) -> list[M]:
    """An answer that is a list of models; ``null`` is an empty one. Raises as ``read``."""
    items = answer.json()
    if items is None:
        return []
    if not isinstance(items, list):
        raise answer.unreadable("the rack's answer is not a list")
    return [_parsed(model, item, answer) for item in items]


def _parsed(model: type[M], data: t.Any, answer: Response) -> M:
    try:
        return model.model_validate(data)
    except pydantic.ValidationError as error:
        fields = ", ".join(sorted({".".join(str(part) for part in e["loc"]) or "it" for e in error.errors()}))
    raise answer.unreadable(f"the rack's {model.__name__} is not as expected: {fields}")


def utc(time: str | None) -> str | None:
    """A time of the rack in ISO 8601 and UTC, as exact as the rack gives it; None where it gives none."""
    found = _ELSEWHERE.fullmatch(time) if time else None
    if found is None:
        return None if time == ZERO_TIME else time or None
    # Racks answer in UTC, as a rule.
    from datetime import datetime, timezone

    moment, fraction, offset = found.groups(default="")
    try:
        there = datetime.fromisoformat(moment + offset).astimezone(timezone.utc)
    except (OverflowError, ValueError):
        return None
    return f"{there:%Y-%m-%dT%H:%M:%S}{fraction}Z"
