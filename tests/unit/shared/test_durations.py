# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times with their units."""

from __future__ import annotations

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._shared import durations


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("90s", 90), ("10m", 600), ("1h30m", 5400), ("2d", 172800), ("7d", 604800), ("0.5h", 1800)),
        *((" 2w ", 1209600), ("1.5h", 5400), ("0s", 0)),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert durations.seconds("since", text) == durations.seconds("since", text, bare=True) == seconds


@pytest.mark.parametrize(("text", "seconds"), [("45", 45), ("1.5", 1.5), ("0", 0)])
def test_a_number_alone_has_to_be_wanted(text: str, seconds: float) -> None:
    assert durations.seconds("since", text, bare=True) == seconds
    with pytest.raises(errors.ConvoxOptionError, match="since: is no duration"):
        durations.seconds("since", text)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "soon", "-5m", "10 m", "1h 30m", "1y", "m", "1e3s", "1:30", "١s"),
        *("9" * 400 + "h", "9" * 14 + "s", "5300w"),
    ],
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(errors.ConvoxOptionError, match="older_than: is (no duration|longer than)"):
        durations.seconds("older_than", text, bare=True)
