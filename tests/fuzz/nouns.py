# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every noun that there is, and options for it: what means something, and what does not."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from ansible_collections.convox.rack.plugins.module_utils import _options
from tests.certs import make
from tests.fuzz import files

ROOT = Path(__file__).resolve().parents[2]
ENV_CANARY = "canary-of-the-env-7f3a"
BUILD_CANARY = "canary-of-a-build-arg-91cc"
# In every option that is a secret by its argument spec; as a value, and as a name of one that holds ``=``.
OPTION_CANARY = "canary-of-an-option-b7d4"
OPTION_NAME = f"A={OPTION_CANARY}"
AUTHORITY = make("authority", authority=True)
PAIR = make("gen.example.org", "gen.example.org", by=AUTHORITY)
# Values under which an option means something on the racks of worlds.py. An option that is not here gets
# some by its type (`_BY_TYPE`), its choices, and a canary if it is a secret.
MEANING: dict[str, tuple[Any, ...]] = {
    "app": ("web", "web", "web", "gone"),
    "name": ("web", "worker", "active", "latest", "nothing"),
    "release": ("RAAAAAAAAAB", "RAAAAAAAAAC", "latest", "previous", "RNOTHERE"),
    "build": ("BAAAAAAAAAB", "B1", "BNOTHERE"),
    "build_from": ("active", "RAAAAAAAAAB"),
    "env_from": ("active", "RAAAAAAAAAB"),
    "variables": ({"A": "1"}, {"TOKEN": ENV_CANARY, "B": None}, {"LONG": "x" * 1000}, {}),
    "unset": (["A"], ["TOKEN", "NOTHING"]),
    "masked_keys": (["TOKEN"], []),
    "parameters": ({"BuildCpu": 512}, {"BuildMem": ""}, {"Other": "x"}),
    "build_args": ({"A": BUILD_CANARY}, ["B=1"]),
    "id": (
        "node-2",
        "wf-deploy",
        ["web-1"],
        ["RNOTHERE", "web-2"],
        ["BAAAAAAAAAB"],
        "B1",
        "BNOTHERE",
        "active",
        "latest",
        "cert-a",
        "ca",
    ),
    "content": ("hello", ENV_CANARY),
    "mode": ("0644", 0o600, "u+x"),
    "transfer_timeout": (5, 60),
    "command": ("echo hi", "sh -c 'exit 3'", "cat", "sh -c 'x"),
    "argv": (["echo", "hi"], [""]),
    "process": ("web", "web-1", "pod"),
    "env": ({"A": "1"}, {"TOKEN": ENV_CANARY}),
    "stdin": ("one\ntwo\n",),
    "run_timeout": (1, 30),
    "cpu_limit": (256,),
    "memory_limit": (512,),
    "volumes": ({"/data": "/mnt"},),
    "service": ("web", "worker", "nothing"),
    "status": (["running"], ["crashed", "failed"], ["dead"], ["c*", "updating"], [200, 404], [500]),
    "older_than": ("0s", "1h", "soon"),
    "url": ("https://code.test/source.tgz", "https://code.test/fail.tgz", "https://code.test/crash.tgz"),
    "git_sha": ("0123456789abcdef0123456789abcdef01234567",),
    "count": (0, 1, 3),
    "min": (1, 2),
    "max": (2, 5),
    "cpu": (128,),
    "memory": (256,),
    "gpu": (0, 1),
    "gpu_vendor": ("nvidia",),
    "image": ("registry.test/web:1", "registry.test/fail:1"),
    "image_username": ("me",),
    "image_password": (BUILD_CANARY,),
    "manifest_content": ("services:\n  web:\n    image: httpd\n",),
    "ignore_file": (".dockerignore",),
    "triggers": ({"cpu": 70, "min": 1, "max": 4}, {"memory": "80"}, {}),
    "limit": (1, 20),
    "since": ("10m", "1h30m", "5"),
    "tail": (1, 50),
    "filter": ("web", "(?i)READY"),
    "max_lines": (1, 100),
    "idle": (0.5, 3.0),
    "version": ("3.24.9", "3.25.0", "3.30.1", "20190111211123"),
    "letsencrypt": (
        {"solvers": [{"dns_zones": ["a.test"], "route53": {"role": "arn"}}]},
        {"role": "arn", "solvers": [], "purge_solvers": True},
        {"solvers": [{"dns_zones": ["b.test"], "cloudflare": {"api_token": OPTION_CANARY}}]},
    ),
    "metrics": (["process:cpu"],),
    "start": ("2026-11-24T14:00:00Z",),
    "end": ("2026-11-24T15:00:00+01:00", "2027-01-01"),
    "period": (60,),
    "checks": ("overview", ["init", "unhealthy"]),
    "services": ("web", ["web", "worker"]),
    "lines": (1, 50),
    "parallel": (1, 4),
    "type": ("webhook", "postgres", "redis", "t3.large"),
    "include": (["types"], [], ["processes"], ["parameters", "outputs", "racks"], ["metrics", "machines"]),
    "branch": ("main",),
    "commit": ("4f2c9e1",),
    "links": (["web"], []),
    "path": ("/apps", "/apps/web", "/apps/web/builds", "/apps/gone", "/system", "/nothing", "/apps/web/logs"),
    "query": ({"limit": 3}, {"service": ["web"]}),
    "form": ({"lock": True}, {"parameters": {"BuildMem": 1}}, {"name": "other"}),
    "json": ({"a": [1, None]}, "[]"),
    "headers": ({"X-A": 1},),
    "fail_fast_after": (0.0, 5.0),
    "wait_timeout": (5, 40),
    "poll_interval": (0.5, 2.0),
    "monthly_cap_usd": (100.0, 0.5),
    "alert_threshold_percent": (0, 50),
    "pricing_adjustment": (0.5, 1.0),
    "hours": (1, 8760),
    "server": ("ghcr.io/org", "registry.example.com"),
    "domains": (["gen.example.org"], ["a.example.org", "b.example.org"]),
    "pub": (PAIR.pem, PAIR.key),
    "key": (PAIR.key,),
    "chain": (AUTHORITY.pem, PAIR.pem),
    "domain": ("gen.example.org",),
    "expires_within": (0, 30),
    "renew_before": (0, 30),
    "duration": ("2160h",),
    "port": (443,),
    "value": ("{}", "two\nlines", ENV_CANARY, ""),
    "promote_timeout": (5, 60),
}
# Values of which nobody knows what they mean. None of them is a secret.
NASTY: tuple[Any, ...] = (
    "",
    " ",
    ".",
    "..",
    "a/b",
    "\ud800",
    "nul\x00",
    "line\nbreak",
    "\x1b[31m",
    "é" * 300,
    "{{ x }}",
    "x" * 5000,
    "none",
    0,
    -1,
    2**63,
    1e10,
    1.5,
    float("inf"),
    float("nan"),
    True,
    False,
    [],
    ["\ud800"],
    [None],
    {},
    {"": ""},
    {"A": None},
    {"A=B": "x"},
    {"\ud800": "x"},
    {"A": "\ud800"},
    {"A": {"b": 1}},
    {"A": [1]},
    {"A": 1.5},
    {"A": "line\nbreak"},
)


