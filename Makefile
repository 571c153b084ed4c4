# SPDX-License-Identifier: BSD-2-Clause
#
# make             build/detour
# make deps        install the packages that building needs (root)
# sudo make run    install, build, load an example and serve it on port 8080
# sudo make test   install, build and run every test
# sudo make test-long  the tests in their long form, again and again, and fuzzing
# make check       formatting and static analysis
# make bench-map   the redirect map's figures
# sudo make bench-xdp   the fast path's; QUICK=1 without 10,000,000 rules
# sudo make bench-early  answers to requests that come out of order
# sudo make bench  side by side with web servers; QUICK=1 in 3 minutes
# make install     to $(DESTDIR)$(PREFIX)
#
# V=1 shows the commands. SANITIZE=1 builds with ASan and UBSan.

PREFIX ?= /usr/local
CC ?= cc
CFLAGS ?= -O2 -g
CLANG ?= clang
BPFTOOL ?= $(or $(shell command -v bpftool),/usr/sbin/bpftool)
VERSION := 0.2.0

LIBS := sqlite3 libidn2 zlib jansson libbpf libmnl
PKG_CONFIG ?= pkg-config

BUILD ?= build$(if $(SANITIZE),/sanitize)

PROJECT_CPPFLAGS := -D_GNU_SOURCE -DDETOUR_VERSION='"$(VERSION)"' \
	-iquote user -iquote bpf -iquote $(BUILD)/bpf
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

