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
#   make ee-image                the execution environment as an image, and the demo's playbook in it
#   make awx                     the playbook awx_setup, with the modules of awx.awx
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

PARTS := lint unit contract integration faults fuzz sanity oldest molecule install importer ee nox doclint docs guides
OTHERS := test certification tree demo picture rack bench matrix format changelog fragment release

.PHONY: help clean events ee-image awx $(PARTS) $(OTHERS)

help:
	@sed -n 's/^#   //p' Makefile; echo "parts of 'make test': $(PARTS)"; echo "others: $(OTHERS) events ee-image awx clean"

$(PARTS) $(OTHERS):
	@$(PYTHON) -m scripts $@

# Not of `make test`: Java is on few machines, and starts slowly.
events:
	@$(PYTHON) -m tests.rulebook

# Not parts of `make test`: one needs root, buildah and debootstrap, the other a package of 54 MB.
DEVELOPMENT = $$($(PYTHON) -c 'from scripts import environments as e; print(e.development())')/python

ee-image: tree
	@$(DEVELOPMENT) -m tests.image

awx: tree
	@cd build/ansible_collections/convox/rack && ANSIBLE_COLLECTIONS_PATH=$(CURDIR)/build \
		PYTHONPATH=$(CURDIR)/build $(DEVELOPMENT) -m pytest -q tests/awx $(ARGS)

clean:
	rm -rf build
