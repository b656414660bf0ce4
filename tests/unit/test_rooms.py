# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checkout keeps the rules about files and imports; and each rule can tell when one does not."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.unit import rooms

ROOT = Path(__file__).resolve().parents[2]
Rule = Callable[[Path], list[str]]
RULES: tuple[Rule, ...] = (
    rooms.upward_imports,
    rooms.nouns_of_others,
    rooms.circles,
    rooms.ansible_in_the_client,
    rooms.controller_code_elsewhere,
    rooms.library_imports,
    rooms.lazy_imports,
    rooms.long_files,
    rooms.filled_inits,
    rooms.asserts,
    rooms.licences,
)
HEAD = f"{rooms.COPYRIGHT}\n{rooms.LICENCE}"
GPL, BSD = f"{HEAD}GPL-3.0-or-later\n", f"{HEAD}BSD-2-Clause\n"
UTILS = f"{rooms.OURS}module_utils"
CONTROLLER = f"from {rooms.OURS}plugin_utils import b\n"


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A small tree that keeps every rule."""
    files = {
        "plugins/action/convox_a.py": f"{GPL}from {UTILS}._modules.a import noun\n{CONTROLLER}",
        "plugins/modules/convox_a.py": f"{GPL}{rooms.GPL_LINE}\nfrom {UTILS} import _runner\n",
        "plugins/plugin_utils/b.py": f"{GPL}from ansible import errors\nfrom {UTILS} import _runner\n",
        "plugins/module_utils/_runner.py": f"{BSD}from {UTILS} import _converge\n",
        "plugins/module_utils/_converge.py": f"{BSD}from ansible.module_utils.basic import AnsibleModule\n",
        "plugins/module_utils/_modules/a/noun.py": (
            f"{BSD}from {UTILS}._shared import a\nimport {UTILS}._modules.a.b\n"
        ),
        "plugins/module_utils/_shared/a.py": f"{BSD}from {UTILS}._api.third_party import httpx\n",
        "plugins/module_utils/_api/third_party.py": f"{BSD}import httpx\n",
        "plugins/module_utils/_api/__init__.py": "",
        "plugins/doc_fragments/rack.py": GPL + "class F:\n    DOCUMENTATION = '''" + "a\n" * 400 + "'''\n",
        "scripts/run.py": f"{GPL}assert True\n",
    }
    for path, text in files.items():
        write(tmp_path, path, text)
    return tmp_path


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_checkout_keeps_the_rule(rule: Rule) -> None:
    assert rule(ROOT) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_has_no_word_against_a_good_tree(rule: Rule, good: Path) -> None:
    assert rule(good) == []


BAD = [
    (rooms.upward_imports, "plugins/module_utils/_modules/x/noun.py", f"from {UTILS} import _converge"),
    (rooms.upward_imports, "plugins/module_utils/_shared/x.py", f"from {UTILS}._modules.a import noun"),
    (rooms.upward_imports, "plugins/module_utils/_api/x.py", f"import {UTILS}._shared.a"),
    (rooms.upward_imports, "plugins/module_utils/_outcome.py", f"from {UTILS} import _runner"),
    (rooms.upward_imports, "plugins/module_utils/_runner.py", f"from {rooms.OURS}plugin_utils import b"),
    (rooms.upward_imports, "plugins/action/x.py", f"from {rooms.OURS}modules import convox_a"),
    (rooms.upward_imports, "plugins/doc_fragments/x.py", f"from {UTILS}._api import errors"),
    (rooms.upward_imports, "plugins/module_utils/_shared/x.py", "from .._api import errors"),
    (rooms.upward_imports, "plugins/module_utils/_shared/x.py", f"def f():\n    import {UTILS}._runner"),
    (rooms.upward_imports, "plugins/module_utils/_api/client.py", f"from {UTILS}._api.resources import apps"),
    (
        rooms.nouns_of_others,
        "plugins/module_utils/_modules/b/noun.py",
        f"from {UTILS}._modules.a import noun",
    ),
    (rooms.circles, "plugins/module_utils/_converge.py", f"from {UTILS} import _runner"),
    (rooms.circles, "plugins/module_utils/_shared/a.py", f"from {UTILS}._shared import a"),
    (rooms.ansible_in_the_client, "plugins/module_utils/_api/x.py", "import ansible.module_utils.basic"),
    (
        rooms.ansible_in_the_client,
        "plugins/module_utils/_runner.py",
        "from ansible.errors import AnsibleError",
    ),
    (rooms.ansible_in_the_client, "plugins/module_utils/_runner.py", "from ansible import errors"),
    (rooms.ansible_in_the_client, "plugins/modules/x.py", "from ansible.utils.display import Display"),
    (rooms.controller_code_elsewhere, "plugins/modules/x.py", f"from {rooms.OURS}plugin_utils.b import c"),
    (rooms.controller_code_elsewhere, "plugins/module_utils/x.py", f"import {rooms.OURS}plugin_utils"),
    (rooms.library_imports, "plugins/module_utils/_api/transport.py", "import httpx"),
    (rooms.library_imports, "plugins/lookup/x.py", "from pydantic import BaseModel"),
    (rooms.library_imports, "plugins/module_utils/_shared/x.py", "import websockets.sync.client"),
    (rooms.library_imports, "plugins/module_utils/_api/third_party.py", "import importlib"),
    (rooms.lazy_imports, "plugins/action/x.py", f"def run():\n    from {UTILS}._modules.a import noun"),
    (rooms.long_files, "plugins/module_utils/x.py", "a = 1\n" * 301),
    (rooms.long_files, "tests/unit/x.py", "a = 1\n" * 301),
    (rooms.filled_inits, "plugins/module_utils/_api/__init__.py", "a = 1"),
    (rooms.filled_inits, "tests/unit/__init__.py", "\n"),
    (rooms.asserts, "plugins/lookup/x.py", "def f():\n    assert f"),
    (rooms.licences, "plugins/lookup/x.py", f"{BSD}a = 1"),
    (rooms.licences, "plugins/module_utils/x.py", f"{GPL}a = 1"),
    (rooms.licences, "plugins/modules/x.py", f"{GPL}a = 1"),
    (rooms.licences, "tests/x.py", f"{rooms.LICENCE}GPL-3.0-or-later\na = 1"),
]


@pytest.mark.parametrize(("rule", "path", "text"), BAD, ids=lambda value: getattr(value, "__name__", None))
def test_the_rule_names_the_file_that_breaks_it(rule: Rule, path: str, text: str, good: Path) -> None:
    write(good, path, text)
    complaints = rule(good)
    assert complaints
    assert all(complaint.startswith(path) for complaint in complaints)


def names_of_modules(root: Path) -> dict[str, set[str]]:
    """Every list of the modules that there is, by where it is kept."""
    meta = yaml.safe_load((root / "meta/runtime.yml").read_text(encoding="utf-8"))
    lists = {"action group": set(meta["action_groups"]["rack"])}
    for folder in ("modules", "action"):
        lists[folder] = {path.stem for path in (root / "plugins" / folder).glob("convox_*.py")}
    lists["documentation"] = {
        yaml.safe_load(documentation(path))["module"] for path in (root / "plugins/modules").glob("*.py")
    }
    return lists


def documentation(path: Path) -> str:
    """The DOCUMENTATION string of a module."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DOCUMENTATION":
            return str(ast.literal_eval(node.value))
    return "module: none"


