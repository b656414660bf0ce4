# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What core does with a task is the same both ways: results, messages, warnings, what the rack gets."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.harness import ANSIBLE, HERE, NO_PYTHON, PYTHON, QUICK, WAYS, Harness, Run, Way
from tests.integration.normal import normal
from tests.practice_rack.server import PracticeRack

INLINE, VAULTED, CANARY = "canary-inline", "canary-vaulted", "canary-by-variable"
OFF = {"CONVOX_HOST": None, "CONVOX_PASSWORD": None}


@dataclass
class Told:
    """A run of the special playbook, and the env that app web has in the end."""

    run: Run
    env: dict[str, str]
    releases: list[str]

    def msg(self, task: str) -> str:
        result = self.run.of(task)
        assert result.get("failed") is True or "rescue" in task, result
        return str(result["msg"])


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Way, Told]]:
    yield {way: special(way, tmp_path_factory.mktemp(way)) for way in WAYS}


def special(way: Way, folder: Path) -> Told:
    book = folder / "special" / "site.yml"
    shutil.copytree(HERE / "special", book.parent)
    with PracticeRack(**QUICK) as rack:
        harness = Harness(rack, folder)
        password = folder / "vault-password"
        password.write_text("of-the-vault\n", encoding="utf-8")
        secrets = book.parent / "secrets.yml"
        secrets.write_text(f"vaulted_value: {VAULTED}\n", encoding="utf-8")
        vault(harness, "encrypt", str(secrets), password=password)
        inline = vault(harness, "encrypt_string", INLINE, password=password)
        text = book.read_text(encoding="utf-8").replace('"@INLINE@"', indented(inline))
        book.write_text(text, encoding="utf-8")
        python = PYTHON if way == "long" else NO_PYTHON
        here = f"localhost ansible_connection=local ansible_python_interpreter={python}\n"
        run = harness.run_playbook(
            book,
            way=way,
            verbosity=3,
            env=OFF,
            inventory=f"{here}far ansible_host=192.0.2.1 ansible_connection=ssh\n",
            extra_vars={"rack_host": rack.url, "rack_key": rack.password, "canary": CANARY},
            arguments=["--vault-password-file", str(password)],
        )
        releases = [release.env for release in rack.state.apps["web"].releases]
        return Told(run, pairs(releases[-1]), releases)


def vault(harness: Harness, *words: str, password: Path) -> str:
    command = [str(ANSIBLE / "ansible-vault"), *words, "--vault-password-file", str(password)]
    return subprocess.run(
        command, env=harness.environment("short"), capture_output=True, check=True, encoding="utf-8"
    ).stdout


def indented(inline: str) -> str:
    first, *rest = inline.strip().splitlines()
    return "\n".join([first, *(f"      {line.strip()}" for line in rest)])


def pairs(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines())


def test_it_runs_to_the_end(told: dict[Way, Told]) -> None:
    for each in told.values():
        each.run.must()
        assert "Traceback" not in each.run.output
        assert each.run.results[-1].task == "Delegated once"


def test_the_results_are_the_same(told: dict[Way, Told]) -> None:
    short, long = (normal(told[way].run) for way in WAYS)
    assert [each[:3] for each in short] == [each[:3] for each in long]
    for one, other in zip(short, long, strict=True):
        assert one == other


def test_the_warnings_are_the_same_and_no_more_than_wanted(told: dict[Way, Told]) -> None:
    wanted = [
        "Both option api_key and its alias password are set.",
        "variables: DATE, FLOAT, FROM_DATE, SMALL, TIME were read as a number with a fraction or a date, "
        "not as text (3.10 becomes 3.1). Quote the value to keep it as it is written.",
    ]
    for each in told.values():
        assert [text for result in each.run.results for text in result.result.get("warnings", ())] == wanted
        assert [text for result in each.run.results for text in result.result.get("deprecations", ())] == []


def test_the_rack_got_the_same(told: dict[Way, Told]) -> None:
    short, long = (told[way] for way in WAYS)
    without = [{k: v for k, v in each.env.items() if k != "RELEASE"} for each in (short, long)]
    assert without[0] == without[1]
    assert len(short.releases) == len(long.releases)
    writes = [[(record.method, record.path) for record in each.run.writes] for each in (short, long)]
    assert writes[0] == writes[1]


