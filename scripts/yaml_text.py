# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading YAML with the Python of an environment: these scripts run with any Python and nothing beside it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

_TO_JSON = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout, default=str)"


def load(bin_folder: Path, text: str) -> Any:
    """What the text says; raises CalledProcessError where it is no YAML."""
    command = [bin_folder / "python", "-c", _TO_JSON]
    done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=True)
    return json.loads(done.stdout)
