// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <linux/bpf.h>
#include <linux/limits.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include <bpf/bpf.h>

#include "error.h"
#include "fast_arena.h"
#include "fast_map.h"
#include "fastpath.h"
#include "fastpath.skel.h"
#include "map_build.h"
#include "map_file.h"
#include "rule.h"
#include "rule_line.h"
#include "state.h"
#include "xdp_rig.h"

struct rig rig;
static char state_dir[32];

static const struct cookie_keys first_keys = {
	.key = {{{0x0706050403020100, 0x0f0e0d0c0b0a0908}},
		{{0x1716151413121110, 0x1f1e1d1c1b1a1918}}},
};

uint64_t rig_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return now.tv_sec;
}

static int map_put(struct bpf_map *map, const void *key, const void *value)
{
	int err = bpf_map_update_elem(bpf_map__fd(map), key, value, BPF_ANY);

	if (err)
		fprintf(stderr, "%s: %s\n", bpf_map__name(map), strerror(-err));
	return err;
}

static int address_put(const char *text, uint32_t kind)
{
	struct fast_address address = {.ifindex = RIG_IFINDEX};

	if (inet_pton(AF_INET, text, address.addr + 12) == 1)
		memset(address.addr + 10, 0xff, 2);
	else if (inet_pton(AF_INET6, text, address.addr) != 1)
		return -1;
	return map_put(rig.programs->maps.addresses, &address, &kind);
}

/* What the programs remember for a tick of the kernel's clock is over. */
static void tick_wait(void)
{
	usleep(20000);
}

void rig_address(const char *text, enum fast_address_kind kind)
{
	assert_int_equal(address_put(text, kind), 0);
	tick_wait();
}

void rig_keys(const struct cookie_keys *keys)
{
	uint32_t zero = 0;

	rig.keys = *keys;
	assert_int_equal(map_put(rig.programs->maps.cookie_keys, &zero, keys),
			 0);
}

void rig_interface(uint32_t flags)
{
	struct fast_interface interface = {
		.flags = flags ^ FAST_IF_WITHOUT_LISTENER,
		.ports = 2,
		.port = {RIG_PORT, RIG_OTHER_PORT},
	};
	uint32_t ifindex = RIG_IFINDEX;

	assert_int_equal(map_put(rig.programs->maps.interfaces, &ifindex,
				 &interface),
			 0);
	tick_wait();
}

/* With another secret nothing is found again. */
void rig_forget(void)
{
	struct cookie_keys keys = rig.keys;

	keys.flow.word[0]++;
	rig_keys(&keys);
}

static uint64_t flow_hashed(const struct fast_flow *flow)
{
	return flow_hash(flow, fast_is_ipv4(flow), rig.domain, &rig.keys.flow);
}

bool rig_flow_is(const struct fast_flow *flow, enum flow_state state)
{
	int fd = bpf_map__fd(rig.programs->maps.flows);
	uint64_t hash = flow_hashed(flow), entry;
	uint32_t at = flow_place(hash, state);

	assert_int_equal(bpf_map_lookup_elem(fd, &at, &entry), 0);
	return flow_holds(entry, hash, rig_seconds(), FLOW_HANDED_SECONDS);
}

void rig_flow_put(const struct fast_flow *flow, enum flow_state state,
		  uint64_t age)
{
	uint64_t hash = flow_hashed(flow), entry;
	uint32_t at = flow_place(hash, state);

	entry = flow_entry(hash, 0, rig_seconds() - age);
	assert_int_equal(map_put(rig.programs->maps.flows, &at, &entry), 0);
}

int rig_reset(void **state)
{
	struct cookie_keys keys = first_keys;

	(void)state;
	keys.flow.word[0] = rig.keys.flow.word[0] + 1;
	rig_keys(&keys);
	rig_interface(0);
	rig.ifindex = RIG_IFINDEX;
	return 0;
}

static void port_set(uint16_t port)
{
	port = htons(port);
	rig.programs->rodata->port_bits[port / 64] |= 1ULL << port % 64;
}

