# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: how a task's answer is built and masked: changed, diff, results."""

from __future__ import annotations

import math
import re
import typing as t

from ansible.module_utils.common.parameters import DEFAULT_TYPE_VALIDATORS, remove_values

from ansible_collections.convox.rack.plugins.module_utils._noun import HIDDEN, Change, Step
from ansible_collections.convox.rack.plugins.module_utils._shared.secret_names import is_secret

# Ansible's own masking takes secrets of any length, and a short one damages results: what we add to it
# (secrets from the environment or the CLI's files) is masked from this length on.
SECRET_LENGTH = 4
# From a type's name to the function that converts to it, or raises TypeError or ValueError.
_CONVERT: t.Mapping[str, t.Callable[[t.Any], t.Any]] = DEFAULT_TYPE_VALIDATORS
_IN_TEXT = re.compile(r"\S*://\S*")


class Outcome(t.NamedTuple):
    """What a task did: whether it changed something, the steps for the diff, the result's keys."""

    changed: bool
    steps: tuple[Step, ...]
    result: dict[str, t.Any]

    def answer(self, *, diff: bool) -> dict[str, t.Any]:
        """The result as Ansible takes it."""
        answer = {"changed": self.changed, **self.result}
        changes = [change for step in self.steps for change in step.changes()]
        if diff:
            answer["diff"] = difference(changes)
        return answer


def difference(changes: t.Sequence[Change]) -> dict[str, t.Any]:
    """``before`` and ``after`` as nested dicts that hold only what differs."""
    before: dict[str, t.Any] = {}
    after: dict[str, t.Any] = {}
    for change in changes:
        for side, value in ((before, change.before), (after, change.after)):
            if value is not None:
                _put(side, change.where, value)
    return {"before": before, "after": after}


def _put(side: dict[str, t.Any], where: tuple[str, ...], value: t.Any) -> None:
    for name in where[:-1]:
        side = side.setdefault(name, {})
    side[where[-1]] = value


Spec = t.Mapping[str, t.Mapping[str, t.Any]]


def masked_options(
    options: t.Mapping[str, t.Any], masked: t.Sequence[str], spec: Spec, by_name: t.Sequence[str] = ()
) -> dict[str, t.Any]:
    """Options as ``invocation`` may show them. Hidden are the values of those named in ``masked``, of those
    that ``spec`` does not know (a misspelt name) and of those of a wrong type: who knows what they hold; of
    those in ``by_name`` what has the name of a secret. Names stay, up to a ``=`` in them, and no url keeps
    its login and its query."""
    known = {name: each for option, each in spec.items() for name in (option, *each.get("aliases", ()))}
    return {
        _name(name): _allowed(name, value, known[name], by_name)
        if name in known and name not in masked and fits(value, known[name])
        else mask(value)
        for name, value in options.items()
    }


def fits(value: t.Any, spec: t.Mapping[str, t.Any]) -> bool:
    """Whether a value is of an option's type, as core converts it."""
    if value is None:
        return True
    kind, elements = spec.get("type", "str"), spec.get("elements")
    try:
        converted = _CONVERT[kind](value)
        if elements and isinstance(converted, list):
            for item in converted:
                _CONVERT[elements](item)
    except (OverflowError, TypeError, ValueError):
        return False
    return True


def _shown(option: str, value: t.Any) -> t.Any:
    if isinstance(value, str):
        is_url = option in ("host", "proxy") or option.endswith("url")
        return _bare_url(value) if is_url else _IN_TEXT.sub(lambda found: _bare_url(found[0]), value)
    if isinstance(value, dict):
        return {_name(str(name)): _shown(option, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [
            _mask_pair(item)
            if isinstance(item, str) and "=" in item and "://" not in item
            else _shown(option, item)
            for item in value
        ]
    return value


def _allowed(option: str, value: t.Any, spec: t.Mapping[str, t.Any], by_name: t.Sequence[str]) -> t.Any:
    """What may be shown of an option that is known, with the same rules for those inside it."""
    inner = spec.get("options")
    if inner is None:
        return _shown(option, _by_name(value) if option in by_name else value)
    secret = [name for name, each in inner.items() if each.get("no_log")]
    if isinstance(value, dict):
        return masked_options(value, secret, inner)
    if isinstance(value, list):
        return [
            _allowed(option, item, spec, by_name) if isinstance(item, dict) else mask(item) for item in value
        ]
    return mask(value)


def _by_name(value: t.Any) -> t.Any:
    """A dict without what has the name of a secret; nothing of what is no dict yet."""
    if not isinstance(value, dict):
        return mask(value)
    return {name: mask(inner) if is_secret(str(name)) else inner for name, inner in value.items()}


def _bare_url(url: str) -> str:
    """A url without login and query. Up to the last ``@`` all is taken for the login, whatever is in it."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        scheme, rest = "", url
    login, at, address = rest.rpartition("@")
    address, mark, _query = address.partition("?")
    hidden = (HIDDEN + at if login else "", address, mark + HIDDEN if mark else "")
    return f"{scheme}{separator}{''.join(hidden)}"


def _name(name: str) -> str:
    """A name up to a ``=`` in it: behind it stands a value that got there by mistake."""
    before, equals, _value = name.partition("=")
    return f"{before}={HIDDEN}" if equals else name


def mask(value: t.Any) -> t.Any:
    """Names stay, values go: of a dict, of a list of ``KEY=VALUE`` or of anything else."""
    if isinstance(value, dict):
        return {_name(str(name)): None if inner is None else HIDDEN for name, inner in value.items()}
    if isinstance(value, list):
        return [_mask_pair(item) for item in value]
    return value if value is None else HIDDEN


def _mask_pair(item: t.Any) -> str:
    name, equals, _value = str(item).partition("=")
    return f"{name}={HIDDEN}" if equals else HIDDEN


def values_of(options: t.Mapping[str, t.Any], masked: t.Sequence[str]) -> list[str]:
    """The secret values in the options named: of a dict, of a list of ``KEY=VALUE``, or the whole."""
    found: list[str] = []
    for value in (options.get(name) for name in masked):
        if isinstance(value, dict):
            found += [str(inner) for inner in value.values() if inner is not None]
            found += [str(name).partition("=")[2] for name in value]
        elif isinstance(value, list):
            found += [str(item).partition("=")[2] or str(item) for item in value]
        elif value is not None:
            found.append(str(value))
    return found


def redacted(value: t.Any, redact: t.Callable[[str], str]) -> t.Any:
    """The same value with ``redact`` applied to every text in it."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {name: redacted(inner, redact) for name, inner in value.items()}
    return [redacted(inner, redact) for inner in value] if isinstance(value, list) else value


def cleaned(answer: dict[str, t.Any], secrets: t.Iterable[str]) -> dict[str, t.Any]:
    """The answer without a secret in any text, the way AnsibleModule takes out ``no_log`` values, and as core
    can carry it."""
    kept = {name: value for name, value in answer.items() if value is None or isinstance(value, bool)}
    clean: dict[str, t.Any] = carriable(remove_values(answer, set(secrets)))
    clean.update(kept)
    return clean


def carriable(value: t.Any) -> t.Any:
    """The same value as JSON in UTF-8 can hold it: half letters (lone surrogates) written out (``\\ud800``),
    and numbers that are none (nan, inf) as text."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {carriable(name): carriable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [carriable(inner) for inner in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