SOURCES := $(wildcard user/*.c)
OBJECTS := $(SOURCES:user/%.c=$(BUILD)/user/%.o)
LIBRARY := $(filter-out $(BUILD)/user/main.o,$(OBJECTS))
UNITS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/test_*.c))
FUZZERS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/fuzz_*.c))
TOOLS := $(patsubst tools/%.c,$(BUILD)/tools/%, \
	$(filter-out %.bpf.c tools/bench_xdp_% tools/xdp_load_%, \
	$(wildcard tools/*.c)))

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: FORCE all deps run test test-long units check bench bench-map \
	bench-xdp bench-early install clean fuzz

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

# In their long form; those of single faults ten times beside other load; and
# each fuzz target for SECONDS.
test-long:
	$(Q)tools/deps.sh test
	$(Q)tools/deps.sh fuzz
	$(Q)$(MAKE) --no-print-directory all units
	$(Q)DETOUR_LONG=1 tests/run.sh $(BUILD)
	$(Q)tests/again.sh $(BUILD) 10
	$(Q)tests/fuzz.sh build/fuzz $(SECONDS) $(PROJECT_LDLIBS)

units: $(UNITS) $(FUZZERS) $(TOOLS) $(BUILD)/tests/flood \
	$(BUILD)/tests/delay_box \
	$(BUILD)/tools/bench_edge.bpf.o

# What --version says, where this is a checkout.
COMMIT := $(if $(wildcard .git),$(shell \
	git describe --always --dirty --abbrev=12 2>/dev/null))
FORCE:
$(BUILD)/commit: FORCE
	@mkdir -p $(@D)
	@echo '$(COMMIT)' | cmp -s - $@ || echo '$(COMMIT)' >$@
$(BUILD)/user/help.o: PROJECT_CPPFLAGS += \
	-DDETOUR_COMMIT='"$(or $(COMMIT),unknown)"'
$(BUILD)/user/help.o: $(BUILD)/commit

$(BUILD)/detour: $(OBJECTS)
	$(call say,LD,$@)
	$(Q)$(CC) $(PROJECT_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ \
		$(PROJECT_LDLIBS) $(LDLIBS)

# The programs, and what embeds them into the binary. Only this header is known
# to the files that load them, so it must be there before their first compile.
BPF_CFLAGS := -O2 -g -target bpf -mcpu=v3 -Wall -Wextra -Wno-unused-function \
	-iquote bpf -I/usr/include/$(shell uname -m)-linux-gnu -MMD -MP
$(BUILD)/%.bpf.o: %.bpf.c
	$(call say,BPF,$@)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) $(if $(WERROR),-Werror) -c -o $@ $<

$(BUILD)/%.skel.h: $(BUILD)/%.bpf.o
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $(*F) >$@

$(OBJECTS): | $(BUILD)/bpf/fastpath.skel.h

$(BUILD)/%.o: %.c
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(PROJECT_CPPFLAGS) $(CPPFLAGS) $(PROJECT_CFLAGS) $(CFLAGS) \
		-c -o $@ $<

$(BUILD)/tests/test_%: $(BUILD)/tests/test_%.o $(LIBRARY)
	$(call say,LD,$@)
	$(Q)$(CC) $(PROJECT_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka \
		$(PROJECT_LDLIBS) $(LDLIBS)

# Tests of the fast path's programs share what builds and runs packets.
XDP_RIG := $(patsubst tests/%.c,$(BUILD)/tests/%.o,$(wildcard tests/xdp_*.c))
$(XDP_RIG) $(UNITS:=.o): | $(BUILD)/bpf/fastpath.skel.h
$(BUILD)/tests/test_xdp_%: $(BUILD)/tests/test_xdp_%.o $(XDP_RIG) $(LIBRARY)
	$(call say,LD,$@)
	$(Q)$(CC) $(PROJECT_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka \
		$(PROJECT_LDLIBS) $(LDLIBS)

$(BUILD)/tests/flood $(BUILD)/tests/delay_box: %: %.o
	$(call say,LD,$@)
	$(Q)$(CC) $(PROJECT_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/tests/fuzz_%.o: PROJECT_CPPFLAGS += -DFUZZ_REPLAY
$(BUILD)/tests/fuzz_%: $(BUILD)/tests/fuzz_%.o $(LIBRARY)
	$(call say,LD,$@)
	$(Q)$(CC) $(PROJECT_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ \
		$(PROJECT_LDLIBS) $(LDLIBS)

BENCH_XDP := $(patsubst tools/%.c,$(BUILD)/tools/%.o, \
	$(wildcard tools/bench_xdp_*.c))
$(BENCH_XDP): PROJECT_CPPFLAGS += -iquote $(BUILD)/tools
$(BENCH_XDP): | $(BUILD)/bpf/fastpath.skel.h $(BUILD)/tools/bench_xdp.skel.h
$(BUILD)/tools/bench_xdp: $(BENCH_XDP)

XDP_LOAD := $(patsubst tools/%.c,$(BUILD)/tools/%.o, \
	$(filter-out %.bpf.c,$(wildcard tools/xdp_load*.c)))
$(XDP_LOAD): PROJECT_CPPFLAGS += -iquote $(BUILD)/tools
$(XDP_LOAD): | $(BUILD)/tools/xdp_load.skel.h
$(BUILD)/tools/xdp_load: $(XDP_LOAD)
$(BUILD)/tools/%: $(BUILD)/tools/%.o $(LIBRARY)
	$(call say,LD,$@)
	$(Q)$(CC) $(PROJECT_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ \
		$(PROJECT_LDLIBS) $(LDLIBS)

# Coverage-guided fuzzing, SECONDS for each target; findings stay in build/.
SECONDS ?= 60
fuzz:
	$(Q)tools/deps.sh fuzz
	$(Q)tests/fuzz.sh build/fuzz $(SECONDS) $(PROJECT_LDLIBS)

check:
	$(Q)tests/check.sh

bench:
	$(Q)tools/deps.sh bench
	$(Q)$(MAKE) --no-print-directory all $(BUILD)/tests/flood \
		$(BUILD)/tools/gen_rules $(BUILD)/tools/xdp_load \
		$(BUILD)/tools/bench_edge.bpf.o
	$(Q)python3 -B tools/bench $(BUILD) $(if $(QUICK),--quick)

bench-map:
	$(Q)tools/deps.sh test
	$(Q)$(MAKE) --no-print-directory all units
	$(Q)tools/bench-map.sh $(BUILD)

bench-xdp:
	$(Q)tools/deps.sh test
	$(Q)$(MAKE) --no-print-directory $(BUILD)/tools/bench_xdp
	$(Q)tools/bench-xdp.sh $(BUILD)

bench-early:
	$(Q)tools/deps.sh test
	$(Q)$(MAKE) --no-print-directory all $(BUILD)/tests/delay_box
	$(Q)python3 -B tools/bench_early.py $(BUILD)

install: all
	install -D -m 755 $(BUILD)/detour $(DESTDIR)$(PREFIX)/sbin/detour
	install -D -m 644 user/detour.8 \
		$(DESTDIR)$(PREFIX)/share/man/man8/detour.8
	install -D -m 644 tools/completion/detour.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/detour

clean:
	rm -rf build

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
