# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: BSD-2-Clause
"""Private to convox.rack: the DNS solvers of a rack, merged by their zones. Pure.

A rack has a list of solvers, each with an id, the zones that it is for, and a DNS provider with its settings;
a PUT replaces the list. Here a zone is what counts: which provider solves it, and how.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.convox.rack.plugins.module_utils._api import errors
from ansible_collections.convox.rack.plugins.module_utils._api.resources.letsencrypt import Config, Solver

_ROUTE53 = ("hosted-zone-id", "region", "role")


@dataclass(frozen=True)
class WantedSolver:
    """A solver as a task wants it. ``settings``: what the rack takes of its provider. ``rewrite``: its
    credentials, which no rack shows, are set each time."""

    zones: tuple[str, ...]
    provider: str
    settings: dict[str, str] = field(default_factory=dict, repr=False)
    id: int | None = None
    rewrite: bool = False

    def on_wire(self, id_: int) -> Solver:
        """As the rack takes it; a secret of Cloudflare gets the name that the CLI gives it."""
        settings: dict[str, t.Any] = dict(self.settings)
        for name in ("api-token", "api-key"):
            if name in settings:
                settings[f"{name}-secret-ref-name"] = f"cloudflare-dns-credential-{id_}"
                settings[f"{name}-secret-ref-key"] = name
        return {"id": id_, "dns-zones": list(self.zones), self.provider: settings}


@dataclass(frozen=True)
class Wanted:
    """What a task wants of the settings. None: as it is."""

    role: str | None = None
    solvers: tuple[WantedSolver, ...] = ()
    purge: bool = False


def wanted(given: dict[str, t.Any]) -> Wanted:
    """Raises ConvoxOptionError for solvers that the rack would take unchecked and that cannot work."""
    if given.get("purge_solvers") and given.get("solvers") is None:
        raise errors.ConvoxOptionError(
            "letsencrypt",
            "has purge_solvers and no solvers",
            "give the solvers that are to stay ([] for none)",
        )
    solvers = tuple(_solver(each) for each in given.get("solvers") or ())
    zones = [zone.lower() for solver in solvers for zone in solver.zones]
    twice = sorted({zone for zone in zones if zones.count(zone) > 1})
    if twice:
        raise _bad(f"names {', '.join(twice)} twice", "name each zone once")
    ids = [solver.id for solver in solvers if solver.id is not None]
    if len(ids) > len(set(ids)):
        raise _bad("gives two solvers one id", "give each an id of its own, or leave ids to the rack")
    return Wanted(given.get("role"), solvers, bool(given.get("purge_solvers")))


def _bad(problem: str, way_out: str) -> errors.ConvoxOptionError:
    return errors.ConvoxOptionError("letsencrypt", problem, way_out)


def _solver(given: dict[str, t.Any]) -> WantedSolver:
    zones = tuple(zone.strip() for zone in given["dns_zones"])
    if not zones or not all(zones) or any("," in zone or " " in zone for zone in zones):
        raise _bad("has a solver without zones, or with one that is no name", "list its zones in dns_zones")
    if given.get("id") is not None and given["id"] < 1:
        raise _bad("has a solver with an id below 1", "give 1 or more, or leave ids to the rack")
    providers = [name for name in ("route53", "cloudflare") if given.get(name) is not None]
    if len(providers) != 1:
        raise _bad(
            f"has a solver for {zones[0]} without one DNS provider", "give either route53 or cloudflare"
        )
    settings = given[providers[0]]
    if providers[0] == "route53":
        if not settings.get("role"):
            raise _bad(
                f"has a solver for {zones[0]} without a role",
                "give route53 the role that may change the zones",
            )
        values = {name: settings.get(name.replace("-", "_")) or "" for name in _ROUTE53}
        return WantedSolver(zones, "route53", values, given.get("id"))
    return WantedSolver(
        zones,
        "cloudflare",
        _cloudflare(settings, zones[0]),
        given.get("id"),
        rewrite=settings.get("update_credentials") != "on_create",
    )


def _cloudflare(settings: dict[str, t.Any], zone: str) -> dict[str, str]:
    token, key, email = (str(settings.get(name) or "") for name in ("api_token", "api_key", "email"))
    if bool(token) == bool(key) or (key and not email) or (token and email):
        raise _bad(
            f"has a solver for {zone} without credentials",
            "give cloudflare either api_token, or api_key with email",
        )
    return {"api-token": token} if token else {"api-key": key, "email": email}


def zones_of(solver: Solver) -> list[str]:
    """The zones of a solver that the rack has."""
    found = solver.get("dns-zones")
    return [str(zone) for zone in found] if isinstance(found, list) else []


def _id_of(solver: Solver) -> int:
    found = solver.get("id")
    return found if isinstance(found, int) else 0


def _fits(solver: Solver, want: WantedSolver, rewritten: bool) -> bool:
    """Whether a solver of the rack is as wanted, apart from its zones."""
    there = solver.get(want.provider)
    if not isinstance(there, dict) or want.id not in (None, _id_of(solver)):
        return False
    if want.provider == "route53":
        return all((there.get(name) or "") == value for name, value in want.settings.items())
    kind = "api-token" if "api-token" in want.settings else "api-key"
    same = bool(there.get(f"{kind}-secret-ref-name")) and (there.get("email") or "") == want.settings.get(
        "email", ""
    )
    return same and (rewritten or not want.rewrite)


def merged(config: Config, want: Wanted, *, rewritten: bool = False) -> list[Solver]:
    """The solvers as they should be. ``rewritten``: credentials were set by this task already.

    Raises ConvoxOptionError for an id that another solver has.
    """
    there = {zone.lower(): solver for solver in config.solvers for zone in zones_of(solver)}
    named = {zone.lower() for solver in want.solvers for zone in solver.zones}
    changing = [
        solver
        for solver in want.solvers
        if not all(
            zone.lower() in there and _fits(there[zone.lower()], solver, rewritten) for zone in solver.zones
        )
    ]
    moving = {zone.lower() for solver in changing for zone in solver.zones}
    kept = []
    for solver in config.solvers:
        zones = zones_of(solver)
        stay = [zone for zone in zones if zone.lower() not in moving]
        if want.purge:
            stay = [zone for zone in stay if zone.lower() in named]
        if stay or not (zones or want.purge):
            kept.append(solver if stay == zones else {**solver, "dns-zones": stay})
    # Those first that want an id, so that no other takes it.
    for each in sorted(changing, key=lambda each: each.id is None):
        kept.append(each.on_wire(_free_id(config, kept, there, each)))
    return in_order(kept)


def in_order(solvers: t.Iterable[Solver]) -> list[Solver]:
    """The same by their ids, for comparison."""
    return sorted(solvers, key=_id_of)


def _free_id(config: Config, kept: list[Solver], there: dict[str, Solver], want: WantedSolver) -> int:
    """The id that is wanted, else that of the solver whose place it takes, else the next one."""
    taken = {_id_of(solver): solver for solver in kept}
    if want.id is not None:
        if want.id in taken:
            zones = ", ".join(zones_of(taken[want.id]))
            raise _bad(f"gives {want.zones[0]} the id {want.id} of the solver for {zones}", "give another id")
        return want.id
    for zone in want.zones:
        if zone.lower() in there and _id_of(there[zone.lower()]) not in {0, *taken}:
            return _id_of(there[zone.lower()])
    return max([0, *map(_id_of, config.solvers), *taken]) + 1
