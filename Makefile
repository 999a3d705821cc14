# The named tasks of the project; the continuous integration runs these names and nothing else.

# The interpreter's parser declares a newer compiler than it needs; from Rust 1.96 on the flag changes nothing.
CARGO_FLAGS := --locked --ignore-rust-version
PYTHON ?= python3
TARGET_DIR := $(or $(CARGO_TARGET_DIR),target)
HOST := $(shell rustc --print host-tuple 2>/dev/null || rustc -vV | sed -n 's/^host: //p')
RELEASE := $(TARGET_DIR)/$(HOST)/release
DIST := $(TARGET_DIR)/$(HOST)/dist
ORIGINAL := tests/.venv
OTHERS := benches/.venv

.PHONY: help
help: ## Show the tasks
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

.PHONY: run
run: build ## Build the program and deploy the sample on this machine
	BATOU_AGE_IDENTITIES=environments/dev/sample-key.txt $(RELEASE)/batou-local dev

.PHONY: build
build: libffi ## Build the programs
	cargo build --release $(CARGO_FLAGS)

.PHONY: test
test: prepare build ## Install what the tests need and run them all
	cargo test --release $(CARGO_FLAGS) --workspace
	PYTHONPATH=$(CURDIR)/$(ORIGINAL)/pytest $(RELEASE)/batou python -m pytest -q -p no:cacheprovider tests/python

.PHONY: lint
lint: libffi ## Check formatting, lints and documentation
	cargo fmt --all --check
	cargo clippy --release $(CARGO_FLAGS) --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --release $(CARGO_FLAGS) --workspace --no-deps --quiet

.PHONY: bench
bench: dist prepare $(OTHERS)/wheels/installed ## Measure the program beside the original and others
	cargo bench $(CARGO_FLAGS) --bench deploy
	cargo bench $(CARGO_FLAGS) --bench remote

.PHONY: dist
dist: libffi ## Build the programs for operators: slow to build, small and fast
	cargo build --profile dist $(CARGO_FLAGS)
	@ls -l $(DIST)/batou $(DIST)/batou-local $(DIST)/batou-remote $(DIST)/secretsedit

.PHONY: prepare
prepare: libffi busybox rsync servers version-control unpacking acl encryption remote $(ORIGINAL)/installed $(ORIGINAL)/batou_ext/installed ## Install what the tests need

# The original program, to compare with, and a test runner for our own interpreter; neither is part of the product.
$(ORIGINAL)/installed: tests/requirements.txt tests/python/requirements.txt
	rm -rf $(ORIGINAL)
	$(PYTHON) -m venv $(ORIGINAL)
	$(ORIGINAL)/bin/pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	$(ORIGINAL)/bin/pip install --quiet --disable-pip-version-check --target $(ORIGINAL)/pytest -r tests/python/requirements.txt
	touch $@

# Third-party components, whose own tests run in our interpreter and which both programs deploy. A directory of its own,
# because most tests must do without.
$(ORIGINAL)/batou_ext/installed: tests/batou_ext/requirements.txt $(ORIGINAL)/installed
	rm -rf $(ORIGINAL)/batou_ext
	$(ORIGINAL)/bin/pip install --quiet --disable-pip-version-check --no-deps --target $(ORIGINAL)/batou_ext -r $<
	touch $@

# Other programs for the same purpose, for the benchmarks only.
$(OTHERS)/installed: benches/requirements.txt
	rm -rf $(OTHERS)
	$(PYTHON) -m venv $(OTHERS)
	$(OTHERS)/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@

# The packages of the original, which hosts install that have nothing of it yet.
$(OTHERS)/wheels/installed: tests/requirements.txt $(OTHERS)/installed
	rm -rf $(OTHERS)/wheels
	$(OTHERS)/bin/pip wheel --quiet --disable-pip-version-check --wheel-dir $(OTHERS)/wheels -r $<
	touch $@

# The static libffi that the program is linked with.
.PHONY: libffi
libffi:
	@[ "$$(uname -s)" != Linux ] || sh tools/ensure-package libffi-dev "The static library libffi.a" \
		/usr/lib/$$(uname -m)-linux-gnu/libffi.a /usr/lib64/libffi.a /usr/lib/libffi.a

