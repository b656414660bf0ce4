# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private to convox.rack: what the page of the playbook ``report`` shows, of what the modules have read.

Pure: the same racks and time give the same page. Every text is escaped for HTML here, once, so that the
template cannot forget it. Nothing is taken over that is not named here: no env, no parameter, no url.
"""

from __future__ import annotations

import datetime
import html
import typing as t
from collections import Counter

DAYS = 14
MOST_RELEASES = 20
#: A list that is longer is folded up at first.
LONG = 24
# Of a plot, in its own units: the width of a day, and the height of its highest bar.
_DAY_WIDTH, _HEIGHT = 20, 48
_GOOD = ("running", "complete", "active")
_BUSY = ("updating", "creating", "pending", "rollback", "starting", "deleting", "installing")
Given = t.Mapping[str, t.Any]


def view(racks: t.Sequence[Given], now: datetime.datetime) -> dict[str, t.Any]:
    """The racks, each a dictionary of ``name``, ``problem``, ``rack`` and ``apps``, as the template needs
    them."""
    shown = [_rack(number, each, now) for number, each in enumerate(racks, start=1)]
    read = [each for each in shown if not each["problem"]]
    return {
        "racks": shown,
        "time": time_of(now.isoformat()),
        "totals": [
            {"name": "racks", "count": len(shown)},
            *({"name": name, "count": sum(each["counts"][name] for each in read)} for name in _COUNTED),
        ],
        "attention": [each for each in shown if each["attention"]],
    }


_COUNTED = ("apps", "services", "processes")


def _rack(number: int, given: Given, now: datetime.datetime) -> dict[str, t.Any]:
    name, rack = _text(given.get("name")), given.get("rack") or {}
    listed = [_App(each) for each in given.get("apps") or ()]
    most = max([app.wanted for app in listed], default=0)
    problem = _text(given.get("problem"))
    status = _text(rack.get("status")) if not problem else "not read"
    capacity = _capacity(rack.get("capacity") or {})
    apps = [app.shown(most) for app in listed]
    services = [service for app in listed for service in app.services(most)]
    attention = [problem] if problem else []
    attention += [f"the rack is {status}"] if not problem and tone(status) == "bad" else []
    full = [each for each in capacity if each["tone"] == "bad"]
    attention += [f"processes ask for {each['percent']} % of its {each['words']}" for each in full]
    attention += [words for app in listed for words in app.attention()]
    return {
        "anchor": f"rack-{number}",
        "name": name,
        "problem": problem,
        "status": status,
        "tone": "bad" if problem else tone(status),
        "facts": _facts(rack),
        "counts": {
            "apps": len(listed),
            "services": len(services),
            "processes": sum(app.running for app in listed),
        },
        "capacity": capacity,
        "apps": apps,
        "services": services,
        "releases": _releases(listed),
        "days": days([each for app in listed for each in app.times()], now),
        "attention": attention,
        "folded": len(services) > LONG,
    }


def _facts(rack: Given) -> list[dict[str, str]]:
    found = [(name, _text(rack.get(name))) for name in ("version", "provider", "region", "domain")]
    return [{"name": name, "value": value} for name, value in found if value]


class _App:
    """One app as the modules read it."""

    def __init__(self, given: Given) -> None:
        self.name = _text(given.get("name"))
        self.status = _text(given.get("status"))
        self.release = str(given.get("release") or "")
        self._locked = bool(given.get("locked"))
        self._services: list[Given] = list(given.get("services") or ())
        self._releases: list[Given] = list(given.get("releases") or ())
        up = [each for each in given.get("processes") or () if each.get("status") == "running"]
        # Of this app's services: builds and commands are processes, too.
        self._up = Counter(str(each.get("service")) for each in up)
        self.wanted = sum(_number(each.get("count")) for each in self._services)
        self.running = sum(self._up[str(each.get("name"))] for each in self._services)

    def shown(self, most: int) -> dict[str, t.Any]:
        active = next((each for each in self._releases if each.get("id") == self.release), {})
        return {
            "name": self.name,
            "status": self.status,
            "tone": tone(self.status),
            "locked": self._locked,
            "release": _text(self.release),
            "released": time_of(active.get("created")),
            **process_bar(self.running, self.wanted, most),
        }

    def services(self, most: int) -> list[dict[str, t.Any]]:
        return [
            {
                "app": self.name,
                "name": _text(each.get("name")),
                "cpu": cores(_number(each.get("cpu"))),
                "memory": size(_number(each.get("memory")), "MiB"),
                "domain": _text(each.get("domain")) if each.get("ports") else "",
                **process_bar(self._up[str(each.get("name"))], _number(each.get("count")), most),
            }
            for each in self._services
        ]

    def releases(self) -> list[dict[str, t.Any]]:
        return [
            {
                "app": self.name,
                "id": _text(each.get("id")),
                "active": each.get("id") == self.release,
                "description": _text(each.get("description")),
                "created": time_of(each.get("created")),
            }
            for each in self._releases
        ]

    def times(self) -> list[datetime.datetime]:
        found = (parsed(each.get("created")) for each in self._releases)
        return [each for each in found if each is not None]

    def attention(self) -> list[str]:
        """What somebody should look at, in words."""
        if tone(self.status) == "bad":
            return [f"app {self.name} is {self.status}"]
        if tone(self.status) == "busy" or self.running >= self.wanted:
            return []
        return [f"app {self.name} runs {self.running} of {self.wanted} processes"]


def _releases(listed: t.Sequence[_App]) -> list[dict[str, t.Any]]:
    """The newest of all apps."""
    found = [release for app in listed for release in app.releases()]
    found.sort(key=lambda each: (each["created"]["iso"], each["app"], each["id"]), reverse=True)
    return found[:MOST_RELEASES]


def _capacity(given: Given) -> list[dict[str, t.Any]]:
    kinds: list[tuple[str, str, t.Callable[[float], str]]] = [
        ("CPU", "cpu", cores),
        ("Memory", "memory", lambda value: size(value, "MB")),
        ("GPU", "gpu", lambda value: f"{value:g}"),
    ]
    shown = []
    for name, key, words in kinds:
        there, asked = _number(given.get(f"cluster_{key}")), _number(given.get(f"process_{key}"))
        if there:
            percent = round(100 * asked / there)
            level = "bad" if percent > 95 else "busy" if percent > 80 else "good"
            shown.append(
                {"name": name, "asked": words(asked), "there": words(there), "percent": percent}
                | {
                    "width": min(percent, 100),
                    "tone": level,
                    "words": name.lower() if key == "memory" else name,
                }
            )
    return shown


def process_bar(running: int, wanted: int, most: int) -> dict[str, t.Any]:
    """A bar of processes, its parts in hundredths of the longest."""
    of = max(most, 1)
    return {
        "running": running,
        "wanted": wanted,
        "full": min(round(100 * running / of), 100),
        "frame": min(round(100 * wanted / of), 100),
        "level": "good" if running >= wanted else "bad" if not running else "busy",
    }


def days(times: t.Iterable[datetime.datetime], now: datetime.datetime) -> dict[str, t.Any]:
    """A plot of how many there were on each of the last days."""
    today = now.date()
    first = today - datetime.timedelta(days=DAYS - 1)
    counts = Counter(each.date() for each in times)
    most = max([counts[first + datetime.timedelta(days=n)] for n in range(DAYS)], default=0)
    bars = []
    for number in range(DAYS):
        day = first + datetime.timedelta(days=number)
        height = round(_HEIGHT * counts[day] / most) if most else 0
        bars.append(
            {"day": day.isoformat(), "count": counts[day], "x": number * _DAY_WIDTH, "y": _HEIGHT - height}
            | {"height": height}
        )
    return {
        "bars": bars,
        "total": sum(each["count"] for each in bars),
        "most": most,
        "first": first.isoformat(),
        "last": today.isoformat(),
        "width": DAYS * _DAY_WIDTH,
        "height": _HEIGHT,
        "bar": _DAY_WIDTH - 4,
    }


def tone(status: str) -> str:
    """good, busy or bad."""
    return "good" if status in _GOOD else "busy" if status in _BUSY else "bad"


def cores(thousandths: float) -> str:
    return f"{thousandths / 1000:g} cores" if thousandths != 1000 else "1 core"


def size(value: float, unit: str) -> str:
    """Megabytes of either kind; gigabytes from ten thousand on."""
    if value < 10_000:
        return f"{value:g} {unit}"
    return f"{value / (1024 if unit == 'MiB' else 1000):.1f} {unit.replace('M', 'G')}"


def parsed(given: t.Any) -> datetime.datetime | None:
    """A time of a rack, to the second; None for none."""
    try:
        return datetime.datetime.strptime(str(given or "")[:19], "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        return None


def time_of(given: t.Any) -> dict[str, str]:
    """A time for machines and for people."""
    found = parsed(given)
    if found is None:
        return {"iso": "", "words": ""}
    return {"iso": found.strftime("%Y-%m-%dT%H:%M:%SZ"), "words": found.strftime("%Y-%m-%d %H:%M")}


def _number(given: t.Any) -> t.Any:
    return given if isinstance(given, (int, float)) else 0


def _text(given: t.Any) -> str:
    return html.escape(str(given)) if given not in (None, "") else ""
