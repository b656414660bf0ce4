# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rack's methods over a transport of the test: what is sent, and what is settled by looking."""

from __future__ import annotations

import json
import types
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import client as rack_base
from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api._http.transport import Answer
from ansible_collections.convox.rack.plugins.module_utils._api.rack import Rack

LOST = errors.ConvoxConnectionError("the connection was lost", unsettled=True)
UPDATING = {"name": "web", "status": "updating", "release": "RNEW"}
RUNNING = {"name": "web", "status": "running", "release": "ROLD"}


def made(name: str, env: str = "A=1", description: str = "words", build: str = "B1") -> dict[str, str]:
    return {"id": name, "env": env, "description": description, "build": build}


class Script:
    """A transport that answers from lists by ``METHOD path``; the last answer stays. Errors are raised."""

    def __init__(self, answers: dict[str, list[Any]], max_retries: int = 3) -> None:
        self.answers = answers
        self.connection = types.SimpleNamespace(max_retries=max_retries)
        self.sent: list[str] = []
        self.requests: list[dict[str, Any]] = []

    def send(self, method: str, path: str, **request: Any) -> Answer:
        call = f"{method} {path}"
        self.sent.append(call)
        self.requests.append(request)
        answers = self.answers[call]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        return Answer(200, {}, content)

    def count(self, call: str) -> int:
        return self.sent.count(call)


def a_rack(answers: dict[str, list[Any]], max_retries: int = 3) -> tuple[Rack, Script, list[float]]:
    script, pauses = Script(answers, max_retries), []
    return Rack(script, sleep=pauses.append), script, pauses  # type: ignore[arg-type]  # a transport of the test


ABSENT = errors.error_for(404, "app not found: web")
RELEASES = "/apps/web/releases"


def test_an_app_that_is_there_after_a_lost_answer_is_not_made_again() -> None:
    rack, script, pauses = a_rack({"POST /apps": [LOST], "GET /apps/web": [ABSENT, ABSENT, UPDATING]})
    assert rack.create_app("web").name == "web"
    assert script.count("POST /apps") == 1
    assert pauses == list(rack_base.LOOKS)


def test_what_is_not_there_is_sent_again() -> None:
    rack, script, _pauses = a_rack({"POST /apps": [LOST, UPDATING], "GET /apps/web": [ABSENT]})
    assert rack.create_app("web").status == "updating"
    assert script.count("POST /apps") == 2
    assert script.count("GET /apps/web") == len(rack_base.LOOKS)


@pytest.mark.parametrize("tries", [0, 1, 3])
def test_a_post_is_sent_again_only_so_often(tries: int) -> None:
    rack, script, _pauses = a_rack({"POST /apps": [LOST], "GET /apps/web": [ABSENT]}, max_retries=tries)
    with pytest.raises(errors.ConvoxConnectionError):
        rack.create_app("web")
    assert script.count("POST /apps") == tries + 1
    # The last try is looked after, too.
    assert script.count("GET /apps/web") == (tries + 1) * len(rack_base.LOOKS)


def test_an_answer_that_says_no_is_settled() -> None:
    exists = errors.error_for(409, "app already exists: web")
    rack, script, _pauses = a_rack({"POST /apps": [exists]})
    with pytest.raises(errors.ConvoxConflictError):
        rack.create_app("web")
    assert script.sent == ["POST /apps"]


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_leaves_it_unsettled(status: int) -> None:
    gateway = errors.error_for(status, "bad gateway")
    rack, script, _pauses = a_rack({"POST /apps": [gateway], "GET /apps/web": [UPDATING]})
    assert rack.create_app("web").name == "web"
    assert script.count("POST /apps") == 1


@pytest.mark.parametrize(
    ("listed", "posts"),
    [
        ([made("RNEW"), made("ROLD")], 1),
        ([made("RTHEIRS", description="theirs"), made("RNEW"), made("ROLD")], 1),
        ([made("ROLD")], 2),
        ([], 2),
        ([made("RTHEIRS", env="A=2"), made("ROLD")], 2),
        ([made("RTHEIRS", description="theirs"), made("ROLD")], 2),
        ([made("RTHEIRS", build="B2"), made("ROLD")], 2),
        # Older than what the caller knew: not ours, however much alike.
        ([made("ROLD"), made("ROLDER")], 2),
    ],
)
def test_a_release_of_ours_is_known_by_its_content(listed: list[dict[str, str]], posts: int) -> None:
    answers = {f"POST {RELEASES}": [LOST, made("RNEW")], f"GET {RELEASES}": [listed]}
    rack, script, _pauses = a_rack(answers)
    release = rack.create_release("web", newer_than="ROLD", env="A=1", build="B1", description="words")
    assert release.id == "RNEW"
    assert script.count(f"POST {RELEASES}") == posts


