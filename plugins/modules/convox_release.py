#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_release
short_description: Promote, create, roll back and cancel releases on a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Makes a release active and waits until it really runs. When the rack puts the old release back, the task fails and
    says why - which service, its state, the last lines of its log and the rack's hint.
  - Ends a rollout early when a service keeps crashing, instead of sitting out the rack's deadline.
  - Rolls back in a way that works on every rack, by copying the old release forward.
  - A plain deploy key may promote a release by its id, and no more. Everything else needs a key with a role that may
    read the rack and write the app.
options:
  app:
    description:
      - Name of the app.
    type: str
    required: true
  state:
    description:
      - V(promoted) makes O(release) active. Unchanged if it is active and running.
      - V(created) makes a release without promoting it. Unchanged if the newest release is the same.
      - V(rolled_back) copies build and env of O(release) forward and promotes the copy. Unchanged if the active release
        already equals it.
      - V(cancelled) ends a promote that is under way. Unchanged if there is none.
    type: str
    choices: [promoted, created, rolled_back, cancelled]
    default: promoted
  release:
    description:
      - Id of a release. For O(state=promoted) also V(latest), for O(state=rolled_back) also V(previous), which is the
        release that was active before, as far as the list of releases shows; the result says which one and why.
      - Needed for both states. In check mode it may be empty for O(state=promoted), so that a play with a build before it
        can be checked.
    type: str
  build:
    description:
      - Id of the build for a release to create.
    type: str
  build_from:
    description:
      - Release to take the build from, an id or V(active). Without it the newest release's build is taken.
    type: str
  env_from:
    description:
      - Release to take the env from, an id or V(active). Without it the newest release's env is taken.
    type: str
  description:
    description:
      - Words to put in front of the release's description.
    type: str
  restore_env:
    description:
      - Whether to carry the active release forward after a cancel, so that the next build does not inherit the env of
        the cancelled release.
    type: bool
    default: false
  force:
    description:
      - Whether to promote although another promote is under way. If the new release then fails, the rack goes back to
        the unfinished one and not to the last good one; O(on_failure=rollback) brings the last good one back.
    type: bool
    default: false
  idle:
    description:
      - The rack's promote option of the same name.
    type: bool
  min:
    description:
      - Least percentage of processes that stay up during the rollout.
    type: int
  max:
    description:
      - Most processes during the rollout, as a percentage.
    type: int
  promote_timeout:
    description:
      - Seconds after which the rack gives up the rollout. Without it, O(wait_timeout) less a margin.
    type: int
  fail_fast_after:
    description:
      - Seconds for which a service of the new release may keep crashing before the rollout is cancelled. V(0) turns it off.
    type: float
    default: 60.0
  on_failure:
    description:
      - V(rollback) brings the release that was seen running before back, whatever the rack does, and fails.
    type: str
    choices: [fail, rollback]
    default: fail
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.wait
  - convox.rack.attributes
seealso:
  - module: convox.rack.convox_build
  - module: convox.rack.convox_release_info
"""

EXAMPLES = r"""
- name: Deploy what was built
  convox.rack.convox_release:
    app: web
    release: "{{ built.release }}"

- name: Back to the release before
  convox.rack.convox_release:
    app: web
    state: rolled_back
    release: previous

- name: Yesterday's build with today's env
  convox.rack.convox_release:
    app: web
    state: created
    build_from: RUDVIXSQLAT
    env_from: active

- name: Stop a deploy that goes wrong
  convox.rack.convox_release:
    app: web
    state: cancelled
    restore_env: true
"""

RETURN = r"""
release:
  description: Id of the active release; for O(state=created) of the one that was made; in a failure of the one that failed. Null where there is none.
  returned: success, or when a rollout failed or took too long
  type: str
  sample: RSGIMENXKKI
previous_release:
  description: Id of the release that was active before the task, null where there was none.
  returned: success
  type: str
  sample: RUDVIXSQLAT
app:
  description: The app, as RV(convox.rack.convox_app#module:app).
  returned: success
  type: dict
  sample: {"name": "web", "status": "running", "release": "RSGIMENXKKI"}
rolled_back_to:
  description: Id of the release whose build and env run again; null where V(previous) finds that the active one is a rollback itself.
  returned: when O(state=rolled_back)
  type: str
  sample: RUDVIXSQLAT
reason:
  description: Why that release was chosen.
  returned: when O(state=rolled_back)
  type: str
  sample: the newest older release with another build or env
cancelled:
  description: Id of the release whose promote was ended, null where none was under way.
  returned: when O(state=cancelled)
  type: str
  sample: RSGIMENXKKI
reverted_to:
  description: Id of the release that runs after a failed rollout, null where the rollout still goes on.
  returned: when a rollout failed or took too long
  type: str
  sample: RUDVIXSQLAT
failure:
  description: Why the rollout failed.
  returned: when a rollout failed or took too long
  type: dict
  contains:
    services:
      description: The services that were not well.
      type: list
      elements: dict
      contains:
        name:
          description: Name of the service.
          type: str
          sample: worker
        state:
          description: State of its process.
          type: str
          sample: CrashLoopBackOff
        hint:
          description: The rack's hint.
          type: str
          sample: Process is crash-looping on startup -- check the logs below for the error
        logs:
          description: Last lines of its log. Values of the release's env are masked in them, where the key may read the env.
          type: list
          elements: str
          sample: ["starting worker", "fatal: told to crash"]
error:
  description: Class of the error.
  returned: failure
  type: str
  sample: ConvoxNotFoundError
status:
  description: HTTP status of the rack's answer, null where none came.
  returned: failure
  type: int
  sample: 404
request_id:
  description: Id of the request in the rack's log, null where no answer came.
  returned: failure
  type: str
  sample: 5d1f2c3a9b8e
unsettled:
  description: Whether something was sent and no answer came, so it may be done.
  returned: failure
  type: bool
  sample: false
"""

from ansible_collections.convox.rack.plugins.module_utils import _runner
from ansible_collections.convox.rack.plugins.module_utils._modules.release.noun import ReleaseNoun


def main() -> None:
    _runner.run_module(ReleaseNoun)


if __name__ == "__main__":
    main()
