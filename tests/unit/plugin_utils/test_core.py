# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The internals of ansible-core that are touched, and what happens without them."""

from __future__ import annotations

import os
import types
from pathlib import Path
from typing import Any

import pytest
from ansible import constants as C
from ansible.config.manager import ConfigManager
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from jinja2 import Environment

from ansible_collections.convox.rack.plugins.module_utils._api.errors import ConvoxOptionError
from ansible_collections.convox.rack.plugins.plugin_utils import core


@pytest.fixture(params=["config", "fallback"])
def config(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to a setting: core's configuration, and what is left without it."""
    if request.param == "fallback":
        monkeypatch.setattr(C, "config", object())
    return str(request.param)


@pytest.mark.parametrize("name", ["in_process", "progress"])
@pytest.mark.parametrize(
    ("environ", "variables", "want"),
    [
        (None, {}, True),
        ("false", {}, False),
        ("0", {}, False),
        ("yes", {}, True),
        (None, {"VAR": False}, False),
        (None, {"VAR": "no"}, False),
        (None, {"VAR": "yes"}, True),
        ("true", {"VAR": "false"}, False),
        ("false", {"VAR": True}, True),
        (None, {"VAR": 0}, False),
    ],
)
def test_settings(
    config: str,
    name: str,
    environ: str | None,
    variables: dict[str, Any],
    want: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if environ is not None:
        monkeypatch.setenv(f"CONVOX_{name.upper()}", environ)
    given = {f"convox_{name}": value for value in variables.values()}
    assert core.setting(name, given) is want
    other = "progress" if name == "in_process" else "in_process"
    assert core.setting(other, given) is True


@pytest.mark.parametrize(("text", "want"), [("false", False), ("true", True)])
def test_settings_by_ini(text: str, want: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ansible.cfg").write_text(f"[convox]\nin_process = {text}\n")
    monkeypatch.setattr(C, "config", ConfigManager(str(tmp_path / "ansible.cfg")))
    assert core.setting("in_process", {}) is want
    assert core.setting("progress", {}) is True
    monkeypatch.setenv("CONVOX_IN_PROCESS", "true")
    assert core.setting("in_process", {}) is True


def test_a_setting_that_is_no_boolean_turns_it_off() -> None:
    assert core.setting("in_process", {"convox_in_process": "perhaps"}) is False


class Action:
    """An action plugin, as far as the environment goes."""

    def __init__(self, layers: Any, *, old: bool = False) -> None:
        self._task = types.SimpleNamespace(environment=layers)
        if not old:
            self._compute_environment_string = self._compute

    def _compute(self, raw: dict[str, Any]) -> str:
        for layer in self._task.environment or []:
            raw.update(layer)
        return ""


@pytest.mark.parametrize("old", [False, True])
def test_the_tasks_environment_wins(old: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVOX_HOST", "outer")
    monkeypatch.setenv("KEPT", "1")
    found = core.environment(Action([{"CONVOX_HOST": "play"}, {"CONVOX_HOST": "task", "N": 5}], old=old))  # type: ignore[arg-type]  # as far as it goes
    assert (found["CONVOX_HOST"], found["N"], found["KEPT"]) == ("task", "5", "1")
    assert all(value.__class__ is str for value in found.values())


def test_without_layers_it_is_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEPT", "1")
    assert core.environment(Action(None, old=True))["KEPT"] == "1"  # type: ignore[arg-type]  # as far as it goes
    assert core.environment(Action({"A": "b"}, old=True))["A"] == "b"  # type: ignore[arg-type]  # as far as it goes


class Config:
    """A configuration that knows, or does not know, the setting."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def get_config_value(self, name: str, variables: Any = None) -> Any:
        assert name == "INJECT_INVOCATION"
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("answer", "want"), [(True, True), (False, False), (AnsibleError("no such setting"), True)]
)
def test_whether_a_result_has_its_invocation(
    answer: Any, want: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(C, "config", Config(answer))
    assert core.wants_invocation({}) is want


class Files:
    """An action plugin and a loader, as far as files go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cleaned: list[str] = []
        self._loader = self

    def _find_needle(self, where: str, name: str) -> str:
        assert where == "files"
        if not (self.folder / name).exists():
            raise AnsibleError("not found")
        return str(self.folder / name)

    def get_real_file(self, path: str, decrypt: bool = False) -> str:
        assert decrypt
        return path

    def cleanup_tmp_file(self, path: str) -> None:
        self.cleaned.append(path)


def test_a_file_of_the_controller(tmp_path: Path) -> None:
    (tmp_path / "web.env").write_text("A=ü\n", encoding="utf-8")
    (tmp_path / "bad.env").write_bytes(b"\xff")
    files: Any = Files(tmp_path)
    assert core.controller_text(files, "src", "web.env") == "A=ü\n"
    with pytest.raises(ConvoxOptionError, match=r"src: bad\.env is not UTF-8 text"):
        core.controller_text(files, "src", "bad.env")
    assert [Path(path).name for path in files.cleaned] == ["web.env", "bad.env"]
    with pytest.raises(ConvoxOptionError, match=r"src: there is no file none\.env"):
        core.controller_text(files, "src", "none.env")


def test_what_no_loader_may_open_or_decrypt_has_a_reason_and_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "vaulted.env").write_text("$ANSIBLE_VAULT;1.1;AES256\n3030\n")
    files: Any = Files(tmp_path)
    with pytest.raises(ConvoxOptionError, match="folder is a folder"):
        core.controller_text(files, "src", "folder")
    with pytest.raises(ConvoxOptionError, match="pipe cannot be read"):
        core.controller_text(files, "src", "pipe")

    def no_password(path: str, decrypt: bool = False) -> str:
        raise AnsibleError("Attempting to decrypt but no vault secrets found")

    files.get_real_file = no_password
    with pytest.raises(ConvoxOptionError, match=r"vaulted\.env is vaulted.*--ask-vault-pass"):
        core.controller_text(files, "src", "vaulted.env")


def test_a_wrong_vault_password_is_told_as_that(tmp_path: Path) -> None:
    right, wrong = ([("default", VaultSecret(words))] for words in (b"right", b"wrong"))
    (tmp_path / "vaulted.env").write_bytes(VaultLib(right).encrypt("A=canary\n"))
    action: Any = Files(tmp_path)
    action._loader = loader = DataLoader()
    loader.set_vault_secrets(wrong)
    with pytest.raises(ConvoxOptionError, match=r"no vault password that was given opens it.*--ask-vault-"):
        core.controller_text(action, "src", "vaulted.env")
    loader.set_vault_secrets(right)
    assert core.controller_text(action, "src", "vaulted.env") == "A=canary\n"


class Manager(core.TaskQueueManager):  # type: ignore[misc]  # ansible-core's classes have no annotations
    """As it is while a play runs, with these callbacks."""

    def __init__(self, stdout: Any, *others: Any, old: bool = False) -> None:
        self._callback_plugins = [*others] if old else [stdout, *others]
        if old:
            self._stdout_callback = stdout

    def __del__(self) -> None:
        """Nothing was started."""

    def run(self, play: Any = None) -> bool:
        return core.stdout_is_for_people()


def callback(module: str, kind: str = "stdout") -> Any:
    base = type("CallbackModule", (), {"__module__": module, "CALLBACK_TYPE": kind})
    return type("CallbackModule", (base,), {"__module__": "ansible_collections.some.one.made"})()


@pytest.mark.parametrize("old", [True, False], ids=["up to 2.18", "since 2.19"])
@pytest.mark.parametrize(
    ("module", "people"),
    [
        ("ansible.plugins.callback.default", True),
        ("ansible.plugins.callback.minimal", True),
        ("ansible.plugins.callback.oneline", False),
        ("ansible_collections.ansible.posix.plugins.callback.json", False),
        ("ansible.plugins.callback", False),
    ],
)
def test_whether_people_read_is_what_the_callback_is_made_from(module: str, people: bool, old: bool) -> None:
    beside = callback("ansible.plugins.callback.default", "aggregate")
    assert Manager(callback(module), beside, old=old).run() is people


@pytest.mark.parametrize(("name", "people"), [("default", True), ("minimal", True), ("json", False)])
def test_without_a_play_the_setting_tells(name: str, people: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(C, "DEFAULT_STDOUT_CALLBACK", name, raising=False)
    assert core.stdout_is_for_people() is people


def test_a_tree_of_files_is_for_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core.context, "CLIARGS", {"tree": "somewhere"})
    assert Manager(callback("ansible.plugins.callback.minimal")).run() is False


def test_a_display_of_another_program_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert core.display_is_replaced() is False
    monkeypatch.setattr(core.Display, "display", lambda self, text: None)
    assert core.display_is_replaced() is True


def test_outside_of_a_template_no_evaluation_is_found() -> None:
    assert core.template_evaluated() is None


def test_each_evaluation_of_a_template_is_found_and_the_outermost_counts() -> None:
    found: list[Any] = []
    environment = Environment()
    inner = environment.from_string("{{ ask() }}")

    def ask() -> str:
        found.append(core.template_evaluated())
        return ""

    outer = environment.from_string("{{ ask() }}{{ render() }}{{ ask() }}")
    for _unused in range(2):
        outer.render(ask=ask, render=lambda: inner.render(ask=ask))
    first, second = found[:3], found[3:]
    assert len({id(each) for each in first}) == len({id(each) for each in second}) == 1
    assert first[0] is not second[0] and first[0] is not None
