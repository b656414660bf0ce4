# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m tests.practice_rack --port 5443 --password secret``: a rack until it is interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from dataclasses import fields
from typing import Any

from tests.practice_rack.server import PracticeRack
from tests.practice_rack.settings import PROFILES, Settings

_SHORT = {"lag_seconds": ["--lag"]}


def parser() -> argparse.ArgumentParser:
    """Every setting is an option; ``--deploy-key KEY`` or ``KEY=ROLE`` may come several times."""
    found = argparse.ArgumentParser(prog="python -m tests.practice_rack", description=__doc__)
    found.add_argument("--port", type=int, default=0, help="0 (the default) picks a free one")
    found.add_argument("--tls", action="store_true", help="https, with a certificate of its own authority")
    found.add_argument("--seed", type=int, help="the same ids at each start")
    found.add_argument(
        "--deploy-key", action="append", default=[], metavar="KEY[=ROLE]", help="roles: r, rw, rwa"
    )
    for setting in fields(Settings):
        if setting.name in ("deploy_keys", "default_parameters", "rack_parameters"):
            continue
        names = ["--" + setting.name.replace("_", "-"), *_SHORT.get(setting.name, [])]
        default = setting.default
        if isinstance(default, bool):
            found.add_argument(*names, action=argparse.BooleanOptionalAction, default=default)
        elif setting.name == "profile":
            found.add_argument(*names, choices=sorted(PROFILES), default=default)
        else:
            found.add_argument(*names, type=type(default), default=default)
    return found


def main(arguments: list[str] | None = None) -> None:
    given: dict[str, Any] = vars(parser().parse_args(arguments))
    keys = [key.partition("=") for key in given.pop("deploy_key")]
    given["deploy_keys"] = {key: role or None for key, _unused, role in keys}
    rack = PracticeRack(**given)
    # uvicorn ends in good order on this signal and then raises it again.
    signal.signal(signal.SIGTERM, lambda *_unused: sys.exit(0))
    threading.Thread(target=_announce, args=(rack,), daemon=True).start()
    try:
        rack.serve()
    except KeyboardInterrupt:
        pass
    finally:
        rack.close()


def _announce(rack: PracticeRack) -> None:
    while not rack.server.started:
        threading.Event().wait(0.01)
    if rack.ca_path:
        print(f"practice rack authority: {rack.ca_path}", flush=True)
    print(f"practice rack listening on {rack.url}", flush=True)


if __name__ == "__main__":
    main()