def _classes() -> dict[str, _options.NounClass]:
    found = {}
    for path in sorted((ROOT / "plugins" / "modules").glob("convox_*.py")):
        noun = path.stem.removeprefix("convox_")
        place = f"ansible_collections.convox.rack.plugins.module_utils._modules.{noun}.noun"
        name = "".join(word.capitalize() for word in noun.split("_")) + "Noun"
        found[noun] = getattr(importlib.import_module(place), name)
    return found


#: name of the noun -> its class
NOUNS = _classes()
# What an option means of which MEANING says nothing, by its type.
_BY_TYPE: dict[str, tuple[Any, ...]] = {
    "bool": (True, False),
    "int": (1, 3),
    "float": (0.5, 5.0),
    "list": (["web"], ["text", "other"]),
    "dict": ({"A": "1"}, {}),
    "path": files.NAMES,
}


def meant(noun: str, name: str) -> tuple[Any, ...]:
    """Values under which an option may mean something."""
    spec = NOUNS[noun].ARGUMENTS[name]
    found: tuple[Any, ...] = MEANING.get(name, ()) + tuple(spec.get("choices", ()))
    kind = spec.get("type", "str")
    if kind in ("bool", "path") or not found:
        found += _BY_TYPE.get(kind, ("text", "web"))
    return found + secrets(noun, name)


