# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Everything a developer runs. What a target needs is installed into ~/.cache/convox.rack, once.
#
#   make test                    all that CI runs, with a table at the end
#   make unit ARGS="-k env"      one part alone; ARGS goes to pytest
#   make integration CORE=2.16   with another ansible-core than the usual ones
#   make molecule ARGS="-s env"  one scenario of molecule
#   make demo                    a deploy to watch, on a practice rack
#   make rack PORT=5443 PASSWORD=secret

PYTHON ?= python3
CORE ?=
JOBS ?= 2
ARGS ?=
PORT ?= 5443
PASSWORD ?=
export CORE JOBS ARGS PORT PASSWORD

PARTS := lint unit contract integration faults sanity oldest molecule install doclint guides
OTHERS := test tree demo picture rack bench matrix format changelog

.PHONY: help clean $(PARTS) $(OTHERS)

help:
	@sed -n 's/^#   //p' Makefile; echo "parts of 'make test': $(PARTS)"; echo "others: $(OTHERS) clean"

$(PARTS) $(OTHERS):
	@$(PYTHON) -m scripts $@

clean:
	rm -rf build
