// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <errno.h>
#include <linux/limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bench_xdp.skel.h"
#include "bench_xdp_frame.h"
#include "bench_xdp_load.h"
#include "error.h"
#include "fast_arena.h"
#include "fast_counters.h"
#include "fast_host.h"
#include "fast_map.h"
#include "fastpath.h"
#include "fastpath.skel.h"
#include "map_build.h"
#include "rulegen.h"
#include "state.h"

enum { LOOPBACK = 1 /* the interface of test runs */ };

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static int put(const struct bpf_map *map, uint32_t key, const void *value)
{
	int err = bpf_map_update_elem(bpf_map__fd(map), &key, value, BPF_ANY);

	return err ? error_sys(err, "cannot write the map %s",
			       bpf_map__name(map))
		   : 0;
}

static int fast_load(struct bench_load *load, const struct cookie_keys *keys)
{
	struct fast_interface interface = {.flags = FAST_IF_WITHOUT_LISTENER};
	struct fast_address address = {.ifindex = LOOPBACK};
	uint32_t one = 1;
	uint16_t port = htons(BENCH_PORT);
	double start;
	int i, err;

	load->fast = fastpath__open();
	if (!load->fast)
		return error_sys(-errno, "cannot open the fast path's object");
	load->fast->rodata->port_bits[port / 64] |= 1ULL << port % 64;
	load->fast->rodata->tai_offset = fast_host_tai_offset();
	bpf_map__set_map_extra(load->fast->maps.arena, FAST_ARENA_AT);
	start = now_ms();
	err = fastpath__load(load->fast);
	if (err)
		return error_sys(err, "cannot load the fast path");
	load->load_ms = now_ms() - start;
	err = fast_arena_open(&load->arena, bpf_map__fd(load->fast->maps.arena),
			      "");
	if (err)
		return err;
	for (i = 0; i < 2 && !err; i++) {
		bench_server(address.addr, i);
		err = bpf_map_update_elem(
			bpf_map__fd(load->fast->maps.addresses), &address, &one,
			BPF_ANY);
	}
	if (err)
		return error_sys(err, "cannot write the map addresses");
	err = bpf_map_update_elem(bpf_map__fd(load->fast->maps.interfaces),
				  &address.ifindex, &interface, BPF_ANY);
	if (err)
		return error_sys(err, "cannot write the map interfaces");
	return put(load->fast->maps.cookie_keys, 0, keys);
}

static int feeder_load(struct bench_load *load)
{
	size_t size = BENCH_PACKETS * sizeof(*load->packets);
	const struct bpf_program *program[BENCH_SLOTS];
	void *memory;
	uint32_t slot;
	int err, fd;

	load->feeder = bench_xdp__open_and_load();
	if (!load->feeder)
		return error_sys(-errno, "cannot load the feeder");
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
		      bpf_map__fd(load->feeder->maps.packets), 0);
	if (memory == MAP_FAILED)
		return error_sys(-errno, "cannot map the packets");
	load->packets = memory;
	program[BENCH_NOTHING] = load->feeder->progs.nothing;
	program[BENCH_BOUNCE] = load->feeder->progs.bounce;
	program[BENCH_RESPOND] = load->fast->progs.xdp_respond;
	for (slot = 0, err = 0; slot < BENCH_SLOTS && !err; slot++) {
		fd = bpf_program__fd(program[slot]);
		err = put(load->feeder->maps.programs, slot, &fd);
	}
	return err;
}

int bench_load_open(struct bench_load *load, const struct cookie_keys *keys)
{
	int err = fast_load(load, keys);

	return err ? err : feeder_load(load);
}

int bench_load_another(struct bench_load *load, const struct bench_load *open)
{
	*load = (struct bench_load){
		.fast = open->fast,
		.arena = open->arena,
		.another = true,
	};
	return feeder_load(load);
}

/* The rules of rulegen.h are grouped by host, as map_build_add() wants. */
static int compile(const char *path, uint64_t rules)
{
	struct rulegen gen = rulegen_of(rules);
	struct map_build *build = NULL;
	struct rule rule;
	uint64_t i;
	int err;

	err = map_build_open(&build, path);
	for (i = 0; i < rules && !err; i++) {
		rulegen_rule(&gen, i, &rule);
		err = map_build_add(build, &rule);
	}
	if (!err)
		err = map_build_finish(build);
	map_build_free(build);
	return err;
}