def secrets(noun: str, name: str) -> tuple[Any, ...]:
    """The same of an option that is a secret by its argument spec, each with the canary."""
    spec = NOUNS[noun].ARGUMENTS[name]
    if not spec.get("no_log") and name not in NOUNS[noun].SECRET_OPTIONS:
        return ()
    by_type: dict[str, tuple[Any, ...]] = {
        "dict": ({"A": OPTION_CANARY, OPTION_NAME: "1"}, {"A": OPTION_CANARY}),
        "list": ([OPTION_CANARY],),
        "raw": ({"A": OPTION_CANARY}, [f"A={OPTION_CANARY}"], OPTION_CANARY),
    }
    return by_type.get(spec.get("type", "str"), (OPTION_CANARY, OPTION_CANARY, f"{OPTION_CANARY}\nline"))


def _value(noun: str, name: str) -> st.SearchStrategy[Any]:
    good = meant(noun, name)
    # One in eight is nonsense: with more, no task gets as far as the rack.
    return st.integers(0, 7).flatmap(lambda n: st.sampled_from(NASTY) if n == 7 else st.sampled_from(good))


def options(noun: str) -> st.SearchStrategy[dict[str, Any]]:
    """Options of a noun's module, without those of the connection: as a rule such that fit together."""
    arguments, constraints = NOUNS[noun].ARGUMENTS, NOUNS[noun].CONSTRAINTS
    every = {name: _value(noun, name) for name in arguments}
    if noun == "app":
        every["name"] = st.just("web")
    if noun == "file":
        # Without a src that means something nothing comes from the rack to this machine.
        every["dest"] = st.sampled_from(["/tmp/a", "/tmp/a/", "tmp/a", "/", "/a,b"])
    required = [name for name, spec in arguments.items() if spec.get("required")]
    optional = sorted(set(arguments) - set(required))
    few = st.lists(st.sampled_from(optional), max_size=4, unique=True) if optional else st.just([])
    # Of each group one is needed; which of them, is drawn.
    needed = [st.sampled_from(sorted(group)) for group in constraints.get("required_one_of", ())]

    def drawn(chosen: tuple[list[str], list[str]]) -> st.SearchStrategy[dict[str, Any]]:
        names = [*required, *chosen[1]]
        for name in chosen[0]:
            if not _excluded(name, names, constraints):
                names.append(name)
        return st.fixed_dictionaries({name: every[name] for name in sorted(set(names))}).flatmap(completed)

    def completed(given: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
        more = st.fixed_dictionaries({name: every[name] for name in sorted(lacking(noun, given))})
        return more.map(lambda found: {**given, **found})

    return st.tuples(few, st.tuples(*needed).map(list)).flatmap(drawn)


def _excluded(name: str, names: list[str], constraints: dict[str, Any]) -> bool:
    groups = constraints.get("mutually_exclusive", ())
    return any(name in group and any(other in group for other in names) for group in groups)


def lacking(noun: str, given: dict[str, Any]) -> set[str]:
    """What the options that are given need beside them."""
    arguments, constraints = NOUNS[noun].ARGUMENTS, NOUNS[noun].CONSTRAINTS
    need: set[str] = set()
    for key, value, names, *any_of in constraints.get("required_if", ()):
        there = given[key] if key in given else arguments[key].get("default")
        if there == value and not (any_of and any_of[0] and any(name in given for name in names)):
            need |= set(names)
    for group in constraints.get("required_together", ()):
        need |= set(group) if any(name in given for name in group) else set()
    for name, names in constraints.get("required_by", {}).items():
        need |= ({names} if isinstance(names, str) else set(names)) if name in given else set()
    return {name for name in need - set(given) if not _excluded(name, list(given), constraints)}
