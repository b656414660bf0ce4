#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 Convox
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: convox_run
short_description: Run a command for an app on a Convox rack
version_added: 1.0.0
author:
  - Convox (@convox)
description:
  - Runs a command with the image, the env and the settings of a service, such as a migration before a promote, and returns its
    output and its exit code. An exit code other than 0 fails the task.
  - With O(service) a process is made for the command alone. It is stopped when the command has ended, and also when it fails,
    takes too long, when the task is interrupted or the connection is lost.
  - With O(process) the command runs in a process that is there.
  - The output is shown line by line while the command runs, where the task runs in process.
options:
  app:
    description:
      - Name of the app.
    type: str
    required: true
  service:
    description:
      - Run the command in a process of its own, for this service.
    type: str
  process:
    description:
      - Run the command in this process - its id, or the name of a service for any running process of it. When the task is
        interrupted the command may go on in there.
    type: str
  command:
    description:
      - The command, as text. It is split into words as a shell does, with quotes and backslashes. No shell runs it, so
        nothing is expanded and there are no pipes - write C(sh -c '...') for these.
      - Line ends between words are spaces.
    type: str
  argv:
    description:
      - The command as a list of its words, instead of O(command).
    type: list
    elements: str
  release:
    description:
      - Id of the release whose build and env are used, or V(active), which is the default.
    type: str
  env:
    description:
      - More variables of the command. Their values are masked wherever they come out again, in its output, too.
    type: dict
  image:
    description:
      - Another image than the service's.
    type: str
  cpu:
    description:
      - Thousandths of a core that the process asks for.
    type: int
  cpu_limit:
    description:
      - Thousandths of a core that it may use at most.
    type: int
  memory:
    description:
      - MiB of memory that the process asks for.
    type: int
  memory_limit:
    description:
      - MiB of memory that it may use at most.
    type: int
  gpu:
    description:
      - How many GPUs it gets.
    type: int
  gpu_vendor:
    description:
      - Vendor of the GPUs, for instance V(nvidia).
    type: str
  entrypoint:
    description:
      - Whether the command runs through the entrypoint of the image. By default it does with O(service), and does not with
        O(process), as with the CLI.
    type: bool
  node_labels:
    description:
      - Labels that the node has to have on which the process runs, such as V(convox.io/label=batch).
    type: str
  volumes:
    description:
      - Volumes to mount, each with the path where.
    type: dict
  use_service_volume:
    description:
      - Whether the volumes of the service are mounted.
    type: bool
    default: false
  privileged:
    description:
      - Whether the process may do what root of the node may.
    type: bool
    default: false
  system_critical:
    description:
      - Whether the cluster treats the process as one of its own, which is not evicted.
    type: bool
    default: false
  stdin:
    description:
      - Text that the command reads as its standard input, exactly as it is; then it sees the end. Masked wherever it comes
        out again.
      - The image needs C(sh) and C(head) for it, because a rack never ends an input.
    type: str
  run_timeout:
    description:
      - Seconds that the command may take. After that the task fails, and a process of its own is stopped.
    type: int
    default: 3600
  detach:
    description:
      - Start a process whose command this is and leave it alone. It is not stopped by the task, and O(run_timeout) does not
        hold.
      - Without O(wait) the task ends at once, and there is no RV(rc).
    type: bool
    default: false
  wait:
    description:
      - With O(detach), wait until the process has ended, for at most O(wait_timeout). A rack does not tell its exit code, only
        whether it has failed, and its log is the output.
    type: bool
    default: false
  wait_timeout:
    description:
      - Seconds to wait at most until the process runs, with O(detach) and O(wait) until it has ended.
    type: int
    default: 600
  poll_interval:
    description:
      - Most seconds between two reads of the state. The first reads come faster.
    type: float
    default: 2.0
extends_documentation_fragment:
  - convox.rack.rack
  - convox.rack.attributes
attributes:
  check_mode:
    support: partial
    details:
      - The task is skipped, as nobody knows what a command would do.
  idempotent:
    support: none
    details:
      - A command is run each time, and the task is always changed. Say with C(when) whether it is to run, and with
        C(changed_when) and C(failed_when) what became of it.
notes:
  - Both outputs of the command come as one, in RV(stdout). Of more than 4 MiB the beginning and the end are kept, and the task
    warns.
  - The output is text. Encode what is none, for instance with C(base64), or get files with M(convox.rack.convox_file).
  - Needs the library C(websockets), but for O(detach).
  - A process that is made for a command begins with C(sleep), which the image has to have.
  - A plain deploy key may do all of this.
seealso:
  - module: convox.rack.convox_process
  - module: convox.rack.convox_file
"""

EXAMPLES = r"""
- name: Migrate the database
  convox.rack.convox_run:
    app: web
    service: web
    command: bin/migrate --verbose
    run_timeout: 900
  register: migrated

- name: With variables, more memory and a release that is not promoted yet
  convox.rack.convox_run:
    app: web
    service: worker
    argv: [bin/report, --title, "The second quarter"]
    release: RUDVIXSQLAT
    env:
      REPORT_TOKEN: "{{ api_token }}"
    memory: 2048

- name: A script, in a process of the service that runs
  convox.rack.convox_run:
    app: web
    process: web
    command: sh -s
    stdin: |
      bin/cache-clear
      bin/cache-warm

- name: Start something long, and look after it later
  convox.rack.convox_run:
    app: web
    service: worker
    command: bin/reindex
    detach: true
  register: reindex
"""

RETURN = r"""
rc:
  description: Exit code of the command. Null in a failure where nobody knows it.
  returned: when its exit code can be known
  type: int
  sample: 0
stdout:
  description: Output of the command, both of its outputs, with secrets masked.
  returned: when a command was begun
  type: str
  sample: migrated
stdout_lines:
  description: The same by lines.
  returned: when a command was begun
  type: list
  elements: str
  sample: [migrated]
start:
  description: When the command was begun, in UTC; null in check mode.
  returned: when a command was begun
  type: str
  sample: "2026-01-02T03:04:05.000000Z"
end:
  description: When it ended, in UTC; null while it goes on, and in check mode.
  returned: when a command was begun
  type: str
  sample: "2026-01-02T03:04:09.120000Z"
delta:
  description: How long it took; null while it goes on, and in check mode.
  returned: when a command was begun
  type: str
  sample: "0:00:04.120000"
process:
  description: Id of the process, or the name of the service that O(process) gave; null in check mode.
  returned: when a command was begun
  type: str
  sample: web-7q8bf
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
from ansible_collections.convox.rack.plugins.module_utils._modules.run.noun import RunNoun


def main() -> None:
    _runner.run_module(RunNoun)


if __name__ == "__main__":
    main()
