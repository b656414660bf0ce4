# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_rack: the solvers of Let's Encrypt."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.resources.letsencrypt import Config
from ansible_collections.convox.rack.plugins.module_utils._modules.rack import solvers
from ansible_collections.convox.rack.plugins.module_utils._modules.rack.noun import RackNoun
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import done, holds_every_rule, refusal, run_task

PATH = "/letsencrypt/config"
ZONES = st.sampled_from(["a.test", "b.test", "c.test", "D.test", "d.test"])
ROLES = st.sampled_from(["arn:one", "arn:two"])


def route53(role: str = "arn:one", **more: str) -> dict[str, str]:
    return {"hosted-zone-id": "", "region": "", "role": role, **more}


def solver(id: int, *zones: str, **provider: Any) -> dict[str, Any]:
    return {"id": id, "dns-zones": list(zones), **(provider or {"route53": route53()})}


def want(*zones: str, **more: Any) -> dict[str, Any]:
    return {"dns_zones": list(zones), **({"route53": {"role": "arn:one"}} | more)}


def world(*there: dict[str, Any], **settings: Any) -> MemoryRack:
    rack = MemoryRack(**settings)
    rack.state.solvers = list(there) or None
    return rack


def unique(found: list[dict[str, Any]]) -> bool:
    zones = [zone.lower() for each in found for zone in each["dns_zones"]]
    return len(zones) == len(set(zones))


OF_RACK = st.lists(st.tuples(st.lists(ZONES, max_size=3, unique=True), ROLES), max_size=4).map(
    lambda found: [solver(n, *zones, route53=route53(role)) for n, (zones, role) in enumerate(found, 1)]
)
OF_TASK = (
    st.lists(st.tuples(st.lists(ZONES, min_size=1, max_size=3, unique=True), ROLES), max_size=3)
    .map(lambda found: [want(*zones, route53={"role": role}) for zones, role in found])
    .filter(unique)
)


@given(OF_RACK, OF_TASK, st.booleans())
def test_merged_once_and_for_all(
    there: list[dict[str, Any]], wanted: list[dict[str, Any]], purge: bool
) -> None:
    asked = solvers.wanted({"solvers": wanted, "purge_solvers": purge})
    after = solvers.merged(Config(solvers=there), asked)
    assert solvers.merged(Config(solvers=after), asked) == after
    roles = {zone.lower(): each["route53"]["role"] for each in after for zone in each["dns-zones"]}
    named = {zone.lower(): each["route53"]["role"] for each in wanted for zone in each["dns_zones"]}
    assert {zone: roles[zone] for zone in named} == named
    before = {zone.lower() for each in there for zone in each["dns-zones"]}
    assert set(roles) == set(named) | (set() if purge else before)
    assert len({each["id"] for each in after}) == len(after)


def test_a_zone_is_added_and_changed() -> None:
    task = holds_every_rule(RackNoun, world, letsencrypt={"solvers": [want("a.test", "b.test")]})
    assert [sent[:2] for sent in task.sent] == [("PUT", PATH)]
    assert task.result["rack"]["letsencrypt"]["solvers"] == [
        {
            "id": 1,
            "dns_zones": ["a.test", "b.test"],
            "route53": {"hosted_zone_id": "", "region": "", "role": "arn:one"},
        }
    ]
    other = want("a.test", route53={"role": "arn:two", "region": "eu-west-1"})
    rack = world(solver(3, "a.test"), solver(7, "c.test"))
    task = done(RackNoun, rack, letsencrypt={"solvers": [other]})
    assert rack.state.solvers == [
        solver(3, "a.test", route53=route53("arn:two", region="eu-west-1")),
        solver(7, "c.test"),
    ]
    assert task.outcome is not None
    diff = task.outcome.answer(diff=True)["diff"]
    assert sorted(diff["after"]["letsencrypt"]["solvers"]) == ["a.test"]


def test_the_others_are_kept_or_purged() -> None:
    there = (
        solver(1, "a.test"),
        solver(2, "b.test", "c.test"),
        {"id": 3, "dns-zones": None, "route53": None},
    )
    rack = world(*there)
    assert not done(RackNoun, rack, letsencrypt={"solvers": [want("b.test")]}).changed
    holds_every_rule(
        RackNoun, lambda: world(*there), letsencrypt={"solvers": [want("b.test")], "purge_solvers": True}
    )
    done(RackNoun, rack, letsencrypt={"solvers": [want("b.test")], "purge_solvers": True})
    assert rack.state.solvers == [solver(2, "b.test")]
    done(RackNoun, rack, letsencrypt={"solvers": [], "purge_solvers": True})
    assert rack.state.solvers == []


