# SPDX-FileCopyrightText: 2026 Convox
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Everything a developer runs. What a target needs is installed into ~/.cache/convox.rack, once.
#
#   make test                    all that CI runs, with a table at the end
#   make unit ARGS="-k env"      one part alone; ARGS goes to pytest
#   make integration CORE=2.16   with another ansible-core than the usual ones
#   make molecule ARGS="-s env"  one scenario of molecule
#   make fuzz                    20,000 random tries a noun; a few of them are in make test
#   make demo                    a deploy to watch, on a practice rack
#   make rack PORT=5443 PASSWORD=secret
#   make events                the rulebooks in the real ansible-rulebook (needs Java 17)
#   make fragment BASE=main      whether what differs from main has a fragment
#   make release VERSION=1.1.0   all of a release but publishing it

PYTHON ?= python3
CORE ?=
JOBS ?= 2
ARGS ?=
PORT ?= 5443
PASSWORD ?=
# Not from the environment, where many a CI has a variable of that name.
BASE =
VERSION =
export CORE JOBS ARGS PORT PASSWORD BASE VERSION

PARTS := lint unit contract integration faults fuzz sanity oldest molecule install importer certification ee nox doclint docs guides
OTHERS := test tree demo picture rack bench matrix format changelog fragment release

.PHONY: help clean events $(PARTS) $(OTHERS)

help:
	@sed -n 's/^#   //p' Makefile; echo "parts of 'make test': $(PARTS)"; echo "others: $(OTHERS) events clean"

$(PARTS) $(OTHERS):
	@$(PYTHON) -m scripts $@

# Not of `make test`: Java is on few machines, and starts slowly.
events:
	@$(PYTHON) -m tests.rulebook

clean:
	rm -rf build
