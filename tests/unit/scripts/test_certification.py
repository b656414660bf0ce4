# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make certification` and the workflow mean the same ansible-core."""

from __future__ import annotations

import yaml

from scripts import parts
from scripts.environments import REQUIREMENTS, ROOT


def test_the_workflow_has_the_core_of_the_part() -> None:
    workflow = ROOT / ".github" / "workflows" / "certification.yml"
    job = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]["certification"]
    pins = (REQUIREMENTS / f"core-{parts.CERTIFICATION_CORE}.txt").read_text(encoding="utf-8").splitlines()
    assert f"ansible-core=={job['with']['ansible-core-version']}" in pins