# A shell that needs no libraries, for the test in an otherwise empty root directory.
.PHONY: busybox
busybox:
	@[ "$$(uname -s)" != Linux ] || sh tools/ensure-package busybox-static "The static program busybox" \
		/bin/busybox /usr/bin/busybox

# What the original copies directories with; our own copies are compared with it.
.PHONY: rsync
rsync:
	@[ "$$(uname -s)" != Linux ] || sh tools/ensure-package rsync "The program rsync" /usr/bin/rsync /bin/rsync

# What components configure; the tests start it themselves.
.PHONY: servers
servers:
	@[ "$$(uname -s)" != Linux ] || sh tools/ensure-package cron "The program crontab" /usr/bin/crontab
	@[ "$$(uname -s)" != Linux ] || sh tools/ensure-package logrotate "The program logrotate" /usr/sbin/logrotate /usr/bin/logrotate
	@[ "$$(uname -s)" != Linux ] || sh tools/ensure-package mariadb-server "The server MariaDB" /usr/sbin/mariadbd /usr/bin/mariadbd

# What the original works with, and what makes the repositories of the tests.
.PHONY: version-control
version-control:
	@[ "$$(uname -s)" != Linux ] || { \
		sh tools/ensure-package git "The program git" /usr/bin/git /usr/local/bin/git && \
		sh tools/ensure-package mercurial "The program hg" /usr/bin/hg /usr/local/bin/hg && \
		sh tools/ensure-package subversion "The program svn" /usr/bin/svn /usr/local/bin/svn; }

# What third-party components set access control lists with.
.PHONY: acl
acl:
	@[ "$$(uname -s)" != Linux ] || sh tools/ensure-package acl "The program setfacl" /usr/bin/setfacl /bin/setfacl

# What the original unpacks archives with; our own unpacking is compared with it.
.PHONY: unpacking
unpacking:
	@[ "$$(uname -s)" != Linux ] || { \
		sh tools/ensure-package unzip "The program unzip" /usr/bin/unzip /bin/unzip && \
		sh tools/ensure-package zstd "The program zstd" /usr/bin/zstd /usr/local/bin/zstd; }

# What the secrets of other programs are made with; files of ours must open there, and theirs here. strace kills those
# who save them, at each system call.
.PHONY: encryption
encryption:
	@[ "$$(uname -s)" != Linux ] || { \
		sh tools/ensure-package age "The program age" /usr/bin/age /usr/local/bin/age && \
		sh tools/ensure-package gnupg "The program gpg" /usr/bin/gpg /usr/local/bin/gpg && \
		sh tools/ensure-package aespipe "The program aespipe" /usr/bin/aespipe /usr/local/bin/aespipe && \
		sh tools/ensure-package openssh-client "The program ssh-keygen" /usr/bin/ssh-keygen /usr/local/bin/ssh-keygen && \
		sh tools/ensure-package strace "The program strace" /usr/bin/strace /usr/local/bin/strace; }

# Hosts to deploy to: servers on this machine and in networks of their own, users of other names, login shells that are
# not of POSIX.
.PHONY: remote
remote:
	@[ "$$(uname -s)" != Linux ] || { \
		sh tools/ensure-package openssh-server "The server sshd" /usr/sbin/sshd && \
		sh tools/ensure-package sudo "The program sudo" /usr/bin/sudo && \
		sh tools/ensure-package iproute2 "The program ip" /usr/sbin/ip /usr/bin/ip /sbin/ip && \
		sh tools/ensure-package perl "The program perl" /usr/bin/perl && \
		sh tools/ensure-package procps "The program pgrep" /usr/bin/pgrep && \
		sh tools/ensure-package tcsh "The shell tcsh" /bin/tcsh /usr/bin/tcsh && \
		sh tools/ensure-package fish "The shell fish" /usr/bin/fish; }

.PHONY: clean
clean: ## Remove what was built and deployed
	cargo clean
	rm -rf work $(ORIGINAL) $(OTHERS)