def test_values_reach_the_rack_as_ansible_gives_them(told: dict[Way, Told]) -> None:
    for each in told.values():
        assert each.env | {"RELEASE": ""} == {
            "1": "numeric name",
            "TEXT": "text",
            "NUMBER": "1",
            "LARGE": "12345678901234567890",
            "FLOAT": "1.5",
            "SMALL": "1e-07",
            "YES_WORD": "true",
            "NO_WORD": "false",
            "WORD": "yes",
            "DATE": "2026-11-24",
            "TIME": each.env["TIME"],
            "UNICODE": "grüße 東京 🚀",
            "QUOTES": "a 'b' \"c\" \\d",
            "EMPTY": "",
            "EQUALS": "a=b=c",
            "FROM_VAR": "42",
            "FROM_DATE": "2026-11-24",
            "MIXED": "n42",
            "INLINE": INLINE,
            "VAULTED": VAULTED,
            "UNSAFE": "{{ 1 + 1 }}",
            "MORE": "from the file",
            "RELEASE": "",
            "NAMES": each.env["NAMES"],
            "COUNT": each.env["COUNT"],
            "CHANGED": "true",
            "READ": "grüße 東京 🚀",
            "A": CANARY,
            "B": "2",
            "JSON": CANARY,
            "DELEGATED": "far",
        }


def test_no_value_of_the_env_is_shown(told: dict[Way, Told]) -> None:
    for each in told.values():
        # Core shows the environment of the task in the commands that it runs, from -vvv on.
        printed = [line for line in each.run.output.splitlines() if " EXEC " not in line]
        text = "\n".join(printed) + str([result.result for result in each.run.results])
        for canary in (
            INLINE,
            VAULTED,
            "canary-in-",
            "canary-as-a-word",
            "wrong-canary",
            "of-the-practice-rack",
        ):
            assert canary not in text


MESSAGES = {
    "No credentials at all": "no credentials were found",
    "Environment of the task wins over the play's": "invalid authentication",
    "A value that is a list": "LIST",
    "A value that is a dictionary": "DICT",
    "Variables that are no dictionary": "variables",
    "Variables that are a word": "variables",
    "A file that is not there": "nowhere.env",
    "A file that cannot be read as dotenv": "bad.env",
    "Unsupported option": "Unsupported parameters for (convox.rack.convox_app) module: nmae.",
    "Unsupported options beside a wrong one": "value of state must be one of: present, absent, got: gone",
    "Wrong type of a number": "argument 'count' is of type",
    "Wrong type of a switch": "argument 'locked' is of type",
    "Wrong choice": "value of state must be one of: present, absent, got: gone",
    "Missing option": "missing required arguments: name",
    "Null for a required option": "name",
    "Missing for the state": "release: is missing or empty",
    "None of those needed": "one of the following is required: variables, src, unset, masked_keys",
    "Two that exclude each other": "parameters are mutually exclusive: build|build_from",
    "One that needs another": "missing parameter(s) required by 'gpu_vendor': gpu",
    "Timeouts that are none": "wait_timeout: is not above 0",
}


@pytest.mark.parametrize("task", MESSAGES)
def test_what_is_refused_is_named(task: str, told: dict[Way, Told]) -> None:
    for each in told.values():
        assert MESSAGES[task] in each.msg(task)


def test_the_keywords_do_what_they_say(told: dict[Way, Told]) -> None:
    run = told["short"].run
    assert run.of("Defaults of the module")["app"]["name"] == "defaulted"
    assert run.of("Defaults of the group")["invocation"]["module_args"]["timeout"] == 7
    loop = run.of("Loop")["results"]
    assert ["error" in item for item in loop] == [False, True, False]
    assert run.of("Until")["attempts"] == 2
    assert "app not found: nobody" in run.of("What the rescue sees")["msg"]
    assert run.of("Check mode")["changed"] is True
    assert run.of("Check mode")["diff"]["after"] == {"app": "two", "locked": True}
    assert run.of("Diff")["diff"] == {"before": {}, "after": {"parameters": {"BuildCpu": "100"}}}
    assert set(run.of("No log")) >= {"censored", "changed"}
    assert set(run.of("No log of a failure")) >= {"censored", "failed"}
    assert run.of("Failed when")["failed_when_result"] is True
    assert run.of("Null and omit")["changed"] is False