/* What TAI is ahead of UTC, in seconds. */
static uint64_t tai_offset(void)
{
	struct timex times = {0};

	adjtimex(&times);
	return times.tai;
}

static int programs_load(void)
{
	rig.programs = fastpath__open();
	if (!rig.programs)
		return -1;
	port_set(RIG_PORT);
	port_set(RIG_OTHER_PORT);
	rig.programs->rodata->tai_offset = tai_offset();
	rig.programs->rodata->host_offers &= ~rig.refuses;
	memcpy((uint8_t *)rig.programs->rodata->mac, rig.mac, sizeof(rig.mac));
	bpf_map__set_map_extra(rig.programs->maps.arena, FAST_ARENA_AT);
	return fastpath__load(rig.programs);
}

static int arena_open(void)
{
	return fast_arena_open(&rig.arena,
			       bpf_map__fd(rig.programs->maps.arena), "");
}

/* A namespace of its own; IPv6 addresses are usable at once ("nodad"). */
static int network_make(void)
{
	return unshare(CLONE_NEWNET) || system("ip link set lo mtu 1500 up") ||
	       system("ip address add " RIG_IPV4 "/32 dev lo") ||
	       system("ip address add " RIG_IPV6 "/128 dev lo nodad");
}

int rig_setup(void **state)
{
	char maps[sizeof(state_dir) + 8];

	(void)state;
	strcpy(state_dir, "/tmp/detour-rig-XXXXXX");
	if (!mkdtemp(state_dir))
		return -1;
	snprintf(maps, sizeof(maps), "%s/maps", state_dir);
	if (mkdir(maps, 0700) || network_make() || programs_load() ||
	    arena_open() || address_put(RIG_IPV4, FAST_SERVED) ||
	    address_put(RIG_IPV6, FAST_SERVED))
		return -1;
	if (rig.rules)
		rig_rules(rig.rules, rig.rules_count);
	return 0;
}

int rig_teardown(void **state)
{
	char command[sizeof(state_dir) + 16];

	(void)state;
	map_close(rig.map);
	rig.map = NULL;
	fast_arena_close(rig.arena);
	fastpath__destroy(rig.programs);
	snprintf(command, sizeof(command), "rm -rf '%s'", state_dir);
	return system(command);
}

static void rules_compile(const char *path, const char *const *lines,
			  size_t count)
{
	static struct rule_buffer buffer;
	struct map_build *build = NULL;
	struct rule_error error;
	struct rule rule;
	size_t i;

	unlink(path);
	assert_int_equal(map_build_open(&build, path), 0);
	for (i = 0; i < count; i++) {
		if (rule_parse(&rule, &buffer, lines[i], strlen(lines[i]),
			       &error) != 1)
			fail_msg("%s: %s", lines[i], error.reason);
		assert_int_equal(map_build_add(build, &rule), 0);
	}
	assert_int_equal(map_build_finish(build), 0);
	map_build_free(build);
}

void rig_live(struct fast_area *area, struct fast_area *base)
{
	fast_arena_switch(rig.arena, area, base);
	assert_int_equal(fast_arena_tidy(rig.arena), 0);
	rig.area = area;
}

struct fast_area *rig_load(const char *state, const struct live_file *live)
{
	struct fast_area *area;

	if (fast_map_load(rig.arena, state, live, &area))
		fail_msg("%s", error_text());
	return area;
}

void rig_rules(const char *const *lines, size_t count)
{
	struct live_file live = {.release = 1, .map = "test"};
	char path[PATH_MAX];

	map_close(rig.map);
	rig.map = NULL;
	if (!lines) {
		rig_live(NULL, NULL);
		return;
	}
	if (count) {
		state_map_path(path, state_dir, live.map);
		rules_compile(path, lines, count);
		assert_int_equal(map_open(&rig.map, path), 0);
	} else {
		live.map[0] = 0;
	}
	rig_live(rig_load(state_dir, &live), NULL);
}
