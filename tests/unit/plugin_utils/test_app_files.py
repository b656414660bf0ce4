# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""An app as a file of variables, and what has drifted as rows."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.plugin_utils import app_files, drift_rows

SERVICE: dict[str, Any] = {"name": "web", "count": 2, "cpu": 250, "memory": 512, "gpu": 0, "gpu_vendor": ""}
APP: dict[str, Any] = {
    "name": "web",
    "locked": False,
    "release": "R1",
    "parameters": {},
    "services": [SERVICE],
    "budget": None,
}


def services(**more: Any) -> Any:
    found = app_files.variables({**APP, "services": [{**SERVICE, **more}]}, [], None, None)
    return found.get("app_services")


def test_scale_that_an_autoscaler_sets_is_not_written() -> None:
    scale = {"name": "web", "cpu": 250, "memory": 512}
    assert services() == [{**scale, "count": 2}]
    assert services(agent=True) is None
    auto = {"enabled": True, "cpu_threshold": 70, "mem_threshold": None}
    assert services(autoscale=auto, min=1, max=5) == [{**scale, "min": 1, "max": 5}]
    assert services(autoscale=auto, min=1, max=5, triggers_override_active=True) == [
        {**scale, "min": 1, "max": 5, "triggers": {"cpu": 70}}
    ]
    assert services(scale_override_active=True, count=0)[0] == {**scale, "count": 0, "scale_override": True}


@given(st.dictionaries(st.text(st.characters(codec="ascii"), min_size=1), st.text(), max_size=4))
def test_what_is_written_is_read_again(env: dict[str, str]) -> None:
    def turned(text: str) -> str:
        return text.encode("utf-8", "surrogatepass").hex()

    def back(text: str) -> str:
        return bytes.fromhex(text.strip()).decode("utf-8", "surrogatepass")

    app = {**APP, "parameters": {"A": "{{ not a template }}"}}
    wanted = app_files.variables(app, env, env, {"ansible-review": "own", "a.json": "x"})
    text = app_files.written(wanted, "# head\n", turned)
    assert app_files.same(text, wanted, back)
    assert "!unsafe" in text and "ansible-review" not in text
    assert not app_files.same(text.replace("locked: false", "locked: true"), wanted, back)
    assert not app_files.same("a: [", wanted, back)


def test_names_of_variables_stand_quoted_in_lookups() -> None:
    found = app_files.variables({**APP, "release": ""}, ["IT'S"], None, None)["app_env"]["IT'S"]
    assert found == "{{ lookup('convox.rack.convox_env', 'IT\\'S', app='web', release='latest') }}"


def test_rows() -> None:
    results = [
        {"diff": {"before": {"parameters": {"A": "1"}}, "after": {"parameters": {"A": "2"}, "locked": True}}},
        {
            "results": [
                {"service": {}, "diff": {"before": {"web": {"count": 1}}, "after": {"web": {"count": 2}}}}
            ]
        },
        {"skipped": True},
        {"diff": {"before": {"variables": {"OLD": "***"}}, "after": {}}},
    ]
    found = drift_rows.rows(results, "web")
    assert [(row["what"], row["here"], row["there"]) for row in found] == [
        ("parameter A", "2", "1"),
        ("locked", "true", "-"),
        ("service web count", "2", "1"),
        ("env OLD", "-", "***"),
    ]
    assert drift_rows.table(found)[1] == "web  parameter A        2     1"
