# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the nouns of all ``_info`` modules have in common."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils import _info
from ansible_collections.convox.rack.plugins.module_utils._api import errors


def test_names_are_read_once_and_in_order() -> None:
    assert _info.names_of({"name": ["b", "a", "b"]}, "name") == ("a", "b")
    assert _info.names_of({"name": []}, "name") == ()
    assert _info.names_of({"name": None}, "name") is None
    assert _info.names_of({}, "name") is None


@pytest.mark.parametrize("given", [[""], ["web", ".."], ["."]])
def test_what_no_name_can_be(given: list[str]) -> None:
    with pytest.raises(errors.ConvoxOptionError) as caught:
        _info.names_of({"name": given}, "name")
    assert (caught.value.option, bool(caught.value.way_out)) == ("name", True)


def test_a_count_is_one_or_more() -> None:
    assert _info.check_count({"limit": 1}, "limit", "how many to list") == 1
    with pytest.raises(errors.ConvoxOptionError, match="limit: is below 1. Give how many to list"):
        _info.check_count({"limit": 0}, "limit", "how many to list")


@pytest.mark.parametrize(
    ("value", "patterns", "fit"),
    [
        ("running", None, True),
        ("running", [], False),
        ("running", ["running"], True),
        ("running", ["run*", "updating"], True),
        ("running", ["updating", "Running"], False),
        ("", ["*"], True),
    ],
)
def test_what_fits_a_pattern(value: str, patterns: list[str] | None, fit: bool) -> None:
    assert _info.fits(value, patterns) is fit


def test_include_takes_its_choices_alone() -> None:
    spec: dict[str, Any] = _info.include_of("a", "b")["include"]
    assert (spec["choices"], spec["default"]) == (["a", "b"], [])


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        ("2026-11-24T14:14:38.159303505Z", "2026-11-24T14:14:38.159303505Z"),
        ("2026-11-24T14:14:38Z", "2026-11-24T14:14:38Z"),
        ("2026-11-24T14:14:38.159303505+02:00", "2026-11-24T12:14:38.159303505Z"),
        ("2026-11-24T23:59:59-00:30", "2026-11-25T00:29:59Z"),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+01:00", None),
        ("2026-13-24T14:14:38+02:00", None),
        ("2026-11-24T14:14:38+99:00", None),
        ("", None),
        (None, None),
    ],
)
def test_times_are_in_utc(time: str | None, shown: str | None) -> None:
    assert _info.utc(time) == shown


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2900, 1, 1)),
    st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_a_time_in_utc_is_the_same_moment(moment: datetime, zone: timezone) -> None:
    there = moment.replace(tzinfo=timezone.utc).astimezone(zone)
    shown = _info.utc(there.isoformat())
    assert shown is not None
    assert datetime.fromisoformat(shown.replace("Z", "+00:00")) == there
