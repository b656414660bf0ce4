# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of `make test` and of `make matrix`: pytest, or commands of other people's tools."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from scripts import environments, sanity, tree
from scripts.environments import BUILD, USUAL_CORE
from scripts.runner import Part, Skipped, Work

OLDEST_CORE = "2.16"
CERTIFICATION_CORE = "2.16"
# Two processes, each taking the next test that is free: most tests wait for a rack.
_PARALLEL = ("--numprocesses=2", "--dist=worksteal")
# The nouns against a rack that fails, without Ansible: once is enough, whatever the core.
_FAULTS = "tests/integration/test_faults.py"
_TESTS = {
    "unit": ("tests/unit", *_PARALLEL),
    "contract": ("tests/contract", *_PARALLEL),
    "faults": (_FAULTS, *_PARALLEL),
    "fuzz": ("tests/fuzz", "tests/model", *_PARALLEL),
    "guides": ("tests/docs", "--numprocesses=2"),
    # Tests share what a playbook did: a worker takes whole files, or whole targets (conftest.py).
    "integration": ("tests/integration", f"--ignore={_FAULTS}", "--numprocesses=2", "--dist=loadgroup"),
    # The client, the runner and what they need of Ansible.
    "oldest": ("tests/unit/api", "tests/unit/engine", "tests/unit/plugin_utils", *_PARALLEL),
    "molecule": ("tests/molecule", *_PARALLEL),
    "docs": ("tests/docsite",),
    "install": ("tests/package/test_tarball.py", "tests/package/test_install.py"),
    "importer": ("tests/package/test_importer.py",),
    "ee": ("tests/package/test_execution_environment.py",),
}
_SCHEMAS = {"github-workflows": "workflows/*", "github-issue-forms": "ISSUE_TEMPLATE/*"}
_SCHEMAS["dependabot"] = "dependabot.yml"


def _pytest(work: Work, name: str, here: Path, **more: str) -> None:
    work.pytest(here, [*_TESTS[name], *shlex.split(os.environ.get("ARGS") or "")], **more)


def _pytest_beside(work: Work, name: str, ansible: Path, **more: str) -> None:
    """Run tests of the tools in this bin folder, which need not have pytest."""
    _pytest(work, name, environments.development(), CONVOX_TEST_ANSIBLE=str(ansible), **more)


def _tests(work: Work, name: str, core: str = USUAL_CORE, python: Path | None = None) -> None:
    """Run tests: of what a user of this core has, of the tools of servers, or with this core beside them."""
    if name in ("integration", "install"):
        _pytest_beside(work, name, environments.user(core, python))
    elif name in ("importer", "ee"):
        _pytest_beside(work, name, environments.tools("importer"))
    else:
        # A few tries a noun, always the same ones, in `make test`; so many in `make fuzz`.
        tries = {"CONVOX_FUZZ": "20000"} if name == "fuzz" and work.live else {}
        _pytest(work, name, environments.development(core, python), **tries)


def _share(work: Work, name: str, core: str) -> None:
    """A share of the playbooks, see tests/integration/shares.py; "oldest" with the oldest libraries, too."""
    old = environments.make(f"oldest-core-{core}", ["libraries-oldest"], core) if name == "oldest" else None
    _pytest_beside(work, "integration", old or environments.user(core), CONVOX_TEST_SHARE=name)


def _oldest(work: Work) -> None:
    """Run tests with the oldest httpx, pydantic and core."""
    files = ["development", "libraries-oldest"]
    _pytest(work, "oldest", environments.make(f"oldest-{OLDEST_CORE}", files, OLDEST_CORE))


def _molecule(work: Work) -> None:
    """The scenarios; words in ARGS are molecule's, for this part run alone."""
    words = (os.environ.get("ARGS") or "") if work.live else ""
    work.pytest(environments.tools("molecule", "development"), _TESTS["molecule"], CONVOX_TEST_MOLECULE=words)


