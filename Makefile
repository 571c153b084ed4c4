# SPDX-License-Identifier: BSD-2-Clause
#
# make             build/detour
# make deps        install the packages that building needs (root)
# sudo make run    install, build, load an example and serve it on port 8080
# sudo make test   install, build and run every test
# sudo make test-long  the tests in their long form, again and again, and fuzzing
# sudo make test-kernels  the fast path on other kernels, under QEMU; FULL=1,
#                  KERNELS='oldest newest refused' or parts of their names
# make check       formatting and static analysis
# make bench-map   the redirect map's figures
# sudo make bench-xdp   the fast path's; QUICK=1 without 10,000,000 rules
# sudo make bench-desk  from a file in any format to live rules, nginx and HAProxy
#                  beside; QUICK=1, LONG=1 10,000,000 rules, AGAINST=BINARY
# make bench-web   a server beside a page that is asked for all the time
# sudo make bench-early  answers to requests that come out of order
# sudo make bench  side by side with web servers; QUICK=1 in 7 minutes,
#                  AGAINST=BINARY with another build of detour
# make install     to $(DESTDIR)$(PREFIX), with units for systemd; uninstall
# make test-unit   tests that need neither root nor a network
# make dist deb    $(BUILD)/detour-VERSION.tar.gz; Debian's package, beside it
#
# V=1 shows the commands. SANITIZE=1 builds with ASan and UBSan. FAST=0 builds
# without the fast path, clang, bpftool and libbpf.

PREFIX ?= /usr/local
CC ?= cc
CFLAGS ?= $(if $(SANITIZE),-O1 -g1,-O2 -g)
CLANG ?= clang
BPFTOOL ?= $(or $(shell command -v bpftool),/usr/sbin/bpftool)
VERSION := 0.2.0

LIBS := libseccomp sqlite3 libidn2 zlib jansson libmnl $(if $(WITHOUT_FAST),,libbpf)
PKG_CONFIG ?= pkg-config

# FAST=0: the socket responder and the commands, without BPF.
WITHOUT_FAST := $(filter 0,$(FAST))

# Each includes from itself and from those before it.
STOREYS := base rule format log map state fast hits change desk verify server view web cmd

BUILD ?= build$(if $(SANITIZE),/sanitize)$(if $(WITHOUT_FAST),/socket)

PROJECT_CPPFLAGS = -D_GNU_SOURCE -DDETOUR_VERSION='"$(VERSION)"' \
	$(INCLUDES:%=-iquote %)
# Where a file includes from: one of user/ from its folder, its storey and those
# below, so that folders within a storey do not know of each other; all others from
# everywhere.
INCLUDES = $(addprefix user/,$(call up_to,$(storey),$(STOREYS))) bpf \
	$(if $(filter format,$(storey)),user/format/regex) $(BUILD)/bpf \
	$(if $(filter web,$(storey)),$(BUILD)/user/web) \
	$(if $(storey),,$(wildcard user/*/*/) $(@D) tests/lib tools)
storey = $(word 2,$(subst /, ,$(filter user/%,$<)))
up_to = $(firstword $(2)) $(if $(filter-out $(1),$(firstword $(2))),$(call \
	up_to,$(1),$(wordlist 2,$(words $(2)),$(2))))
PROJECT_CFLAGS := -std=gnu11 -Wall -Wextra -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wvla -Wformat=2 \
	-fno-strict-aliasing -fstack-protector-strong -MMD -MP
PROJECT_LDLIBS = $(shell $(PKG_CONFIG) --libs $(LIBS)) -lunistring -lpthread
ifdef WERROR
PROJECT_CFLAGS += -Werror
endif
ifdef SANITIZE
PROJECT_CFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
endif

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' $(1) $(2))

