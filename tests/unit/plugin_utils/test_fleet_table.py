# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter fleet_table."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.convox.rack.plugins.filter.fleet_table import FilterModule

fleet_table = FilterModule().filters()["fleet_table"]


def test_columns_stand_below_each_other() -> None:
    one = {"rack": "eu", "result": "deployed", "release": "RB", "previous_release": "RA", "seconds": 41.3}
    two = {
        "rack": "us-east",
        "result": "not started",
        "release": "",
        "previous_release": None,
        "seconds": "0",
    }
    assert fleet_table([one, two]) == [
        "rack     result       release  previous  seconds",
        "eu       deployed     RB       RA           41.3",
        "us-east  not started  -        -               0",
    ]
    assert len(fleet_table([])) == 1


@pytest.mark.parametrize("given", [None, "text", {"rack": "eu"}, ["eu"]])
def test_something_else_is_refused(given: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="fleet_racks"):
        fleet_table(given)
