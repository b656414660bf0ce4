# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options that every module of convox.rack has."""

from __future__ import annotations

import re


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  host:
    description:
      - The rack or the console to talk to, as V(host) or V(host:port). V(https) is used, unless it begins with V(http://).
      - Credentials are taken as a set from the first place that has them - the task's options, the environment
        variables E(CONVOX_HOST), E(CONVOX_PASSWORD) and E(CONVOX_RACK), the environment variable E(RACK_URL), the files
        of the Convox CLI.
      - If E(RACK_URL) and E(CONVOX_HOST) name different hosts and O(host) names none, the task fails.
    type: str
  api_key:
    description:
      - Deploy key, rack password or rack token. Else the environment variable E(CONVOX_PASSWORD), or what the CLI has
        stored for O(host).
    type: str
    aliases: [password, deploy_key]
  username:
    description:
      - User name for basic authentication. Use V(jwt) when O(api_key) is a rack token.
      - Else the environment variable E(CONVOX_USERNAME), else V(convox).
    type: str
  rack:
    description:
      - The rack behind a console, as V(org/name). Not needed for a rack that is talked to directly.
      - Else the environment variable E(CONVOX_RACK), the folder's C(.convox/rack), or the CLI's current rack.
    type: str
  machine:
    description:
      - A cloud machine of the console that O(host) names, as V(org/name), a part of it that fits only one, or its id. All
        that belongs to apps is asked for there, which costs one more request a task.
      - Known from the source of the CLI, and never tried against a real console.
    type: str
  cli_config:
    description:
      - Folder of the Convox CLI's files. Else the environment variable E(CONVOX_CONFIG), else where the CLI keeps them.
    type: path
  validate_certs:
    description:
      - Whether the rack's certificate is checked. Else the environment variable E(CONVOX_VALIDATE_CERTS), else V(true).
    type: bool
  ca_path:
    description:
      - File with the certificate authorities to trust, in PEM. Else the environment variable E(CONVOX_CA_PATH), else the
        system's.
    type: path
  client_cert:
    description:
      - File with a client certificate, in PEM. Else the environment variable E(CONVOX_CLIENT_CERT).
    type: path
  client_key:
    description:
      - File with the key of O(client_cert), where it is not in the same file. Else the environment variable
        E(CONVOX_CLIENT_KEY).
    type: path
  use_proxy:
    description:
      - Whether a proxy is used, from O(proxy) or from the environment (E(HTTPS_PROXY), E(HTTP_PROXY), E(ALL_PROXY),
        E(NO_PROXY)).
    type: bool
    default: true
  proxy:
    description:
      - URL of a proxy, instead of the environment's.
    type: str
  actor:
    description:
      - Name to show in the rack's audit events. Else the environment variable E(CONVOX_ACTOR), else, where AWX runs
        the task on the controller, the AWX user.
    type: str
  timeout:
    description:
      - Seconds for one request, over all its tries.
    type: float
    default: 30.0
  max_retries:
    description:
      - How often a request is tried again after 429, 502, 503, 504 or a lost connection. A request that makes something
        is never simply repeated - the module first asks whether the rack has done it.
    type: int
    default: 3
  backoff_base:
    description:
      - Seconds before the first of these tries; they double from try to try, with full jitter.
    type: float
    default: 1.0
  backoff_max:
    description:
      - Most seconds between two tries. A C(Retry-After) of the server is obeyed up to 120 seconds where O(timeout)
        leaves time for it; a module that waits for the rack obeys it until its C(wait_timeout).
    type: float
    default: 30.0
  retry_on_500:
    description:
      - Whether a 500 is tried again, too. On a rack most of them are final.
    type: bool
    default: false
requirements:
  - python >= 3.10
  - httpx >= 0.27
  - pydantic >= 2.5
"""

    # For plugins on the controller, beside the above: the variables that set the options.
    PLUGIN = r"""
options:
  host:
    env:
      - name: CONVOX_HOST
    vars:
      - name: convox_host
  api_key:
    env:
      - name: CONVOX_PASSWORD
    vars:
      - name: convox_api_key
  username:
    env:
      - name: CONVOX_USERNAME
    vars:
      - name: convox_username
  rack:
    env:
      - name: CONVOX_RACK
    vars:
      - name: convox_rack
  machine:
    vars:
      - name: convox_machine
  cli_config:
    env:
      - name: CONVOX_CONFIG
    vars:
      - name: convox_cli_config
  validate_certs:
    env:
      - name: CONVOX_VALIDATE_CERTS
    vars:
      - name: convox_validate_certs
  ca_path:
    env:
      - name: CONVOX_CA_PATH
    vars:
      - name: convox_ca_path
  client_cert:
    env:
      - name: CONVOX_CLIENT_CERT
    vars:
      - name: convox_client_cert
  client_key:
    env:
      - name: CONVOX_CLIENT_KEY
    vars:
      - name: convox_client_key
  use_proxy:
    vars:
      - name: convox_use_proxy
  proxy:
    vars:
      - name: convox_proxy
  actor:
    env:
      - name: CONVOX_ACTOR
    vars:
      - name: convox_actor
  timeout:
    vars:
      - name: convox_timeout
  max_retries:
    vars:
      - name: convox_max_retries
  backoff_base:
    vars:
      - name: convox_backoff_base
  backoff_max:
    vars:
      - name: convox_backoff_max
  retry_on_500:
    vars:
      - name: convox_retry_on_500
"""

    # For the connection plugin: each of them by a variable of the connection, too, which is the stronger one.
    # With its type: ansible-test takes other assignments for texts, and ends here.
    CONNECTION: str = re.sub(r"( +- name: )(convox_\w+)", r"\1\2\n\1ansible_\2", PLUGIN)
