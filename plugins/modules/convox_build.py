#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_build
short_description: Build an app on a Convox rack, and move builds between racks
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Builds an app from a folder, an archive, a url or an image that is made elsewhere, and waits for the build's end. The
    build makes a release, which is not promoted. Use M(convox.rack.convox_release) for that.
  - Exports a build into a file, imports one from a file, and ends one that goes on.
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
      - Exactly one of O(path), O(archive), O(url) and O(image) is needed for O(state=built), unless O(external=true).
    type: path
  archive:
    description:
      - A finished C(.tgz) to build, on the machine where the task runs. It is looked through before it is sent.
      - With O(state=imported) an exported build.
    type: path
  state:
    description:
      - V(built) builds.
      - V(exported) writes the build O(id) into O(dest), which takes its place only when all of it came and is whole. The task
        is unchanged where O(dest) holds that build already.
      - V(imported) brings the exported build O(archive) into the app, with a release that is not promoted. It takes the rack
        half an hour at most. A rack ignores an image that it could not take. See O(reuse).
      - V(cancelled) ends the build O(id), and is unchanged where that has ended. A rack without a route for it loses the
        build's process, and the build is noted as failed.
    type: str
    choices: [built, exported, imported, cancelled]
    default: built
  id:
    description:
      - The build for O(state=exported) and O(state=cancelled). An id, V(latest) or V(active).
      - V(latest) is the newest complete one, for O(state=cancelled) the newest that goes on.
      - V(active) is that of the release that runs, and not for O(state=cancelled).
    type: str
  dest:
    description:
      - File for an exported build, on the machine where the task runs. Its folder has to be there. A new file is for its
        owner alone, one that is there keeps its mode.
    type: path
  force:
    description:
      - Whether a O(dest) that holds the build is written all the same.
    type: bool
    default: false
  image:
    description:
      - Name of an image that is made elsewhere, without C(https://). The rack gets it and makes it the image of every service
        of the manifest.
    type: str
  image_username:
    description:
      - Who may get O(image) from its registry.
    type: str
  image_password:
    description:
      - Password of O(image_username).
    type: str
  manifest_src:
    description:
      - The C(convox.yml) that belongs to O(image), or to the image for O(external=true). A file on the controller.
    type: path
  manifest_content:
    description:
      - The same as text.
    type: str
  external:
    description:
      - Whether to make a build for an image that somebody else pushes, for instance a pipeline. The task does not wait, and
        makes a build each time.
    type: bool
    default: false
  reveal:
    description:
      - Whether RV(repository) is returned, with the rack's password in it. It is then in the result in clear text, and so on
        the screen at C(-v), in logs and for callbacks. Set C(no_log) at the task.
    type: bool
    default: false
  wildcard_domain:
    description:
      - Whether the services get a wildcard domain, too.
    type: bool
    default: false
  ignore_file:
    description:
      - Path in O(path) of the file that names what stays out. A file of another name has to be there.
    type: str
    default: .dockerignore
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
      - With O(state=imported) the commit is that in the file. A build without one is known by its log.
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
      - One with O(external=true) is always made, for the rack tells its address once.
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

- name: Let the rack get an image that a pipeline has pushed
  convox.rack.convox_build:
    app: web
    image: registry.example.com/web:1.4.2
    image_username: ci
    image_password: "{{ registry_password | default('secret') }}"
    manifest_src: "{{ playbook_dir }}/app/convox.yml"
    git_sha: "{{ lookup('ansible.builtin.env', 'CI_COMMIT_SHA') }}"

- name: Save the build that runs
  convox.rack.convox_build:
    app: web
    state: exported
    id: active
    dest: "{{ playbook_dir }}/web-build.tgz"

- name: Bring it into another app
  convox.rack.convox_build:
    app: staging
    state: imported
    archive: "{{ playbook_dir }}/web-build.tgz"

- name: End a build that hangs
  convox.rack.convox_build:
    app: web
    state: cancelled
    id: latest

- name: Build what the rack gets by itself
  convox.rack.convox_build:
    app: web
    url: https://example.com/web.tgz
    no_cache: true
"""

RETURN = r"""
build:
  description: The build, also in a failure; null in check mode where one is to be made, and where none goes on.
  returned: success, or when the build failed
  type: dict
  contains:
    id:
      description: Id of the build.
      type: str
      sample: BYONWFWFJHU
    status:
      description: >-
        V(complete); V(failed) for one that was cancelled, or V(cancelled), as the rack says it; V(created) for one that
        waits for its image (O(external=true)); where O(wait=false) also V(running).
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
dest:
  description: The file of an exported build.
  returned: when O(state=exported)
  type: str
  sample: /backup/web-build.tgz
size:
  description: How many bytes came, null where none did.
  returned: when O(state=exported)
  type: int
  sample: 1048576
repository:
  description: Where the image of an external build is pushed to, with the rack's password; null for any other build.
  returned: when O(reveal=true)
  type: str
  sample: https://convox:secret@api.rack.example.com/web
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
