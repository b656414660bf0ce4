# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
"""The worker process of the demo app."""

import time

while True:
    time.sleep(60)
