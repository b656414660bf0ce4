# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/coverage.md names all of the SDK and of the CLI, and nothing of ours that is not so.

It stands here and not with the unit tests, because it holds a page, whatever the core.
"""

from __future__ import annotations

import pytest

from tests.docs.blocks import ROOT
from tests.docs.calls import called
from tests.docs.coverage import commands, parts, routes, rows, sdk

SDK, CLI, ROUTES = "The SDK", "The CLI", "The rack's routes"
LEAST_METHODS, LEAST_COMMANDS, LEAST_ROUTES = 62, 130, 99


def test_everything_public_of_the_sdk_is_on_the_page() -> None:
    there = set(sdk())
    assert len([name for name in there if "." in name and "(" in name]) >= LEAST_METHODS
    told = set(rows(SDK))
    assert (there - told, told - there) == (set(), set())


def test_every_command_of_the_cli_is_on_the_page() -> None:
    told = set(rows(CLI))
    assert len(told) >= LEAST_COMMANDS
    assert (commands() - told, told - commands()) == (set(), set())


def test_every_route_of_a_rack_is_on_the_page() -> None:
    told = set(rows(ROUTES))
    assert len(told) >= LEAST_ROUTES
    assert (routes() - told, told - routes()) == (set(), set())


def test_what_has_a_module_of_its_own_is_called() -> None:
    claimed = [
        route
        for route, cell in rows(ROUTES).items()
        if any(not part.planned and part.name != "convox_api" for part in parts(cell))
    ]
    assert len(claimed) > LEAST_ROUTES // 2
    assert [route for route in claimed if not called(route)] == []


@pytest.mark.parametrize(
    "route",
    [
        "GET /apps/{app}/nothing",
        "DELETE /apps",
        "PUT /apps/{app}/processes/{pid}",
        "GET /apps/{app}/builds/import",
        "SOCKET /apps/{app}/processes/{pid}",
        "POST /apps/{app}/services/{service}/triggers/nothing",
        "POST /apps/{app}/builds/{id}.tgz",
    ],
)
def test_what_nothing_calls_is_found_out(route: str) -> None:
    assert not called(route)


@pytest.mark.parametrize("title", [SDK, CLI, ROUTES])
def test_what_the_page_names_is_there_and_what_it_plans_is_not(title: str) -> None:
    problems = [
        f"{name}: {part.problem()}"
        for name, cell in rows(title).items()
        for part in parts(cell)
        if part.problem()
    ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("`convox_app`: `locked`", None),
        ("`convox_app`: `lock`", "convox_app has no ['lock']"),
        ("`convox_app`: `state: gone`", "convox_app has no ['state: gone']"),
        ("`convox_apps`", "not there: convox_apps"),
        ("`convox_apps`: `locked`", "not there: convox_apps"),
        ("class `ConvoxStrangeError`", "not there: ConvoxStrangeError"),
        ("lookup `convox_env`: `from`", "convox_env has no ['from']"),
        ("all modules: `hosts`", "all modules has no ['hosts']"),
        ("planned: `convox_coming`", None),
        ("planned: `convox_app`", "planned, but there: convox_app"),
        ("planned: `convox_app`: `locked`", "planned, but there: ['convox_app locked']"),
        ("planned: `convox_app`: `state: absent`", "planned, but there: ['convox_app state: absent']"),
        ("planned in `convox_apps`", "not there: convox_apps"),
    ],
)
def test_a_wrong_cell_is_found_out(cell: str, problem: str | None) -> None:
    assert [part.problem() for part in parts(cell)] == [problem]


@pytest.mark.parametrize("cell", ["convox_app", "`convox_app` `locked`", "no: ", "module `convox_app`"])
def test_a_cell_that_nobody_understands_is_an_error(cell: str) -> None:
    with pytest.raises(ValueError, match="nobody"):
        list(parts(cell))


def page(name: str) -> str:
    return (ROOT / "docs" / f"from-the-{name}.md").read_text(encoding="utf-8")


def here(title: str) -> list[str]:
    """What has a task."""
    return [name.partition("(")[0] for name, cell in rows(title).items() if not cell.startswith("no:")]


def test_each_command_and_each_method_is_shown_beside_its_task() -> None:
    assert [name for name in here(CLI) if f"convox {name}" not in page("cli")] == []
    assert [name for name in here(SDK) if "." in name and name.rpartition(".")[2] not in page("sdk")] == []
