# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is refused of the variables of the role app before anything is asked of a rack."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.plugin_utils import app_checks

CANARY = "canary-of-a-check"
GOOD: dict[str, Any] = {
    "app_name": "web",
    "app_parameters": {"BuildMem": 2048},
    "app_env": {"TOKEN": CANARY, "GONE": None},
    "app_env_given": True,
    "app_services": [{"name": "web", "count": 2, "gpu": None}, {"name": "worker", "min": 1, "max": 3}],
    "app_configs": {"app.json": CANARY},
    "app_budget": {"monthly_cap_usd": 12.5},
    "app_resources_data": [{"name": "database", "src": "there.sql"}],
}


def test_nothing_is_wrong_with_what_is_right() -> None:
    assert app_checks.problems(GOOD) == []
    assert app_checks.problems({"app_name": "web"}) == []


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"app_name": "Web"}, "app_name: "),
        ({"app_parameters": {"": "1"}}, "app_parameters: "),
        ({"app_env": {False: CANARY}}, "app_env: has a name that is not text: false."),
        ({"app_env": {"A": f"{CANARY}\n2"}}, "app_env: "),
        ({"app_env": {"A": {"b": CANARY}}}, "app_env: "),
        ({"app_configs": {"App": CANARY}}, "app_configs: App: name: "),
        ({"app_configs": {"a": {"b": CANARY}}}, "app_configs: a: value: is a dictionary, not text."),
        ({"app_budget": {"pricing_adjustment": 9}}, "app_budget: pricing_adjustment: "),
        ({"app_services": [{"name": "web", "count": -1}]}, "app_services: web: count: -1 is below 0."),
        ({"app_services": [{"name": "web", "triggers": {"cpu": 0}}]}, "app_services: web: triggers: "),
        ({"app_services": [{"name": "web", "gpu_vendor": "x"}]}, "app_services: web: "),
        ({"app_services": [{"name": "web"}] * 2}, "app_services: names web more than once."),
        ({"app_resources_data": [{"name": "d"}] * 2}, "app_resources_data: names d more than once."),
        ({"app_env_purge": True, "app_env_given": False}, "app_env: is not given, and purging would empty"),
    ],
)
def test_what_is_wrong_is_named_and_not_shown(variables: dict[str, Any], says: str) -> None:
    found = app_checks.problems({**GOOD, **variables})
    assert len(found) == 1 and found[0].startswith(says)
    assert CANARY not in found[0]
