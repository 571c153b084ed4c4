// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include "arena_free.h"
#include "arena_free.skel.h"
#include "error.h"
#include "fast_arena_free.h"
#include "fastpath.h"

enum { FREE_STEP = 1 << 20 /* bytes */ };

/* A map of maps: the kernel ends an update of it when the programs have ended
 * that may use what was there. */
static int waiter_make(struct fast_arena_free *with)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);

	with->inner = bpf_map_create(BPF_MAP_TYPE_ARRAY, "wait", 4, 4, 1, NULL);
	if (with->inner < 0)
		return with->inner;
	opts.inner_map_fd = with->inner;
	with->outer = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, "wait", 4, 4,
				     1, &opts);
	return with->outer < 0 ? with->outer : 0;
}

static uint32_t map_number(int fd)
{
	struct bpf_map_info info = {0};
	uint32_t len = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &len) ? 0 : info.id;
}

/* Whether a program is for that arena: it uses no other map. */
static bool is_of(int program, int fd)
{
	uint32_t map = 0, len = sizeof(struct bpf_prog_info);
	struct bpf_prog_info info = {
		.nr_map_ids = 1,
		.map_ids = (uintptr_t)&map,
	};

	return !bpf_obj_get_info_by_fd(program, &info, &len) &&
	       info.nr_map_ids == 1 && map == map_number(fd);
}

/* libbpf keeps quiet: the error says enough. */
static int freer_load(int fd)
{
	libbpf_print_fn_t print = libbpf_set_print(NULL);
	struct arena_free *skel = arena_free__open();
	int err = skel ? bpf_map__reuse_fd(skel->maps.arena, fd) : -errno;

	if (!err)
		err = arena_free__load(skel);
	if (!err) {
		err = fcntl(bpf_program__fd(skel->progs.arena_give_back),
			    F_DUPFD_CLOEXEC, 0);
		err = err < 0 ? -errno : err;
	}
	arena_free__destroy(skel);
	libbpf_set_print(print);
	return err;
}

/* The pinned program, or a new one. */
static int freer_make(int fd, const char *pin)
{
	int program = *pin ? bpf_obj_get(pin) : -ENOENT;

	if (program >= 0 && is_of(program, fd))
		return program;
	if (program >= 0) {
		close(program);
		unlink(pin);
	}
	program = freer_load(fd);
	if (program >= 0 && *pin)
		bpf_obj_pin(program, pin);
	return program;
}

int fast_arena_free_open(struct fast_arena_free *with, int fd, const char *pin)
{
	int err;

	if (with->program >= 0)
		return 0;
	err = waiter_make(with);
	if (!err)
		with->program = freer_make(fd, pin);
	if (!err && with->program < 0)
		err = with->program;
	if (!err)
		return 0;
	fast_arena_free_close(with);
	return error_sys(err, "cannot manage the fast path's memory%s",
			 err == -EPERM ? ", which needs root or CAP_BPF" : "");
}

void fast_arena_free_close(struct fast_arena_free *with)
{
	if (with->program >= 0)
		close(with->program);
	if (with->inner >= 0)
		close(with->inner);
	if (with->outer >= 0)
		close(with->outer);
	*with = FAST_ARENA_FREE_NONE;
}

int fast_arena_free_wait(const struct fast_arena_free *with)
{
	uint32_t zero = 0;
	int err = bpf_map_update_elem(with->outer, &zero, &with->inner, 0);

	return err ? error_sys(err, "cannot wait for the fast path's programs")
		   : 0;
}

static int pages_free(int program, uint64_t at, uint64_t size)
{
	struct arena_range range = {.at = at, .pages = size / MAP_PAGE};
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	opts.ctx_in = &range;
	opts.ctx_size_in = sizeof(range);
	return bpf_prog_test_run_opts(program, &opts);
}

int fast_arena_free_pages(const struct fast_arena_free *with, uint64_t at,
			  uint64_t size)
{
	uint64_t step;
	int err = 0;

	for (; size && !err; at += step, size -= step) {
		step = size < FREE_STEP ? size : FREE_STEP;
		err = pages_free(with->program, at, step);
	}
	return err ? error_sys(err, "cannot give back the fast path's memory")
		   : 0;
}
