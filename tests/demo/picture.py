# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make picture``: run the demo and draw two of its steps, a deploy and a failed one, as terminal windows.

Nothing is retouched, but for the name of the folder that the demo runs in, and lines that are left out.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.demo.__main__ import PACE, Demo
from tests.demo.terminal import draw
from tests.practice_rack.server import PracticeRack

_LEFT_OUT = "\033[2m...\033[0m\n"


def from_task(output: str, name: str) -> str:
    """The output without what comes before a task."""
    found = re.search(rf"^.*TASK \[{re.escape(name)}\]", output, re.MULTILINE)
    if found is None:
        raise ValueError(f"no task {name} in the output")
    return output[found.start() :]


def main(folder: Path, images: Path) -> None:
    """Draw ``deploy.svg`` and ``failed.svg`` into ``images``."""
    images.mkdir(parents=True, exist_ok=True)
    with PracticeRack(password="of-the-picture", seed=1, **PACE) as rack:
        demo = Demo(folder, rack, color=True)
        demo.prepare()
        deploy, failed = demo.deploy(), demo.crash()
    failed = _LEFT_OUT + from_task(failed, "This commit runs")
    drawn = {
        "deploy.svg": (
            "$ ansible-playbook deploy.yml",
            deploy,
            "A playbook makes an app, sets its env, builds, promotes and scales it; each task shows what the "
            "rack is doing.",
        ),
        "failed.svg": (
            "$ ansible-playbook broken.yml",
            failed,
            "A promote fails: the task names the service that crashes, the last lines of its log and the "
            "release that runs again.",
        ),
    }
    for name, (title, output, told) in drawn.items():
        text = output.replace(str(folder), "~/shop")
        (images / name).write_text(draw(text, title, told), encoding="utf-8")
        print(images / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
