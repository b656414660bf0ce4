# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Kubernetes says of names that it does not take."""

from __future__ import annotations

import re

from tests.practice_rack.wire import RackError, quoted

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = _LABEL + r"(\." + _LABEL + ")*"
_VALUE = r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?"

_LABEL_TEXT = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start "
    "and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    f"'{_LABEL}')"
)
_SUBDOMAIN_TEXT = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
    "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    f"'{_SUBDOMAIN}')"
)
_VALUE_TEXT = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
    "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used "
    f"for validation is '{_VALUE}')"
)
_LONG = "must be no more than 63 characters"


def _label(value: str) -> list[str]:
    problems = [_LONG] if len(value) > 63 else []
    if not re.fullmatch(_LABEL, value):
        problems.append("must not contain dots" if re.fullmatch(_SUBDOMAIN, value) else _LABEL_TEXT)
    return problems


def _value(value: str) -> list[str]:
    problems = [_LONG] if len(value) > 63 else []
    if not re.fullmatch(_VALUE, value):
        problems.append(_VALUE_TEXT)
    return problems


def invalid(kind: str, name: str, problems: list[str]) -> RackError:
    """Kubernetes' Invalid: one problem stands alone, several in brackets."""
    listed = problems[0] if len(problems) == 1 else "[" + ", ".join(problems) + "]"
    return RackError(500, f"{kind} {quoted(name)} is invalid: {listed}")


def check_app(rack: str, name: str) -> None:
    """A rack checks the reserved names itself; the rest comes from Kubernetes as a 500."""
    if name in ("rack", "system"):
        raise RackError(400, "app name is reserved")
    namespace = f"{rack}-{name}"
    problems = [f"metadata.name: Invalid value: {quoted(namespace)}: {p}" for p in _label(namespace)]
    for label in (name, namespace):
        problems += [f"metadata.labels: Invalid value: {quoted(label)}: {p}" for p in _value(label)]
    if problems:
        raise invalid("Namespace", namespace, problems)


def check_config(name: str) -> None:
    secret = f"cfg-{name}"
    if not re.fullmatch(_SUBDOMAIN, secret):
        problem = f"metadata.name: Invalid value: {quoted(secret)}: {_SUBDOMAIN_TEXT}"
        error = invalid("Secret", secret, [problem])
        raise RackError(500, f"failed to set config: {error.message}")
