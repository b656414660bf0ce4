# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: lines of a log as they may be shown."""

from __future__ import annotations

import re

from ansible_collections.convox.rack.plugins.module_utils._api._http.secrets import Secrets

# What moves a terminal's cursor, colours it or names its window; and every other control character but the
# tab and the line end.
ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\n\x07\x1b\x90\x98\x9c-\x9f]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]?"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f]"
)


def plain_line(line: str) -> str:
    """A line without control characters, colours, and what a progress bar has overwritten."""
    return ESCAPES.sub("", line.rstrip("\r").rpartition("\r")[2]).rstrip()


def shown_lines(text: str, secrets: Secrets, most: int) -> list[str]:
    """The last lines of a whole log, ``most`` of them, without the secrets and without empty ones. A log that
    is cut must end with a whole line: a piece of a secret could not be masked."""
    lines = [secrets.redact(plain_line(line)) for line in secrets.mask(text).split("\n")[-most - 1 :]]
    return [line for line in lines if line][-most:]
