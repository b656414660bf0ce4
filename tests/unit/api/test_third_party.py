# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Without httpx or pydantic everything still imports, and says what is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from ansible_collections.convox.rack.plugins.module_utils._api import third_party

API = "ansible_collections.convox.rack.plugins.module_utils._api"
FOLDER = Path(third_party.__file__).parent
MODULES = sorted(
    path.relative_to(FOLDER).with_suffix("").as_posix().replace("/", ".")
    for path in FOLDER.rglob("*.py")
    if path.stem != "__init__"
)
IMPORTS = "\n".join(f"import {API}.{name}" for name in MODULES) + f"\nfrom {API} import third_party"

# What stands on a path before the real libraries: a package of that name and this text.
ABSENT = "raise ModuleNotFoundError('No module')"
BROKEN = "raise SystemError('pydantic-core 1 is incompatible')"


def python(tmp_path: Path, code: str, **fakes: str) -> subprocess.CompletedProcess[str]:
    """Run code where some libraries are the fakes."""
    for name, text in fakes.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(text)
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    environ = {"PYTHONPATH": path, "PATH": os.environ["PATH"]}
    return subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False
    )


def missing(tmp_path: Path, **fakes: str) -> str:
    done = python(tmp_path, f"{IMPORTS}\nprint(third_party.MISSING)", **fakes)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("fakes", "text"),
    [
        ({}, "None"),
        ({"httpx": ABSENT}, "httpx (not installed)"),
        ({"pydantic": ABSENT}, "pydantic (not installed)"),
        ({"httpx": ABSENT, "pydantic": ABSENT}, "httpx (not installed), pydantic (not installed)"),
        ({"httpx": "raise ModuleNotFoundError('x', name='httpcore')"}, "httpx (without httpcore)"),
        ({"pydantic": "raise ImportError('cannot import name')"}, "pydantic (does not import: ImportError)"),
        ({"pydantic": "VERSION = '1.10.2'"}, "pydantic 1.10.2 (needs >= 2.5)"),
        ({"pydantic": "VERSION = '2.4.9'"}, "pydantic 2.4.9 (needs >= 2.5)"),
        ({"pydantic": "VERSION = '3.0.0b1'"}, "pydantic 3.0.0b1 (needs < 3)"),
        ({"pydantic": BROKEN}, "pydantic (does not import: SystemError)"),
        ({"httpx": "__version__ = '0.26.0'"}, "httpx 0.26.0 (needs >= 0.27)"),
        ({"httpx": "__version__ = '1.0.0'"}, "httpx 1.0.0 (needs < 1)"),
        ({"httpx": ""}, "httpx 0 (needs >= 0.27)"),
    ],
)
def test_everything_imports_and_the_fault_is_named(tmp_path: Path, fakes: dict[str, str], text: str) -> None:
    assert missing(tmp_path, **fakes) == text


def test_httpx_without_what_it_stands_on_is_missing(tmp_path: Path) -> None:
    code = (
        "import importlib.util as util, sys\n"
        "found = util.find_spec\n"
        "util.find_spec = lambda name: None if name == 'httpcore' else found(name)\n"
    )
    done = python(tmp_path, f"{code}{IMPORTS}\nprint(third_party.MISSING)")
    assert done.stdout.strip() == "httpx (without httpcore)", done.stderr


def test_a_broken_httpcore_is_a_library_that_is_missing_when_a_connection_is_made(tmp_path: Path) -> None:
    code = (
        f"from {API} import errors, third_party\n"
        f"try:\n    import {API}._http.network\n"
        "except errors.ConvoxMissingLibraryError as error:\n    print(error.message)\n"
        "else:\n    print(third_party.MISSING)"
    )
    done = python(tmp_path, code, httpcore=BROKEN)
    early = "httpx (does not import: SystemError)"
    late = "httpcore, on which httpx stands, does not import (SystemError)"
    # Before 0.28 httpx imports it at once, so that httpx is what does not import.
    old = tuple(map(int, version("httpx").split(".")[:2])) < (0, 28)
    assert done.stdout.strip() == (early if old else late), done.stderr


MODEL = f"""
from __future__ import annotations
from typing import Annotated
from {API}.third_party import httpx, pydantic

class Base(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="ignore", hide_input_in_errors=True)

class Model(Base):
    name: str = pydantic.Field(default="", alias="Name")
    count: Annotated[int, pydantic.BeforeValidator(int)] = 0
    _seen: int = pydantic.PrivateAttr(default=0)

    @pydantic.field_validator("name", mode="before")
    @classmethod
    def check(cls, value: object) -> object:
        return value

    @pydantic.model_validator(mode="after")
    def whole(self) -> Model:
        return self

    @pydantic.computed_field
    @property
    def size(self) -> int:
        return 1

many = pydantic.TypeAdapter(list[Model])

class Auth(httpx.Auth):
    pass

def send(client: httpx.Client) -> httpx.Response:
    try:
        raise ValueError("ours")
    except httpx.HTTPError:
        return None
    except (httpx.TimeoutException, pydantic.ValidationError):
        return None
    except ValueError:
        return "ours passed"

print(send(None), Model.check("x") == "x", Model.whole("y") == "y", httpx.HTTPError is httpx.HTTPError)
"""


def test_the_placeholders_bear_what_a_model_file_does_to_them(tmp_path: Path) -> None:
    done = python(tmp_path, MODEL, httpx=ABSENT, pydantic=ABSENT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "ours passed True True True"


@pytest.mark.parametrize(
    "work",
    [
        "Model(name='x')",
        "Model()",
        "many.validate_python([])",
        "httpx.Client()",
        "httpx.get('http://h')",
        "httpx.HTTPError('x')",
        "pydantic.TypeAdapter(int).validate_json('1')",
        "pydantic.create_model('X')",
        "Auth()",
    ],
)
def test_a_placeholder_that_is_put_to_work_refuses(tmp_path: Path, work: str) -> None:
    done = python(tmp_path, f"{MODEL}\n{work}", httpx=ABSENT, pydantic=ABSENT)
    assert done.returncode == 1
    assert "RuntimeError" in done.stderr.splitlines()[-1]
    assert third_party.INSTALL in done.stderr.splitlines()[-1]


def test_importing_starts_no_thread_and_opens_no_socket(tmp_path: Path) -> None:
    watch = (
        "import sys, threading\nopened = []\n"
        "sys.addaudithook(lambda name, args: opened.append(name) if name.startswith('socket.') else None)\n"
    )
    done = python(tmp_path, f"{watch}{IMPORTS}\nprint(threading.active_count(), opened)")
    assert done.stdout.strip() == "1 []", done.stderr


def test_websockets_is_not_imported_before_a_stream_needs_it(tmp_path: Path) -> None:
    done = python(tmp_path, f"import sys\n{IMPORTS}\nprint('websockets' in sys.modules)")
    assert done.stdout.strip() == "False", done.stderr


def test_certifi_is_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "certifi", None)
    assert third_party.certifi_file() is None
