# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manifests that the server refuses, each with the log of its build.

The words are those of the server's source (pkg/manifest of github.com/convox/convox).
"""

from __future__ import annotations

CHECKS = "ERROR: validation errors:"
TYPES = "ERROR: yaml: unmarshal errors:"
WEB = "services:\n  web:\n    image: httpd\n"
REFUSED = {
    "a name": (
        "services:\n  Web_1:\n    image: httpd\n",
        [
            CHECKS,
            "service name Web_1 invalid, must contain only lowercase alphanumeric and dashes",
        ],
    ),
    "several names": (
        "resources:\n  1db:\n    type: postgres\n  db: {}\n" + WEB + "timers:\n  t_1:\n    service: nobody\n",
        [
            CHECKS,
            "resource name 1db invalid, must contain only lowercase alphanumeric and dashes",
            'resource "db" has blank type',
            "timer name t_1 invalid, must contain only lowercase alphanumeric and dashes",
            "timer t_1 references a service that does not exist: nobody",
        ],
    ),
    "environment as a map": (
        "environment:\n  A: 1\n" + WEB,
        ["ERROR: unknown type for service environment: map[interface {}]interface {}"],
    ),
    "environment of a service as a map": (
        WEB + "    environment:\n      A: 1\n",
        ["ERROR: unknown type for service environment: map[interface {}]interface {}"],
    ),
    "a variable that nobody set": (
        "environment:\n  - ZED\n  - A=1\n  - NEEDED\n" + WEB,
        ["ERROR: required env: NEEDED, ZED"],
    ),
    "scale as a list": (
        WEB + "    scale: [1, 2]\n",
        ["ERROR: unknown type for service scale: []interface {}"],
    ),
    "scale in words": (
        WEB + "    scale: many\n",
        ['ERROR: strconv.Atoi: parsing "many": invalid syntax'],
    ),
    "a scale of three": (WEB + "    scale: 1-2-3\n", ["ERROR: invalid scale: 1-2-3"]),
    "half a process": (WEB + "    scale:\n      count: 1.5\n", ["ERROR: invalid scale: 1.5"]),
    "a range the wrong way": (
        WEB + "    scale: 3-1\n",
        [CHECKS, "service web: scale.max must be >= scale.min"],
    ),
    "a limit below the request": (
        WEB + "    scale:\n      cpu: 500\n      limit:\n        cpu: 100\n",
        ["ERROR: cpu limit can not be less cpu request"],
    ),
    "a port in words": (WEB + "    port: http\n", ['ERROR: strconv.Atoi: parsing "http": invalid syntax']),
    "a port that is none": (WEB + "    port: true\n", ["ERROR: invalid port: %!s(bool=true)"]),
    "a port without a number": (
        WEB + "    port:\n      scheme: https\n",
        ["ERROR: could not parse port: map[scheme:https]"],
    ),
    "a port of a host": (
        WEB + "    ports:\n      - 22:22\n",
        ['ERROR: strconv.Atoi: parsing "22:22": invalid syntax'],
    ),
    "health as a number": (WEB + "    health: 5\n", ["ERROR: unknown type for service health: int"]),
    "domain as a map": (
        WEB + "    domain: {a: b}\n",
        ["ERROR: unknown type for service domain: map[interface {}]interface {}"],
    ),
    "ports of an agent, the old way": (
        WEB + "    agent:\n      ports: [5000]\n",
        ["ERROR: agent ports are now specified at the service level"],
    ),
    "a resource that is not there": (
        WEB + "    resources: [database]\n",
        [CHECKS, "service web references a resource that does not exist: database"],
    ),
    "a deployment beyond the bounds": (
        WEB + "    deployment: {minimum: -1, maximum: 201}\n",
        [
            CHECKS,
            "service web deployment minimum can not be less than 0",
            "service web deployment maximum can not be greater than 200",
        ],
    ),
    "a balancer of nobody": (
        "balancers:\n  b: {}\n  c:\n    service: nobody\n    ports: {1: 2}\n" + WEB,
        [
            CHECKS,
            "balancer b has no ports",
            "balancer b has blank service",
            "balancer c refers to unknown service nobody",
        ],
    ),
    "a command as a list": (
        WEB + "    command: [bin/web, -p]\n",
        [TYPES, "  line 1: cannot unmarshal !!seq into string"],
    ),
    "services as a list": (
        "services: [web]\n",
        [TYPES, "  line 1: cannot unmarshal !!seq into yaml.MapSlice"],
    ),
    "a service as a text": (
        "services:\n  web: httpd-and-more\n",
        [
            TYPES,
            "  line 1: cannot unmarshal !!str `httpd-a...` into manifest.Service",
        ],
    ),
    "no map at all": (
        "just words\n",
        [
            TYPES,
            "  line 1: cannot unmarshal !!str `just words` into manifest.Manifest",
        ],
    ),
    "no yaml": (WEB + "  - x: [\n", ["ERROR: yaml: line 3: did not find expected key"]),
}