def differences(lists: dict[str, set[str]]) -> dict[str, list[str]]:
    """What each list lacks that another one has."""
    everything = set().union(*lists.values())
    return {place: sorted(everything - names) for place, names in lists.items() if everything - names}


def test_modules_action_plugins_group_and_documentation_are_the_same_list() -> None:
    lists = names_of_modules(ROOT)
    assert differences(lists) == {}
    assert lists["modules"]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("plugins/modules/convox_b.py", "modules"),
        ("plugins/action/convox_b.py", "action"),
        ("meta/runtime.yml", "action group"),
    ],
)
def test_a_module_missing_in_one_list_is_named(path: str, place: str, tmp_path: Path) -> None:
    group = {"action_groups": {"rack": ["convox_a", "convox_b"]}}
    write(tmp_path, "meta/runtime.yml", yaml.safe_dump(group))
    for name in ("convox_a", "convox_b"):
        write(tmp_path, f"plugins/modules/{name}.py", f"DOCUMENTATION = 'module: {name}'\n")
        write(tmp_path, f"plugins/action/{name}.py", "")
    assert differences(names_of_modules(tmp_path)) == {}
    if path.endswith(".yml"):
        write(tmp_path, path, yaml.safe_dump({"action_groups": {"rack": ["convox_a"]}}))
    else:
        (tmp_path / path).unlink()
    assert differences(names_of_modules(tmp_path))[place] == ["convox_b"]


def test_a_module_documented_under_another_name_is_named(tmp_path: Path) -> None:
    write(tmp_path, "meta/runtime.yml", yaml.safe_dump({"action_groups": {"rack": ["convox_a"]}}))
    write(tmp_path, "plugins/modules/convox_a.py", "DOCUMENTATION = 'module: convox_c'\n")
    write(tmp_path, "plugins/action/convox_a.py", "")
    assert differences(names_of_modules(tmp_path))["documentation"] == ["convox_a"]
