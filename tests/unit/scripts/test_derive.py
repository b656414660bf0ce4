# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is derived of the modules: each part, broken, is named by lint and mended by format."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import derive

ROOT = Path(__file__).resolve().parents[3]
APP = "plugins/modules/convox_app.py"
WORDS = "make format would write something else"
Break = Callable[[Path], object]
Run = Callable[..., tuple[int, list[str]]]


def text_of(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A copy of what is derived, and of what it is derived of."""
    caches = shutil.ignore_patterns("__pycache__")
    for name in ("plugins", "meta", "extensions/molecule"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=caches)
    (tmp_path / "docs").mkdir()
    for name in ("README.md", "docs/coverage.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def run(scratch: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """What format and, with --check, lint run: exit status, lines."""
    monkeypatch.chdir(scratch)
    return lambda *words: (derive.main(list(words)), capsys.readouterr().out.splitlines())


def replace(old: str, new: str) -> Break:
    def change(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def test_the_checkout_is_as_derived() -> None:
    command = [sys.executable, "-m", "scripts.derive", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("path", "spoil"),
    [
        ("plugins/action/convox_env.py", replace("EnvNoun", "AppNoun")),
        ("plugins/action/convox_env.py", Path.unlink),
        ("plugins/action/convox_gone.py", Path.touch),
        ("plugins/module_utils/_modules/env/__init__.py", Path.unlink),
        (APP, replace("  description: Class of the error.", "  description: The error.")),
        (APP, replace(derive.KEY.format("request_id", *derive.FAILURE_KEYS["request_id"]), "")),
        (APP, replace("  sample: 404\n", "  sample: 409\n")),
        (APP, replace("_runner.run_module(AppNoun)", "pass")),
        ("meta/runtime.yml", replace("    - convox_env\n", "")),
        ("meta/runtime.yml", replace("    - convox_env\n", "    - convox_gone\n")),
        ("README.md", replace(" | Manage apps", " | Keep apps")),
        ("README.md", replace("| [convox_service]", "| [convox_gone]")),
        ("extensions/molecule/env/molecule.yml", Path.unlink),
        ("extensions/molecule/env/molecule.yml", replace("# Everything", "# All")),
        ("docs/coverage.md", replace("| `convox_app`: `name` |", "| planned: `convox_app`: `name` |")),
        ("docs/coverage.md", replace("| lookup `convox_env`", "| planned: lookup `convox_env`")),
    ],
)
def test_what_is_broken_is_named_and_mended(path: str, spoil: Break, scratch: Path, run: Run) -> None:
    good = text_of(scratch / path)
    spoil(scratch / path)
    status, lines = run("--check")
    assert (status, lines) == (1, [f"{path}: {WORDS}"])
    assert run() == (0, [])
    assert text_of(scratch / path) == good
    assert run("--check") == (0, [])


def test_other_words_of_a_module_go_into_the_readme(scratch: Path, run: Run) -> None:
    replace("short_description: Manage apps", "short_description: Keep apps")(scratch / APP)
    assert run("--check") == (1, [f"README.md: {WORDS}"])
    assert run() == (0, [])
    assert "/convox_app.py) | Keep apps of a Convox rack |\n" in (scratch / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("table", "other"),
    [(", others -->", " -->"), ("<!-- modules: app, ", "<!-- modules: gone, ")],
)
def test_a_table_that_names_what_is_not_there_is_an_error(
    table: str, other: str, scratch: Path, run: Run
) -> None:
    replace(table, other)(scratch / "README.md")
    with pytest.raises(ValueError, match=r"README\.md: "):
        run("--check")


def new_module(scratch: Path, run: Run, name: str, returns: str = "") -> str:
    """A module of documentation alone, and its text as format leaves it."""
    path = scratch / "plugins" / "modules" / f"{name}.py"
    documentation = (
        f"module: {name}\nshort_description: Manage something\noptions:\n  there: {{type: bool}}\n"
    )
    path.write_text(
        f'DOCUMENTATION = r"""\n{documentation}"""\n\nRETURN = r"""\n{returns}"""\n', encoding="utf-8"
    )
    assert run() == (0, [])
    assert run("--check") == (0, [])
    return path.read_text(encoding="utf-8")


def test_a_module_of_documentation_alone_gets_the_rest(scratch: Path, run: Run) -> None:
    text = new_module(scratch, run, "convox_thing", "thing:\n  returned: success\n")
    compile(text, "convox_thing.py", "exec")
    assert text.index("thing:\n  returned") < text.index("\nerror:\n") < text.index("\nrequest_id:\n")
    assert "_runner.run_module(ThingNoun)" in text
    assert "NOUN = ThingNoun" in (scratch / "plugins/action/convox_thing.py").read_text("utf-8")
    assert "    - convox_thing\n" in (scratch / "meta/runtime.yml").read_text("utf-8")
    assert "| [convox_thing](" in (scratch / "README.md").read_text("utf-8")


def test_a_key_that_is_not_for_failures_alone_is_the_module_s_own(scratch: Path, run: Run) -> None:
    own = "status:\n  description: Of the answer.\n  returned: success, or failure\n  type: int\n"
    text = new_module(scratch, run, "convox_thing", own)
    assert own in text
    assert text.count("\nstatus:\n") == 1
    assert "\nerror:\n" in text


def test_a_long_import_is_broken_as_ruff_breaks_it(scratch: Path, run: Run) -> None:
    text = new_module(scratch, run, "convox_certificate_info")
    assert ".certificate_info.noun import (\n    CertificateInfoNoun,\n)\n" in text
    assert max(len(line) for line in text.splitlines()) <= derive.LINE_LENGTH


def test_an_option_that_has_come_is_planned_no_more(scratch: Path, run: Run) -> None:
    page = scratch / "docs" / "coverage.md"
    cell = "planned: `convox_thing`: `there`, `there: true`, `there: odd`, `later`"
    page.write_text(f"| `a` | {cell}; planned in `convox_app` | |\n| `b` | planned: `convox_other` | |\n")
    new_module(scratch, run, "convox_thing")
    assert page.read_text("utf-8") == (
        "| `a` | `convox_thing`: `there`, `there: true`; planned: `convox_thing`: `there: odd`, `later`; "
        "planned in `convox_app` | |\n| `b` | planned: `convox_other` | |\n"
    )
