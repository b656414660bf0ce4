#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_log_info
short_description: Read logs of an app, a service, a process, a build or a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Reads what a log holds by now, and never follows it.
  - With O(app) alone it is the log of the app. Where the rack has none, those of its services are read and merged by their
    times. Without O(app) it is the log of the rack.
  - A service, process or build that is not there has no lines. An app that is not there is an error.
  - Values of the env of the newest releases are masked in the lines, unless O(reveal=true). A plain deploy key may read logs
    and no env, so with one they cannot be masked, and a warning says so.
  - Colours, control characters and what a progress bar has overwritten are left out of the lines.
requirements:
  - websockets >= 13
options:
  app:
    description:
      - Name of the app. Not given, the rack's own log is read, which many racks do not have.
    type: str
  service:
    description:
      - Name of a service, for its log alone.
    type: str
  process:
    description:
      - Id of a process, for its log alone.
    type: str
  build:
    description:
      - Id of a build, for its log from the beginning, whatever O(since) says.
    type: str
  since:
    description:
      - How far to look back, such as V(90s), V(10m), V(1h30m), V(2d) or V(1w).
      - Not given, two minutes; together with O(tail), as far as the rack keeps logs.
    type: str
  tail:
    description:
      - Only the last so many lines of each process, or of the build.
    type: int
  filter:
    description:
      - Only the lines in which this regular expression (of Python) finds something. Of O(tail) lines those are left.
    type: str
  previous:
    description:
      - What ran before the last crash, instead of what runs now. It fails where a process has not crashed, so name that which
        has as O(process).
    type: bool
    default: false
  max_lines:
    description:
      - The result holds the last so many lines at most.
    type: int
    default: 1000
  idle:
    description:
      - Seconds of silence after which a log that does not end is taken as read. A process's log ends with the process, and a
        build's with the build. Each read ends after O(timeout).
    type: float
    default: 3.0
  reveal:
    description:
      - Whether values of the env stay in the lines. They are then in the result in clear text, for everybody who sees it.
    type: bool
    default: false
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes.info
seealso:
  - module: convox.rack.convox_build
  - module: convox.rack.convox_release
"""

EXAMPLES = r"""
- name: What an app has written in the last ten minutes
  convox.rack.convox_log_info:
    app: web
    since: 10m
  register: log

- name: The errors among the last 200 lines of each process of a service
  convox.rack.convox_log_info:
    app: web
    service: web
    tail: 200
    filter: (?i)error|fatal
"""

RETURN = r"""
lines:
  description: The lines, the oldest first.
  returned: success
  type: list
  elements: dict
  contains:
    time:
      description: When it was written, null where the rack does not say, as of a build.
      type: str
      sample: "2026-11-24T09:07:36.508058366Z"
    source:
      description: Id of the process or build that wrote it, null where the rack does not say.
      type: str
      sample: web-fd13069220-22g7b
    text:
      description: What was written.
      type: str
      sample: listening on port 3000
text:
  description: The text of all lines.
  returned: success
  type: str
  sample: "web started\nlistening on port 3000"
truncated:
  description: Whether there were more lines than O(max_lines).
  returned: success
  type: bool
  sample: false
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
from ansible_collections.convox.rack.plugins.module_utils._modules.log_info.noun import LogInfoNoun


def main() -> None:
    _runner.run_module(LogInfoNoun)


if __name__ == "__main__":
    main()