def test_the_first_release_of_an_app_is_ours_without_a_predecessor() -> None:
    answers = {f"POST {RELEASES}": [LOST], f"GET {RELEASES}": [[made("RNEW")]]}
    rack, script, _pauses = a_rack(answers)
    assert rack.create_release("web", newer_than="", env="A=1", description="words").id == "RNEW"
    assert script.count(f"POST {RELEASES}") == 1


def test_a_key_that_may_not_look_hears_of_the_lost_answer() -> None:
    """A plain deploy key may post a release and not list them."""
    forbidden = errors.error_for(403, "operation not permitted for deploy keys")
    rack, script, _pauses = a_rack({f"POST {RELEASES}": [LOST], f"GET {RELEASES}": [forbidden]})
    with pytest.raises(errors.ConvoxConnectionError) as caught:
        rack.create_release("web", newer_than="", env="A=1", description="words")
    assert caught.value.unsettled
    assert script.count(f"POST {RELEASES}") == 1


def test_a_release_is_sent_with_what_is_given_alone() -> None:
    rack, script, _pauses = a_rack({f"POST {RELEASES}": [made("RNEW")]})
    rack.create_release("web", newer_than="", env="", parent="ROLD")
    assert script.requests[0]["form"] == {"env": "", "parent-release": "ROLD"}


PROMOTE = f"POST {RELEASES}/RNEW/promote"


def test_a_promote_that_shows_is_not_sent_again() -> None:
    rack, script, _pauses = a_rack({PROMOTE: [LOST], "GET /apps/web": [RUNNING, UPDATING]})
    rack.promote("web", "RNEW", force=True, idle=False, min=50, timeout=None)
    assert script.count(PROMOTE) == 1
    assert script.requests[0]["form"] == {"force": "true", "idle": "false", "min": "50"}


def test_a_promote_that_does_not_show_is_sent_again() -> None:
    rack, script, _pauses = a_rack({PROMOTE: [LOST, b"ok"], "GET /apps/web": [RUNNING]})
    rack.promote("web", "RNEW")
    assert script.count(PROMOTE) == 2


NOT_FOUND = errors.error_for(500, 'releases.convox.com "rnew" not found')


def test_a_fresh_id_is_asked_for_again() -> None:
    answers: dict[str, list[Any]] = {
        f"POST {RELEASES}": [made("RNEW")],
        f"GET {RELEASES}/RNEW": [NOT_FOUND, NOT_FOUND, made("RNEW")],
        PROMOTE: [NOT_FOUND, b"ok"],
    }
    rack, script, pauses = a_rack(answers)
    rack.create_release("web", newer_than="")
    assert rack.release("web", "RNEW").id == "RNEW"
    assert pauses == [rack_base.FRESH_PAUSE] * 2
    rack.promote("web", "RNEW")
    assert script.count(PROMOTE) == 2


def test_a_fresh_id_is_asked_for_only_some_seconds() -> None:
    rack, script, pauses = a_rack({f"POST {RELEASES}": [made("RNEW")], f"GET {RELEASES}/RNEW": [NOT_FOUND]})
    rack.create_release("web", newer_than="")
    with pytest.raises(errors.ConvoxNotFoundError):
        rack.release("web", "RNEW")
    assert sum(pauses) == pytest.approx(rack_base.FRESH_SECONDS, abs=0.3)


def test_the_id_of_somebody_is_asked_for_once() -> None:
    rack, script, pauses = a_rack({f"GET {RELEASES}/RNEW": [NOT_FOUND]})
    with pytest.raises(errors.ConvoxNotFoundError):
        rack.release("web", "RNEW")
    assert (len(script.sent), pauses) == (1, [])


BUILDS = "/apps/web/builds"


def build(name: str, description: str = "d", sha: str = "s") -> dict[str, str]:
    return {"id": name, "description": description, "git-sha": sha, "status": "created"}


@pytest.mark.parametrize(
    ("after", "posts"),
    [
        ([build("BNEW"), build("BOLD")], 1),
        ([build("BOLD")], 2),
        ([build("BTHEIRS", description="x"), build("BOLD")], 2),
        ([build("BTHEIRS", sha="x"), build("BOLD")], 2),
    ],
)
def test_a_build_of_ours_is_one_that_was_not_there_before(after: list[dict[str, str]], posts: int) -> None:
    answers = {f"POST {BUILDS}": [LOST, build("BNEW")], f"GET {BUILDS}": [[build("BOLD")], after]}
    rack, script, _pauses = a_rack(answers)
    assert rack.create_build("web", "object://x", description="d", git_sha="s").id == "BNEW"
    assert script.count(f"POST {BUILDS}") == posts