def test_a_solver_keeps_fields_that_we_do_not_know() -> None:
    there = solver(1, "a.test", future={"x": 1})
    asked = solvers.wanted({"solvers": [want("b.test")]})
    assert solvers.merged(Config(solvers=[there]), asked)[0] == there


def test_ids() -> None:
    rack = world(solver(1, "a.test"), solver(2, "b.test"))
    task = run_task(RackNoun, rack, letsencrypt={"solvers": [want("c.test", id=1)]})
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert "the id 1 of the solver for a.test" in task.error.message
    assert task.sent == []
    done(RackNoun, rack, letsencrypt={"solvers": [want("a.test", id=9), want("c.test")]})
    assert [(each["id"], each["dns-zones"]) for each in rack.state.solvers or []] == [
        (2, ["b.test"]),
        (9, ["a.test"]),
        (10, ["c.test"]),
    ]


def test_a_role_that_the_rack_does_not_take_is_told() -> None:
    """Recorded: a rack answers ok and keeps its own."""
    task = run_task(RackNoun, world(), letsencrypt={"role": "arn:mine", "solvers": [want("a.test")]})
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    assert "letsencrypt.role" in task.error.message
    assert not done(RackNoun, world(), letsencrypt={"role": ""}).changed


CLOUDFLARE = {"api_token": "canary-of-the-token"}


def cloudflare(**more: str) -> dict[str, Any]:
    return {"dns_zones": ["a.test"], "cloudflare": {**CLOUDFLARE, **more}}


def test_credentials_of_cloudflare() -> None:
    """No rack shows them again: they are set each time, or once."""
    rack = world(cloudflare=True)
    once = {"solvers": [cloudflare(update_credentials="on_create")]}
    task = holds_every_rule(RackNoun, lambda: world(cloudflare=True), letsencrypt=once)
    assert "canary" not in str(task.outcome and task.outcome.answer(diff=True))
    assert done(RackNoun, rack, letsencrypt=once).changed
    assert not done(RackNoun, rack, letsencrypt=once).changed
    always = {"solvers": [cloudflare()]}
    for _time in range(2):
        task = done(RackNoun, rack, letsencrypt=always)
        assert (task.changed, len(task.sent)) == (True, 1)
        assert task.outcome is not None
        diff = task.outcome.answer(diff=True)["diff"]
        assert diff["before"] != diff["after"]
        assert "canary" not in str(diff)
    assert rack.state.solvers == [
        solver(
            1,
            "a.test",
            route53=None,
            cloudflare={
                "api-token-secret-ref-name": "cloudflare-dns-credential-1",
                "api-token-secret-ref-key": "api-token",
            },
        )
    ]


def test_a_rack_that_does_not_know_cloudflare() -> None:
    task = run_task(RackNoun, world(), letsencrypt={"solvers": [cloudflare()]})
    assert isinstance(task.error, errors.ConvoxIgnoredError)
    assert "letsencrypt.solvers" in task.error.message


@pytest.mark.parametrize(
    "given",
    [
        {"solvers": [{"dns_zones": [], "route53": {"role": "x"}}]},
        {"solvers": [{"dns_zones": ["a.test,b.test"], "route53": {"role": "x"}}]},
        {"solvers": [{"dns_zones": ["a.test"]}]},
        {"solvers": [want("a.test", cloudflare=CLOUDFLARE)]},
        {"solvers": [want("a.test", route53={"role": ""})]},
        {"solvers": [want("a.test"), want("A.test")]},
        {"solvers": [want("a.test", id=0)]},
        {"solvers": [want("a.test", id=1), want("b.test", id=1)]},
        {"solvers": [{"dns_zones": ["a.test"], "cloudflare": {}}]},
        {"solvers": [cloudflare(api_key="x", email="me@a.test")]},
        {"solvers": [{"dns_zones": ["a.test"], "cloudflare": {"api_key": "x"}}]},
        {"purge_solvers": True},
    ],
)
def test_bad_input(given: dict[str, Any]) -> None:
    assert refusal(RackNoun, letsencrypt=given).option == "letsencrypt"
