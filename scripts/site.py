# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make docs`: the docsite in build/docs/html, and what has to be true of it."""

from __future__ import annotations

import json
import shutil

from scripts import browser, environments, interpreters, site_checks, site_source, tree
from scripts.environments import BUILD
from scripts.work import Count, Skipped, Work

DOCS = BUILD / "docs"
HTML = DOCS / "html"


def _make(work: Work) -> bool:
    """Lay the source out and let Sphinx read it; answers whether there is a site."""
    docs = environments.tools("docs")
    env, source = environments.variables(docs), DOCS / "source"
    shutil.rmtree(DOCS, ignore_errors=True)
    # antsibull refuses a folder that others may write to.
    (source / "plugins").mkdir(mode=0o755, parents=True)
    words = ["collection", "--use-current", "--squash-hierarchy", "--fail-on-error"]
    command = [docs / "antsibull-docs", *words, "--dest-dir", source / "plugins", "convox.rack"]
    work.check("antsibull-docs", command, env)
    site_source.lay_out(tree.COLLECTION, source)
    words = ["--quiet", "--fail-on-warning", "--keep-going", "--nitpicky"]
    words += [f"--doctree-dir={DOCS / 'doctrees'}", f"--conf-dir={tree.COLLECTION / 'scripts' / 'docsite'}"]
    work.check("Sphinx, without a warning", [docs / "sphinx-build", *words, source, HTML], env)
    return (HTML / "index.html").is_file()


def _in_browser(work: Work) -> None:
    """Each page in a real browser; where there is none it is left to people, and counted as skipped."""
    try:
        chromium = browser.path(work)
    except Skipped as reason:
        work.say(f"skipped: {reason}")
        work.count.add(Count(skipped=1, notes=[str(reason)]))
        return
    python = interpreters.for_core(environments.USUAL_CORE)
    here = environments.make("browser", python, ["browser"])
    result = DOCS / "browser.json"
    program = tree.COLLECTION / "scripts" / "site_look.py"
    command = [here / "python", program, HTML, chromium, result]
    if not work.check(f"every page opens in {chromium}", command, environments.variables(here)):
        return
    for name, problems in json.loads(result.read_text(encoding="utf-8")).items():
        work.verdict("; ".join([name, *problems]), not problems)


def run(work: Work) -> None:
    """Make the site and look at each of its pages."""
    if not _make(work):
        return
    root = tree.COLLECTION
    for file, page in (site_source.pages(root) | site_source.plugins(root)).items():
        work.verdict(f"{file} has a page", (HTML / f"{page}.html").is_file())
    for name, problems in site_checks.look(HTML, site_source.targets(root)).items():
        work.verdict("; ".join([name, *problems]), not problems)
    _in_browser(work)
    work.say(f"\nThe start page: {(HTML / 'index.html').as_uri()}")