def test_build_arguments_and_flags_on_the_wire() -> None:
    rack, script, _pauses = a_rack({f"POST {BUILDS}": [build("BNEW")], f"GET {BUILDS}": [[]]})
    rack.create_build("web", "object://x", build_args=["A=1", "B=2"], no_cache=True, manifest=None)
    assert script.requests[-1]["form"] == {"url": "object://x", "build-args": "A=1,B=2", "no-cache": "true"}


CANCEL = "POST /apps/web/cancel"


@pytest.mark.parametrize(
    ("answers", "posts"), [([{**UPDATING, "status": "rollback"}], 1), ([UPDATING], 2), ([RUNNING], 1)]
)
def test_a_cancel_is_settled_by_the_status(answers: list[dict[str, str]], posts: int) -> None:
    rack, script, _pauses = a_rack({CANCEL: [LOST, b"ok"], "GET /apps/web": answers})
    rack.cancel("web")
    assert script.count(CANCEL) == posts


RESTART = "POST /apps/web/services/api/restart"
PROCESSES = "GET /apps/web/processes"


@pytest.mark.parametrize(("later", "posts"), [([{"id": "old"}, {"id": "new"}], 1), ([{"id": "old"}], 2)])
def test_a_restart_is_settled_by_new_processes(later: list[dict[str, str]], posts: int) -> None:
    rack, script, _pauses = a_rack({RESTART: [LOST, b"ok"], PROCESSES: [[{"id": "old"}], later]})
    rack.restart_service("web", "api")
    assert script.count(RESTART) == posts


def test_parameters_go_as_one_field() -> None:
    rack, script, _pauses = a_rack({"PUT /apps/web": [b"ok"]})
    rack.update_app("web", lock=False, parameters={"B": "", "A": "x&y=z ü"})
    assert script.requests[0]["form"] == {"lock": "false", "parameters": "A=x%26y%3Dz+%C3%BC&B="}
    rack.update_app("web", lock=True)
    assert script.requests[1]["form"] == {"lock": "true"}


def test_a_config_goes_in_as_base64() -> None:
    path = "/apps/web/configs/cli-env-mask"
    rack, script, _pauses = a_rack({f"PUT {path}": [b"ok"], f"GET {path}": [{"name": "x", "value": "A,B"}]})
    rack.set_config("web", "cli-env-mask", "A,B")
    assert script.requests[0]["form"] == {"value": "QSxC"}
    assert rack.find_config("web", "cli-env-mask") == "A,B"


def test_absent_things_are_none() -> None:
    config = errors.error_for(404, "app config not found: x")
    rack, _script, _pauses = a_rack({"GET /apps/web": [ABSENT], "GET /apps/web/configs/x": [config]})
    assert rack.find_app("web") is None
    assert rack.find_config("web", "x") is None


def test_an_absent_route_is_not_an_absent_thing() -> None:
    no_route = errors.ConvoxNotImplementedError(404, "this rack has no such route")
    rack, _script, _pauses = a_rack({"GET /apps/web": [no_route]})
    with pytest.raises(errors.ConvoxNotImplementedError):
        rack.find_app("web")


def test_services_are_sorted_and_no_list_is_an_empty_one() -> None:
    rack, _script, _pauses = a_rack({"GET /apps/web/services": [[{"name": "b"}, {"name": "a"}], b"null"]})
    assert [service.name for service in rack.services("web")] == ["a", "b"]
    assert rack.services("web") == []


@pytest.mark.parametrize(
    ("call", "answer", "words"),
    [
        (lambda rack: rack.app("web"), {"status": ["canary"]}, "App is not as expected: name, status"),
        (lambda rack: rack.app("web"), ["canary"], "App is not as expected: it"),
        (lambda rack: rack.app("web"), b"<canary>", "is not JSON"),
        (lambda rack: rack.releases("web"), {"canary": 1}, "is not a list"),
        (lambda rack: rack.releases("web"), [{"id": 1, "env": "canary"}], "Release is not as expected: id"),
    ],
)
def test_an_answer_of_another_shape_is_an_error_that_quotes_nothing(
    call: Callable[[Rack], Any], answer: Any, words: str
) -> None:
    rack, _script, _pauses = a_rack({"GET /apps/web": [answer], f"GET {RELEASES}": [answer]})
    with pytest.raises(errors.ConvoxServerError) as caught:
        call(rack)
    said = errors.describe(caught.value)
    assert words in said and "canary" not in said
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
