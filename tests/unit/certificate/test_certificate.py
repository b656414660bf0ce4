# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The noun of convox_certificate: what is there is left alone, and no old one goes while it is used."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.resources.certificates import Certificate
from ansible_collections.convox.rack.plugins.module_utils._modules.certificate import steps
from ansible_collections.convox.rack.plugins.module_utils._modules.certificate.noun import (
    CertificateNoun,
    Desired,
    Observed,
)
from ansible_collections.convox.rack.plugins.module_utils._shared.certificate_uses import Use
from tests.certs import make
from tests.practice_rack.faults import Fault
from tests.practice_rack.memory import MemoryRack
from tests.unit.tasks import done, holds_every_rule

from .certificate_world import DOMAIN, NAMES, NEW, PAIR, ends, named, put, run, world

MANIFEST = """services:
  web:
    image: httpd
    port: 3000
    certificate:
      id: cert-old
  worker:
    image: httpd
"""


def used() -> MemoryRack:
    """A rack whose app names the old certificate in its convox.yml."""
    rack = world(cert_old=(NAMES, ends(10)), cert_unused=(NAMES, ends(20)))
    build = rack.add_build("B1", manifest=MANIFEST)
    rack.activate(rack.add_release(build=build.id).id)
    return rack


CERTIFICATES = st.builds(
    Certificate,
    id=st.sampled_from(["cert-a", "cert-b", "cert-" + "0" * 40]),
    domains=st.sampled_from([[DOMAIN], ["other.example.org"], [DOMAIN, "other.example.org"]]),
    expiration=st.sampled_from([None, "2031-01-01T00:00:00Z", "2032-01-01T00:00:00Z"]),
)
THERE = st.lists(CERTIFICATES, max_size=3, unique_by=lambda each: each.id)
DESIRED = st.builds(
    Desired,
    state=st.sampled_from(["present", "absent"]),
    domains=st.just((DOMAIN,)),
    issuer=st.sampled_from([None, "letsencrypt"]),
    renew_before=st.sampled_from([0, 30, 1000]),
    replace=st.booleans(),
)


@given(THERE, DESIRED, st.dictionaries(st.sampled_from(["cert-a", "cert-b"]), st.sampled_from([-1, 5, 100])))
def test_a_plan_carried_out_leaves_nothing(
    there: list[Certificate], desired: Desired, left: dict[str, int]
) -> None:
    def observed() -> Observed:
        days = {each.id: left.get(each.id, 500) if each.expiration else None for each in there}
        return Observed(tuple(there), days, {each.id: () for each in there})

    noun = CertificateNoun()
    for step in noun.plan(observed(), desired):
        assert step.changes()
        if isinstance(step, steps.Delete):
            there = [each for each in there if each.id != step.certificate.id]
        else:
            assert isinstance(step, steps.Generate)
            end = None if step.issuer else "2033-01-01T00:00:00Z"
            there = [*there, Certificate(id="cert-new", domains=list(step.domains), expiration=end)]
            left = {**left, "cert-new": 2000}
    assert noun.plan(observed(), desired) == []


@pytest.mark.parametrize(
    "given",
    [
        PAIR,
        {"domains": [DOMAIN]},
        {"domains": list(NAMES), "issuer": "letsencrypt", "duration": "2160h"},
        {"id": "cert-old", "state": "absent"},
        {"domains": list(NAMES), "state": "absent"},
        {**PAIR, "replace": True},
    ],
    ids=["import", "generate", "letsencrypt", "absent", "absent by domains", "replace"],
)
def test_every_rule(given: dict[str, Any]) -> None:
    holds_every_rule(CertificateNoun, world, **named(given))
    holds_every_rule(CertificateNoun, lambda: world(cert_old=(NAMES, ends(10))), **named(given))


def test_an_import() -> None:
    rack = world()
    task = run(rack, **PAIR)
    ((method, path, form),) = task.sent
    assert (method, path, sorted(form)) == ("POST", "/certificates", ["chain", "key", "pub"])
    found = task.result["certificate"]
    assert (found["domains"], found["expiration"]) == (list(NAMES), NEW.ends)
    assert found["id"] in rack.state.certificates
    assert "PRIVATE" not in repr(task.outcome)


def test_one_with_the_same_domains_and_end_is_left_alone() -> None:
    task = run(world(cert_old=(NAMES[::-1], NEW.ends)), **PAIR)
    assert (task.changed, task.sent) == (False, [])
    assert task.result["certificate"]["id"] == "cert-old"
    assert run(world(cert_old=(NAMES[:1], NEW.ends)), **PAIR).changed
    assert run(world(cert_old=(NAMES, ends(10))), **PAIR).changed


@pytest.mark.parametrize("given", [PAIR, {"domains": [DOMAIN]}], ids=["import", "generate"])
@pytest.mark.parametrize("after", [False, True])
def test_a_lost_answer_makes_no_second_one(given: dict[str, Any], after: bool) -> None:
    """Where there was one for the same domains already, that one is not taken for the new one."""
    old = (tuple(given.get("domains", NAMES)), ends(1))
    rack = world(cert_old=old)
    rack.break_write(0, after=after)
    task = run(rack, **given)
    assert task.error is None, task.error
    assert task.changed
    assert len(rack.state.certificates) == 2