def _certification(work: Work) -> None:
    """Lint a checkout, wherever it lies, and import what is built from it, by the tools of Automation Hub.
    Their versions are those of partner-certification-checker; its ansible-test is `make sanity`."""
    # The workflow's own first. The core would run on 3.10, but some of what its tools bring along wants 3.11.
    python = environments.find("3.12") or environments.find("3.11")
    if python is None:
        raise environments.Unavailable("the tools of the certification need Python 3.12 or 3.11")
    pins = "constraints-certification"
    here = environments.make("certification", ["certification"], CERTIFICATION_CORE, python, pins)
    env = environments.variables(here)
    # ansible-lint has to find the collection by itself, as it does for whoever runs it in a clone.
    del env["PYTHONPATH"], env["ANSIBLE_COLLECTIONS_PATH"]
    checkout = tree.copy(BUILD / "certification" / "checkout")
    work.check("ansible-lint", [here / "ansible-lint", "--profile=production"], env, checkout)
    _pytest_beside(work, "importer", here)


def _lint(work: Work) -> None:
    """Everything that reads the code without running it, ansible-test apart."""
    tools, root = environments.tools("lint"), tree.COLLECTION
    env = environments.variables(tools)
    work.check("ruff check", [tools / "ruff", "check", "."], env)
    work.check("ruff format", [tools / "ruff", "format", "--check", "--diff", "."], env)
    work.check("what is derived", [tools / "python", "-m", "scripts.derive", "--check"], env)
    mypy = [tools / "mypy", f"--config-file={root / 'pyproject.toml'}"]
    work.check("mypy", [*mypy, (root / "plugins").relative_to(BUILD)], env, cwd=BUILD)
    work.check("licences", [tools / "reuse", "lint", "--lines"], env)
    for schema, pattern in _SCHEMAS.items():
        words = [f"--builtin-schema=vendor.{schema}", *(root / ".github").glob(pattern)]
        work.check(schema, [tools / "check-jsonschema", *words], env)
    # No workflow may run what a stranger may have put into it.
    words = ["--offline", "--no-progress", "--strict-collection", ".github"]
    work.check("zizmor", [tools / "zizmor", *words], env)
    work.check("ansible-lint", [tools / "ansible-lint", "--offline", "--profile=production"], env)


def _nox(work: Work) -> None:
    """Sessions of noxfile.py. What they would install is in the environment already, pinned."""
    here, folder = environments.tools("nox"), tree.fresh("nox")
    env = environments.variables(here)
    work.check("antsibull-nox.toml", [here / "antsibull-nox", "lint-config"], env, folder)
    for session in ("license-check", "extra-checks"):
        status, output = work.run([here / "nox", "--no-venv", "--session", session], env, folder)
        work.verdict(session, status == 0 and "Skipping " not in output)


def _doclint(work: Work) -> None:
    """antsibull's lint of documentation and changelog; what ansible-doc says of all plugins."""
    here, folder = environments.tools("docs", "development"), tree.fresh("doclint")
    env, changelog = environments.variables(here), here / "antsibull-changelog"
    words = ["--plugin-docs", "--validate-collection-refs=self", "--check-extra-docs-refs", "."]
    command = [here / "antsibull-docs", "lint-collection-docs", *words]
    status, output = work.run(command, env)
    # Its pages name its temporary folder, which RST takes for a link where the name ends in "_": 1 run in 37.
    if 'Unknown target name: "antsibull-docs-' in output:
        status, _output = work.run(command, env)
    work.verdict("lint-collection-docs", status == 0)
    work.check("ansible-doc", [here / "ansible-doc", "--metadata-dump", "convox.rack"], env)
    work.check("fragments", [changelog, "lint"], env)
    work.check("changelog.yaml", [changelog, "lint-changelog-yaml", "changelogs/changelog.yaml"], env, folder)
    work.check("generate CHANGELOG.md", [changelog, "generate"], env, folder)
    same = (folder / "CHANGELOG.md").read_bytes() == (tree.COLLECTION / "CHANGELOG.md").read_bytes()
    work.verdict("CHANGELOG.md is what changelog.yaml says", same)