# What the .c files of patterns are built to.
objects = $(patsubst %.c,$(BUILD)/%.o,$(filter-out %.bpf.c,$(wildcard $(1))))
# What stands for the fast path, and what of it needs no BPF.
NONE := $(call objects,user/*/fast*_none.c)
PLAIN := $(addprefix $(BUILD)/user/fast/fast_,address.o attached_file.o \
	broadcast.o netlink.o note.o prefix.o)
FAST_OBJECTS := $(call objects,user/fast/*.c user/*/fast_status*.c)
OBJECTS := $(filter-out $(FAST_OBJECTS) $(NONE),$(call objects,user/*/*.c \
	user/*/*/*.c)) \
	$(if $(WITHOUT_FAST),$(NONE) $(PLAIN),$(filter-out $(NONE),$(FAST_OBJECTS)))
MAIN := $(BUILD)/user/cmd/main.o
LIBRARY := $(BUILD)/libdetour.a
UNITS := $(patsubst %.o,%,$(call objects,tests/unit/test_*.c \
	tests/xdp/test_*.c tests/fuzz/fuzz_*.c))
TOOLS := $(addprefix $(BUILD)/bin/,flood delay_box gen_rules bench_map \
	bench_xdp xdp_load ask_pattern ask_regex) $(BUILD)/tools/bench/bench_edge.bpf.o

KERNEL_TESTS := $(filter $(BUILD)/tests/xdp/%,$(UNITS)) \
	$(BUILD)/tests/kernels/pass.bpf.o

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: FORCE all deps run test test-long test-kernels units objects check bench \
	bench-map bench-xdp bench-desk bench-early bench-web install uninstall clean \
	fuzz test-unit dist deb

all: $(BUILD)/detour

deps:
	$(Q)tools/deps.sh build

# What run and test need may be installed by the same make, so they build in a
# make of their own behind it.
run:
	$(Q)tools/deps.sh run
	$(Q)$(MAKE) --no-print-directory all
	$(Q)tools/run.sh $(BUILD)/detour

test:
	$(Q)tools/deps.sh test
	$(Q)$(MAKE) --no-print-directory all units
	$(Q)tests/run.sh $(BUILD)

# In their long form; those of single faults TIMES times beside other load, where
# one time takes some ten minutes; and each fuzz target for SECONDS.
TIMES ?= 2
test-long:
	$(Q)tools/deps.sh test
	$(Q)tools/deps.sh fuzz
	$(Q)$(MAKE) --no-print-directory all units
	$(Q)DETOUR_LONG=1 LIMIT=7200 tests/run.sh $(BUILD)
	$(Q)tests/again.sh $(BUILD) $(TIMES)
	$(Q)tests/fuzz.sh build/fuzz $(SECONDS) $(PROJECT_LDLIBS)

# Nothing is installed for it but what tests need: kernels and QEMU are unpacked.
test-kernels:
	$(Q)tools/deps.sh test
	$(Q)$(MAKE) --no-print-directory all $(KERNEL_TESTS)
	$(Q)python3 -B tests/kernels $(BUILD) $(if $(FULL),--full) $(KERNELS)

units: $(UNITS) $(TOOLS)

# Compiled only, for what a compiler says of it.
objects: $(OBJECTS) $(call objects,tests/*/*.c tools/*.c tools/*/*.c)

# What needs neither root nor a network: all but those that load BPF or make
# interfaces and listeners.
UNPRIVILEGED := $(filter-out %_fast_address %_fast_counters %_fast_listener \
	%_fast_vlan %_listen,$(patsubst %.o,%,$(call objects,tests/unit/test_*.c)))
test-unit: $(UNPRIVILEGED)
	$(Q)set -e; for test in $^; do echo "$$test"; ./$$test; done

# What --version says: of this checkout, or of that which the tarball is of.
COMMIT := $(if $(wildcard .git),$(shell \
	git describe --always --dirty --abbrev=12 2>/dev/null),$(shell \
	cat commit 2>/dev/null))
FORCE:
$(BUILD)/commit: FORCE
	@mkdir -p $(@D)
	@echo '$(COMMIT)' | cmp -s - $@ || echo '$(COMMIT)' >$@
$(BUILD)/user/cmd/help.o: PROJECT_CPPFLAGS += \
	-DDETOUR_COMMIT='"$(or $(COMMIT),unknown)"'
$(BUILD)/user/cmd/help.o: $(BUILD)/commit

# Programs: of their objects, and of the library.
define link
$(call say,LD,$@)
@mkdir -p $(@D)
$(Q)$(CC) $(PROJECT_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) \
	$(PROJECT_LDLIBS) $(LDLIBS)
endef

$(LIBRARY): $(filter-out $(MAIN),$(OBJECTS))
	$(call say,AR,$@)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

$(BUILD)/detour: $(MAIN) $(LIBRARY)
	$(link)

# The programs, and what embeds them into the binary. Only this header is known
# to the files that load them, so it must be there before their first compile.
BPF_CFLAGS := -ffile-prefix-map=$(CURDIR)=. -O2 -g -target bpf -mcpu=v3 -Wall -Wextra -Wno-unused-function \
	-iquote bpf -I/usr/include/$(shell uname -m)-linux-gnu -MMD -MP
$(BUILD)/%.bpf.o: %.bpf.c
	$(call say,BPF,$@)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) $(if $(WERROR),-Werror) -c -o $@ $<

$(BUILD)/%.skel.h: $(BUILD)/%.bpf.o
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $(*F) >$@

SKELETONS := $(BUILD)/bpf/fastpath.skel.h $(BUILD)/bpf/arena_free.skel.h
$(filter $(FAST_OBJECTS),$(OBJECTS)): | $(if $(WITHOUT_FAST),,$(SKELETONS))

