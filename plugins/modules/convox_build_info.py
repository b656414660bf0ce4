#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_build_info
short_description: Read the builds of an app on a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Lists the builds of an app, newest first, or reads some of them.
  - Of an app that is not there it fails; a build that is not there is no failure, but an empty list.
options:
  app:
    description:
      - Name of the app.
    type: str
    required: true
  id:
    description:
      - Id of a build, or a list of them. Not given, the newest are listed.
    type: list
    elements: str
  status:
    description:
      - Only builds with this status, or one of these. V(*) and V(?) stand for any text and any letter.
      - Racks know V(created), V(running), V(complete) and V(failed).
    type: list
    elements: str
  git_sha:
    description:
      - Only builds of this commit. The beginning of its id will do.
    type: str
  limit:
    description:
      - How many builds to list at most. With O(status) or O(git_sha) older builds are read, too, until so many are found;
        of 2000 at most.
    type: int
    default: 20
  include:
    description:
      - What to read beside the builds. V(logs) costs a request a build.
      - Values of the env of the newest 20 releases are masked in logs. Where the key may not read releases (a plain deploy
        key), a warning says that they are not.
    type: list
    elements: str
    choices: [logs]
    default: []
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes.info
seealso:
  - module: convox.rack.convox_build
  - module: convox.rack.convox_release_info
  - module: convox.rack.convox_app_info
"""

EXAMPLES = r"""
- name: The last builds
  convox.rack.convox_build_info:
    app: web
    limit: 5

- name: The last one that failed, with its log
  convox.rack.convox_build_info:
    app: web
    status: failed
    limit: 1
    include: logs
  register: seen

- name: Whether a commit was built
  convox.rack.convox_build_info:
    app: web
    git_sha: 4f2c9e1
    status: complete
    limit: 1
"""

RETURN = r"""
builds:
  description: The builds, newest first.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the build.
      type: str
      sample: BQCPXOJIQRT
    app:
      description: Name of the app.
      type: str
      sample: web
    status:
      description: Status of the build.
      type: str
      sample: complete
    description:
      description: What was built, in words.
      type: str
      sample: build 4f2c9e1 Add a page
    git_sha:
      description: Id of the commit that was built, empty where the rack was not told.
      type: str
      sample: 4f2c9e1a7b0c3d5e6f8091a2b3c4d5e6f7a8b9c0
    release:
      description: Id of the release that came of it, empty where none did.
      type: str
      sample: RSCMDRPYKTF
    manifest:
      description: The convox.yml it was built with, empty before it is read.
      type: str
      sample: "services:\n  web:\n    port: 3000\n"
    entrypoint:
      description: Entrypoint of the image, where the rack says.
      type: str
      sample: ""
    process:
      description: Id of the process that built it.
      type: str
      sample: build-br2pq
    reason:
      description: Why it failed, where the rack says; as a rule its log does.
      type: str
      sample: ""
    started:
      description: When it began, null where the rack does not say.
      type: str
      sample: "2026-11-24T14:15:08.126309713Z"
    ended:
      description: When it ended, null while it runs.
      type: str
      sample: "2026-11-24T14:15:09.60504287Z"
    logs:
      description: The last 10,000 lines of its log, of one that runs those up to now; null where the rack does not have it any more.
      returned: when O(include) holds V(logs)
      type: list
      elements: str
      sample: ["Building: web", "Pushing: registry.rack.test/web:web.BQCPXOJIQRT"]
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
from ansible_collections.convox.rack.plugins.module_utils._modules.build_info.noun import BuildInfoNoun


def main() -> None:
    _runner.run_module(BuildInfoNoun)


if __name__ == "__main__":
    main()