static int release_load(struct bench_load *load, uint64_t rules,
			const char *state)
{
	struct live_file live = {.release = 1, .map = "bench"};
	struct fast_area *area;
	char path[PATH_MAX];
	int err;

	state_map_path(path, state, live.map);
	err = compile(path, rules);
	if (!err)
		err = fast_map_load(load->arena, state, &live, &area);
	unlink(path);
	if (err)
		return err;
	fast_arena_switch(load->arena, area, NULL);
	return fast_arena_tidy(load->arena);
}

int bench_load_release(struct bench_load *load, uint64_t rules, const char *dir)
{
	char state[PATH_MAX / 2], maps[PATH_MAX];
	int err;

	snprintf(state, sizeof(state), "%s/bench-xdp-XXXXXX", dir);
	if (!mkdtemp(state))
		return error_sys(-errno, "cannot make %s", state);
	snprintf(maps, sizeof(maps), "%s/maps", state);
	err = mkdir(maps, 0700) ? error_sys(-errno, "cannot make %s", maps)
				: release_load(load, rules, state);
	rmdir(maps);
	rmdir(state);
	return err;
}

/* While it runs, no other process has this CPU, nor its caches. */
static int test_run(int program, struct bpf_test_run_opts *opts)
{
	struct sched_param alone = {.sched_priority = 1}, other = {0};
	int err;

	if (sched_setscheduler(0, SCHED_FIFO, &alone))
		return error_sys(-errno, "cannot have the CPU alone");
	err = bpf_prog_test_run_opts(program, opts);
	sched_setscheduler(0, SCHED_OTHER, &other);
	return err ? error_sys(err, "cannot run the feeder") : 0;
}

int bench_load_run(struct bench_load *load, enum bench_slot slot, double *ns)
{
	uint8_t frame[BENCH_FRAME] = {0};
	struct bpf_test_run_opts opts = {
		.sz = sizeof(opts),
		.data_in = frame,
		.data_size_in = sizeof(frame),
		.repeat = BENCH_PACKETS,
	};
	int err;

	load->feeder->bss->slot = slot;
	load->feeder->bss->next = load->feeder->bss->failed = 0;
	load->feeder->bss->origin = 0;
	err = test_run(bpf_program__fd(load->feeder->progs.feed), &opts);
	if (err)
		return err;
	if (load->feeder->bss->next != BENCH_PACKETS ||
	    load->feeder->bss->failed)
		return error_set(-EPROTO, "fed %u packets, %u went nowhere",
				 load->feeder->bss->next,
				 load->feeder->bss->failed);
	*ns = opts.duration;
	return 0;
}

int bench_load_counters(struct bench_load *load, uint64_t value[COUNTER_COUNT])
{
	return fast_counters_sum(value, bpf_map__fd(load->fast->maps.counters));
}

static int program_read(struct bench_program *program,
			const struct bpf_program *from)
{
	struct bpf_prog_info info = {0};
	uint32_t len = sizeof(info);
	int err = bpf_obj_get_info_by_fd(bpf_program__fd(from), &info, &len);

	program->name = bpf_program__name(from);
	if (err)
		return error_sys(err, "cannot read about %s", program->name);
	program->instructions = info.xlated_prog_len / 8;
	program->verified = info.verified_insns;
	program->jited = info.jited_prog_len;
	return 0;
}

int bench_load_programs(struct bench_load *load,
			struct bench_program program[2])
{
	int err = program_read(&program[0], load->fast->progs.xdp_respond);

	return err ? err
		   : program_read(&program[1], load->fast->progs.tc_hand_over);
}

void bench_load_close(struct bench_load *load)
{
	if (load->packets)
		munmap(load->packets, BENCH_PACKETS * sizeof(*load->packets));
	bench_xdp__destroy(load->feeder);
	if (load->another)
		return;
	fast_arena_close(load->arena);
	fastpath__destroy(load->fast);
}
