#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_build
short_description: Build an app on a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Builds an app from a folder, an archive or a url, and waits for the build's end. The build makes a release, which is
    not promoted. Use M(convox.rack.convox_release) for that.
  - Shows the build's log while it runs, where the task runs on the controller. When the build fails, the reason and the
    log's last lines are in the failure.
  - Before it builds, it checks whether the app is being deleted, its budget is used up, or its newest release would lose
    variables that the running one has.
  - A plain deploy key is enough. It may not read releases, so O(env_guard) sees nothing then.
options:
  app:
    description:
      - Name of the app.
    type: str
    required: true
  path:
    description:
      - Folder to build, on the machine where the task runs. It is packed while it is sent, whatever its size.
      - What its C(.dockerignore) names stays out, by docker's rules. The manifest has to stay in.
      - The rack's builder drops links. So a link is packed as what it points to; one that leads out of the folder, to
        nothing or back to a folder it is in is refused by name.
      - Exactly one of O(path), O(archive) and O(url) is needed.
    type: path
  archive:
    description:
      - A finished C(.tgz) to build, on the machine where the task runs. It is looked through before it is sent.
    type: path
  url:
    description:
      - Address of a C(.tgz) that the rack gets by itself.
    type: str
  manifest:
    description:
      - Path of the manifest inside the source.
    type: str
    default: convox.yml
  build_args:
    description:
      - Arguments of the build, a dictionary or a list of C(KEY=VALUE). Values are masked wherever the task shows them.
      - A value with a space, comma, quote or backslash does not reach a rack's builder whole and is refused.
    type: raw
  no_cache:
    description:
      - Whether to ask the rack to build without its cache.
    type: bool
    default: false
  development:
    description:
      - Whether to build for development.
    type: bool
    default: false
  description:
    description:
      - Words for the build and its release. By default, for O(path) in a git repository where no tracked file is changed,
        C(build SHORTSHA SUBJECT), as the CLI does.
    type: str
  git_sha:
    description:
      - Commit that is built. By default, for O(path) in a git repository, its HEAD.
    type: str
  reuse:
    description:
      - Whether to take a complete build of the same commit and manifest instead of building again, where O(git_sha) is
        given. The task is unchanged if a release that may be promoted carries that build; else it makes one.
      - A build of that commit that is still going on is waited for.
      - The rack does not remember O(build_args), O(no_cache) and O(development) of a build. Turn this off where they differ.
    type: bool
    default: true
  env_guard:
    description:
      - What to do when the newest release lacks variables that the running one has, for a build inherits the env of the
        newest release. V(fail) names them and builds nothing, V(warn) builds all the same, V(off) does not check.
    type: str
    choices: ["fail", "warn", "off"]
    default: fail
  wait_timeout:
    description:
      - Seconds to wait at most. At the deadline the task fails, and the build goes on by itself.
    type: int
    default: 3600
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.wait
  - convox.rack.attributes
attributes:
  idempotent:
    support: partial
    details:
      - A build is made each time, unless O(git_sha) is given and O(reuse) finds one.
seealso:
  - module: convox.rack.convox_release
  - module: convox.rack.convox_env
"""

EXAMPLES = r"""
- name: Build what lies beside the playbook
  convox.rack.convox_build:
    app: web
    path: "{{ playbook_dir }}/app"
  register: built

- name: Promote it
  convox.rack.convox_release:
    app: web
    release: "{{ built.release }}"

- name: Build a commit once, however often the playbook runs
  convox.rack.convox_build:
    app: web
    path: "{{ playbook_dir }}/app"
    git_sha: "{{ lookup('ansible.builtin.env', 'CI_COMMIT_SHA') }}"

- name: Build an archive with another manifest
  convox.rack.convox_build:
    app: web
    archive: "{{ playbook_dir }}/web.tgz"
    manifest: deploy/convox.yml
    build_args:
      NODE_ENV: production

- name: Build what the rack gets by itself
  convox.rack.convox_build:
    app: web
    url: https://example.com/web.tgz
    no_cache: true
"""

RETURN = r"""
build:
  description: The build, also in a failure; null in check mode where one is to be made.
  returned: success, or when the build failed
  type: dict
  contains:
    id:
      description: Id of the build.
      type: str
      sample: BYONWFWFJHU
    status:
      description: V(complete), or V(running) and V(created) where O(wait=false).
      type: str
      sample: complete
    description:
      description: Description of the build.
      type: str
      sample: build 0a1b2c3d4e Say hello
    git_sha:
      description: Commit of the build.
      type: str
      sample: 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567
    started:
      description: When it started, null where it has not yet.
      type: str
      sample: "2026-11-24T14:15:08.126309713Z"
    ended:
      description: When it ended, null while it goes on.
      type: str
      sample: "2026-11-24T14:15:09.60504287Z"
release:
  description: Id of the release that carries the build; null while the build goes on.
  returned: success
  type: str
  sample: RSCMDRPYKTF
reason:
  description: Why the build failed, as far as its log shows.
  returned: when the build failed
  type: str
  sample: exit status 1
logs:
  description: Last lines of the build's log.
  returned: when the build failed
  type: list
  elements: str
  sample: ["Building: .", "ERROR: exit status 1"]
lost_variables:
  description: Names of the variables that the newest release lacks.
  returned: when O(env_guard) refuses to build
  type: list
  elements: str
  sample: ["DATABASE_URL"]
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
from ansible_collections.convox.rack.plugins.module_utils._modules.build.noun import BuildNoun


def main() -> None:
    _runner.run_module(BuildNoun)


if __name__ == "__main__":
    main()