def _docs(work: Work) -> None:
    """The docsite in build/docs/html, and what has to be true of it."""
    here, source = environments.tools("docs", "development"), tree.fresh("docs")
    env, html = environments.variables(here), BUILD / "docs" / "html"
    # antsibull refuses a folder that others may write to.
    (source / "plugins").chmod(0o755)
    words = ["--use-current", "--squash-hierarchy", "--fail-on-error", "--dest-dir=plugins", "convox.rack"]
    work.check("antsibull-docs", [here / "antsibull-docs", "collection", *words], env, source)
    shutil.copy(source / "scripts" / "docsite" / "index.md", source)
    words = ["--quiet", "--fail-on-warning", "--keep-going", "--nitpicky", "--conf-dir=scripts/docsite"]
    command = [here / "sphinx-build", *words, f"--doctree-dir={BUILD / 'docs' / 'doctrees'}", ".", html]
    if work.check("Sphinx, without a warning", command, env, source) or html.exists():
        _pytest(work, "docs", here, CONVOX_TEST_SITE=str(html))
        work.say(f"\nThe start page: {(html / 'index.html').as_uri()}")


_CELL: dict[str, Callable[..., None]] = {"sanity": sanity.run}
_CELL |= {name: partial(_tests, name=name) for name in ("unit", "integration")}


def _absent(version: str, _work: Work) -> None:
    raise Skipped(f"Python {version} is not here")


def _cells(core: str, *names: str) -> list[Part]:
    """These parts of one core with each of its Pythons; a row that says so for one that is not here."""
    parts = []
    for version, python in environments.of_core(core).items():
        for name in names if python else names[:1]:
            run = partial(_CELL[name], core=core, python=python)
            parts.append(Part(f"{name} {core} {version}", run if python else partial(_absent, version)))
    return parts


def matrix(only: str = "") -> list[Part]:
    """Each core, or the one given, with each Python that may run it and is here."""
    return [part for core in ([only] if only else environments.CORES) for part in _cells(core, *_CELL)]


def _sanity(core: str) -> list[Part]:
    """The core that was asked for with each of its Pythons, else the oldest and the newest that run here."""
    cores = dict.fromkeys([environments.possible()[0], environments.possible()[-1]])
    usual = [Part(f"sanity {each}", partial(sanity.run, core=each)) for each in cores]
    return _cells(core, "sanity") if core else usual


def _integration(core: str) -> list[Part]:
    """All tests with a core that was asked for; else the newest and the oldest share them."""
    if core:
        return [Part(f"integration {core}", partial(_tests, name="integration", core=core))]
    shares = (("newest", environments.possible()[-1]), ("oldest", OLDEST_CORE))
    return [Part(f"integration {core}", partial(_share, name=name, core=core)) for name, core in shares]


def wanted(name: str, core: str = "") -> list[Part]:
    """The parts of `make NAME`, all for "test", in the order in which they start: the slowest first.

    A core given is used by all that run with one.
    """

    def tested(name: str) -> Part:
        return Part(name, partial(_tests, name=name, core=core or USUAL_CORE))

    parts = [
        *_integration(core),
        tested("guides"),
        Part("molecule", _molecule),
        Part("lint", _lint),
        *map(tested, ("faults", "fuzz")),
        *_sanity(core),
        *map(tested, ("unit", "contract")),
        Part("oldest", _oldest),
        *[Part("certification", _certification)] * (name != "test"),
        Part("docs", _docs),
        Part("doclint", _doclint),
        *map(tested, ("importer", "install", "ee")),
        Part("nox", _nox),
    ]
    return [part for part in parts if name in ("test", part.name.split()[0])]