@pytest.mark.parametrize(("days", "changed"), [(29, True), (31, False), (-3, True)])
def test_one_is_generated_anew_in_time(days: int, changed: bool) -> None:
    assert run(world(cert_old=((DOMAIN,), ends(days))), domains=[DOMAIN]).changed is changed
    kept = run(world(cert_old=((DOMAIN,), ends(days))), domains=[DOMAIN], renew_before=0)
    assert kept.changed is (days < 0)


def test_one_of_letsencrypt_is_the_racks_to_renew() -> None:
    rack = world()
    issued = {"domains": list(NAMES), "issuer": "letsencrypt"}
    first = run(rack, **issued)
    assert first.result["certificate"]["status"] == "Not Ready"
    assert not run(rack, **issued).changed
    (id_,) = rack.state.certificates
    put(rack, id_, NAMES, ends(-1))
    task = run(rack, **issued)
    assert (task.error, task.changed) == (None, False)
    assert "has not renewed it" in task.warnings[0]


def test_somebody_else_asks_for_the_same_meanwhile() -> None:
    rack = world()
    form = {"domains": ",".join(NAMES), "issuer": "letsencrypt"}
    rack.meanwhile(
        lambda: rack.act("POST", "/certificates/generate", form), "POST", "/generate$", before=True
    )
    task = run(rack, domains=list(NAMES), issuer="letsencrypt")
    assert (task.error, task.changed) == (None, False)
    assert len(rack.state.certificates) == 1


def test_old_ones_go_if_nothing_uses_them() -> None:
    rack = used()
    task = run(rack, **PAIR, replace=True)
    assert task.kinds == ["certificates.create", "certificates.delete"]
    assert sorted(rack.state.certificates) == sorted(["cert-old", task.result["certificate"]["id"]])
    assert task.warnings == ["certificate cert-old is kept, for it is used by web/web"]
    again = run(rack, **PAIR, replace=True)
    assert (again.changed, again.sent) == (False, [])


def test_one_being_issued_takes_no_others_place() -> None:
    rack = world(cert_old=(NAMES, ends(1)))
    task = run(rack, domains=list(NAMES), issuer="letsencrypt", replace=True)
    assert task.kinds == ["certificates.generate"]
    assert "cert-old" in rack.state.certificates


def test_the_racks_own_is_nobodys() -> None:
    rack = world()
    assert run(rack, domains=["convox rack ca"], state="absent").error is not None
    task = run(rack, id="ca", state="absent")
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert task.sent == []


def test_absent() -> None:
    rack = world(cert_old=(NAMES, ends(1)), cert_b=(NAMES, ends(2)), cert_c=(NAMES[:1], ends(2)))
    task = run(rack, domains=list(NAMES), state="absent")
    assert (task.changed, task.result) == (True, {"certificate": None})
    assert sorted(rack.state.certificates) == ["cert-c"]
    assert not run(rack, id="cert-old", state="absent").changed


def test_a_v3_rack_takes_it_from_convox_yml() -> None:
    task = run(used(), id="cert-unused", state="applied", app="web", service="web", port=443)
    assert isinstance(task.error, errors.ConvoxNotImplementedError)
    assert task.error.status_code == 501
    assert "services, web, certificate, id: cert-unused" in (task.error.hint or "")
    assert not task.changed


def test_a_port_that_is_not_there() -> None:
    task = run(used(), id="cert-unused", state="applied", app="web", service="web", port=1)
    assert isinstance(task.error, errors.ConvoxOptionError)
    assert run(used(), id="a", state="applied", app="web", service="web", port=1, check_mode=True).changed


def test_renewing() -> None:
    task = run(used(), state="renewed", app="web")
    assert task.sent == [("POST", "/certificates/web/renew", {})]
    assert task.changed
    gone = run(used(), state="renewed", app="nobody")
    assert isinstance(gone.error, errors.ConvoxNotFoundError)
    assert gone.sent == []
    assert done(CertificateNoun, used(), state="renewed", app="nobody", check_mode=True).changed


def test_what_the_rack_does_not_keep_is_an_error() -> None:
    rack = world(cert_old=(NAMES, ends(1)))
    rack.settings.change({"read_lag_seconds": 100.0})
    removal = {"id": "cert-old", "state": "absent"}
    for options, words in ((PAIR, "is not there"), (removal, "is still there")):
        task = run(rack, **options)
        assert isinstance(task.error, errors.ConvoxIgnoredError)
        assert words in str(task.error)
        assert task.changed


def test_reads_that_lag_behind_are_read_again() -> None:
    rack = world()
    rack.settings.change({"read_lag_seconds": 3.0})
    assert run(rack, **PAIR).error is None


def test_one_that_is_not_valid_yet_is_warned_of() -> None:
    coming = make(DOMAIN, DOMAIN, starts=3)
    task = run(world(), pub=coming.pem, key=coming.key)
    assert task.changed
    assert "is not valid before" in task.warnings[0]


def test_a_use_in_words() -> None:
    assert [Use("web", "api", 443).words(), Use("web", None, None).words()] == ["web/api", "web"]


def test_a_server_that_gives_no_list() -> None:
    rack = world()
    rack.faults.append(Fault("status", "GET", "/certificates$", status=200, times=-1, body="{}"))
    assert isinstance(run(rack, **PAIR).error, errors.ConvoxServerError)