# What a page brings along, as strings for C.
WEB_FILES := $(addsuffix .h,$(addprefix $(BUILD)/user/web/,style.css script.js \
	icon.svg))
$(WEB_FILES): $(BUILD)/%.h: %
	$(call say,TEXT,$@)
	@mkdir -p $(@D)
	$(Q)sed 's/[\"]/\\&/g; s/.*/"&\\n"/' $< >$@
$(BUILD)/user/web/web_files.o: $(WEB_FILES)

$(BUILD)/%.o: %.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(PROJECT_CPPFLAGS) $(CPPFLAGS) $(PROJECT_CFLAGS) $(CFLAGS) \
		-c -o $@ $<

$(BUILD)/tests/unit/test_%: $(BUILD)/tests/unit/test_%.o $(LIBRARY)
	$(link)

# Tests of the fast path's programs share what builds and runs packets.
XDP_RIG := $(call objects,tests/xdp/xdp_*.c)
$(call objects,tests/*/*.c): | $(SKELETONS)
$(BUILD)/tests/xdp/test_%: $(BUILD)/tests/xdp/test_%.o $(XDP_RIG) $(LIBRARY)
	$(link)
$(BUILD)/tests/unit/% $(BUILD)/tests/xdp/%: PROJECT_LDLIBS += -lcmocka

$(BUILD)/tests/fuzz/%.o: PROJECT_CPPFLAGS += -DFUZZ_REPLAY
$(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(LIBRARY)
	$(link)

BENCH_XDP := $(call objects,tools/bench_xdp/*.c)
$(BENCH_XDP): | $(SKELETONS) \
	$(BUILD)/tools/bench_xdp/bench_xdp.skel.h
$(BUILD)/bin/bench_xdp: $(BENCH_XDP) $(LIBRARY)
	$(link)

XDP_LOAD := $(call objects,tools/xdp_load/*.c)
$(XDP_LOAD): | $(BUILD)/tools/xdp_load/xdp_load.skel.h
$(BUILD)/bin/xdp_load: $(XDP_LOAD) $(LIBRARY)
	$(link)

$(BUILD)/bin/bench_map: $(BUILD)/tools/bench_map/bench_map.o $(LIBRARY)
	$(link)

$(BUILD)/bin/ask_pattern: $(BUILD)/tests/lib/ask_pattern.o $(LIBRARY)
	$(link)

$(BUILD)/bin/ask_regex: $(BUILD)/tests/lib/ask_regex.o $(LIBRARY)
	$(link)

$(BUILD)/bin/%: $(BUILD)/tools/%.o
	$(link)
$(BUILD)/bin/%: $(BUILD)/tests/lib/%.o
	$(link)

# Coverage-guided fuzzing, SECONDS for each target; findings stay in build/.
SECONDS ?= 60
fuzz:
	$(Q)tools/deps.sh fuzz
	$(Q)tests/fuzz.sh build/fuzz $(SECONDS) $(PROJECT_LDLIBS)

check:
	$(Q)tests/check.sh

bench:
	$(Q)tools/deps.sh bench
	$(Q)$(MAKE) --no-print-directory all $(TOOLS)
	$(Q)python3 -B tools/bench $(BUILD) $(if $(QUICK),--quick) \
		$(if $(AGAINST),--against $(AGAINST))

bench-map:
	$(Q)tools/deps.sh test
	$(Q)$(MAKE) --no-print-directory all units
	$(Q)tools/bench_map/bench-map.sh $(BUILD)

bench-xdp:
	$(Q)tools/deps.sh test
	$(Q)$(MAKE) --no-print-directory $(BUILD)/bin/bench_xdp
	$(Q)tools/bench_xdp/bench-xdp.sh $(BUILD)

bench-desk:
	$(Q)tools/deps.sh bench
	$(Q)$(MAKE) --no-print-directory all $(BUILD)/bin/gen_rules
	$(Q)python3 -B tools/bench_desk $(BUILD) \
		$(if $(LONG),--long) $(if $(QUICK),--quick) \
		$(if $(AGAINST),--against $(AGAINST))

bench-early:
	$(Q)tools/deps.sh test
	$(Q)$(MAKE) --no-print-directory all $(BUILD)/bin/delay_box
	$(Q)python3 -B tools/bench/early.py $(BUILD)

bench-web:
	$(Q)tools/deps.sh test
	$(Q)$(MAKE) --no-print-directory all
	$(Q)DETOUR=$(BUILD)/detour python3 -B tests/lib/web_load.py 1000000 30

# The manual; its page of the counters is made of their lists.
COUNTERS_PAGE := $(BUILD)/user/man/detour-counters.7
PAGES := $(wildcard user/man/*.[0-9]) $(COUNTERS_PAGE)
$(COUNTERS_PAGE): $(BUILD)/%: %.in tools/man/counters.awk bpf/counter.h \
		user/state/serve_counter.h
	$(call say,MAN,$@)
	@mkdir -p $(@D)
	$(Q)awk -f tools/man/counters.awk $< >$@

# Completion of zsh and fish, made of what the binary says of its commands; that
# of bash asks the binary.
COMPLETIONS := $(BUILD)/completion/_detour $(BUILD)/completion/detour.fish
$(COMPLETIONS): tools/completion/make.py $(BUILD)/detour
	$(call say,SHELL,$@)
	@mkdir -p $(@D)
	$(Q)python3 -B tools/completion/make.py $(BUILD)/detour $(@F) >$@

# Where systemd looks; its own folders do not move with PREFIX.
UNITDIR ?= $(PREFIX)/lib/systemd/system
SYSTEM := $(addprefix $(BUILD)/system/,$(notdir $(wildcard tools/system/*.s* \
	tools/system/*.timer)))
$(BUILD)/system/%: tools/system/% tools/system/hardened
	@mkdir -p $(@D)
	$(Q)sed -e 's|@SBINDIR@|$(PREFIX)/sbin|' \
		-e '/^@HARDENED@/{r tools/system/hardened' -e 'd;}' $< >$@

# What a scanner of weaknesses reads: the libraries, by name and version.
$(BUILD)/detour.spdx: tools/sbom.sh $(BUILD)/detour
	$(Q)tools/sbom.sh $(BUILD)/detour '$(VERSION)' '$(COMMIT)' >$@

# What is installed, and where: pairs, which install and uninstall share.
SHARE := $(PREFIX)/share
INSTALLED = $(BUILD)/detour=$(PREFIX)/sbin/detour \
	$(foreach page,$(PAGES),$(page)=$(SHARE)/man/man$(patsubst .%,%,$(suffix \
	$(page)))/$(notdir $(page))) \
	tools/completion/detour.bash=$(SHARE)/bash-completion/completions/detour \
	$(BUILD)/completion/_detour=$(SHARE)/zsh/vendor-completions/_detour \
	$(BUILD)/completion/detour.fish=$(SHARE)/fish/vendor_completions.d/detour.fish \
	$(foreach unit,$(SYSTEM),$(unit)=$(UNITDIR)/$(notdir $(unit))) \
	tools/system/sysusers.conf=$(PREFIX)/lib/sysusers.d/detour.conf \
	tools/system/tmpfiles.conf=$(PREFIX)/lib/tmpfiles.d/detour.conf \
	tools/system/detach-all=$(SHARE)/detour/detach-all \
	tools/system/sudoers=$(SHARE)/doc/detour/examples/sudoers \
	tools/example.rules=$(SHARE)/doc/detour/examples/example.rules \
	tools/monitor/alerts.yml=$(SHARE)/doc/detour/examples/alerts.yml \
	tools/monitor/grafana.json=$(SHARE)/doc/detour/examples/grafana.json \
	$(BUILD)/detour.spdx=$(SHARE)/doc/detour/detour.spdx

# A file of options that is there is the operator's.
DEFAULT := /etc/default/detour
install: all $(PAGES) $(COMPLETIONS) $(SYSTEM) $(BUILD)/detour.spdx
	$(Q)set -e; for pair in $(INSTALLED); do from=$${pair%%=*}; \
		mode=644; [ ! -x $$from ] || mode=755; \
		install -D -m $$mode $$from $(DESTDIR)$${pair#*=}; done
	$(Q)[ -e $(DESTDIR)$(DEFAULT) ] || \
		install -D -m 644 tools/system/default $(DESTDIR)$(DEFAULT)

# The state, the user and the file of options stay.
uninstall:
	$(Q)for pair in $(INSTALLED); do rm -f $(DESTDIR)$${pair#*=}; done
	$(Q)rmdir $(DESTDIR)$(SHARE)/doc/detour/examples \
		$(DESTDIR)$(SHARE)/doc/detour $(DESTDIR)$(SHARE)/detour 2>&- || :

# The same bytes wherever and whenever they are made of a commit.
NAME := detour-$(VERSION)
dist: $(BUILD)/$(NAME).tar.gz
$(BUILD)/$(NAME).tar.gz: FORCE
	$(Q)tools/dist.sh $@ $(NAME) '$(COMMIT)'

deb: dist
	$(Q)tools/deps.sh package
	$(Q)tools/deb.sh $(BUILD)/$(NAME).tar.gz $(NAME) $(BUILD)/deb

clean:
	rm -rf $(BUILD)

# Not those of the builds below it.
-include $(shell find $(addprefix $(BUILD)/,bpf user tests tools) -name '*.d' \
	2>/dev/null)
