// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "fast_tap_ring.h"
#include "tap.h"

enum {
	ROOM_ALL = 64 << 20, /* bytes of all rings together, and of one */
	ROOM_MOST = 1 << 20,
	ROOM_LEAST = 1 << 16,
};

struct fast_tap_ring {
	int map; /* by which the rings came */
	struct perf_buffer *buffer;
	fast_tap_ring_fn *fn;
	void *arg;
	int cpu[TAP_CPUS], key[TAP_CPUS], count;
};

/* The CPUs that run: "0-3,8". */
static int cpus_read(struct fast_tap_ring *ring)
{
	FILE *file = fopen("/sys/devices/system/cpu/online", "re");
	int from, to, got;
	char next = ',';

	if (!file)
		return -errno;
	while (next == ',' && fscanf(file, "%d", &from) == 1) {
		to = from;
		got = fscanf(file, "-%d", &to);
		if (got < 0 || fscanf(file, "%c", &next) != 1)
			next = '\0';
		for (; from <= to && ring->count < TAP_CPUS; from++)
			ring->cpu[ring->count++] = from;
	}
	fclose(file);
	return ring->count ? 0 : -ENOENT;
}

static enum bpf_perf_event_ret event_take(void *arg, int cpu,
					  struct perf_event_header *header)
{
	struct {
		struct perf_event_header header;
		uint32_t size;
		uint8_t data[];
	} *sample = (void *)header;
	struct fast_tap_ring *ring = arg;

	if (header->type != PERF_RECORD_SAMPLE ||
	    header->size < sizeof(*sample) ||
	    sample->size > header->size - sizeof(*sample))
		return LIBBPF_PERF_EVENT_CONT;
	return ring->fn(ring->arg, cpu, sample->data, sample->size)
		       ? LIBBPF_PERF_EVENT_DONE
		       : LIBBPF_PERF_EVENT_CONT;
}

static size_t room_usual(const struct fast_tap_ring *ring)
{
	size_t room = ROOM_MOST;

	while (room > ROOM_LEAST && room * ring->count > ROOM_ALL)
		room /= 2;
	return room;
}

/* A descriptor of the map for nobody else: with it the rings go. */
static int map_again(int map)
{
	struct bpf_map_info info = {0};
	uint32_t len = sizeof(info);

	if (bpf_obj_get_info_by_fd(map, &info, &len))
		return -errno;
	return bpf_map_get_fd_by_id(info.id);
}

static int buffer_make(struct fast_tap_ring *ring, uint32_t slot, size_t room)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_RAW,
		.sample_period = 1,
		.watermark = 1,
		.wakeup_watermark = room / 4,
	};
	LIBBPF_OPTS(perf_buffer_raw_opts, opts);
	int i;

	for (i = 0; i < ring->count; i++)
		ring->key[i] = slot * TAP_CPUS + ring->cpu[i];
	opts.cpu_cnt = ring->count;
	opts.cpus = ring->cpu;
	opts.map_keys = ring->key;
	ring->buffer =
		perf_buffer__new_raw(ring->map, room / sysconf(_SC_PAGESIZE),
				     &attr, event_take, ring, &opts);
	return ring->buffer ? 0 : -errno;
}

int fast_tap_ring_open(struct fast_tap_ring **result, int map, uint32_t slot,
		       size_t room, fast_tap_ring_fn *fn, void *arg)
{
	struct fast_tap_ring *ring = calloc(1, sizeof(*ring));
	libbpf_print_fn_t print = libbpf_set_print(NULL);
	int err = -ENOMEM;

	if (ring) {
		ring->fn = fn;
		ring->arg = arg;
		ring->map = map_again(map);
		err = ring->map < 0 ? ring->map : cpus_read(ring);
	}
	if (!err)
		err = buffer_make(ring, slot, room ? room : room_usual(ring));
	libbpf_set_print(print);
	if (err) {
		fast_tap_ring_close(ring);
		return error_sys(err, "cannot see what the fast path answers");
	}
	*result = ring;
	return 0;
}

void fast_tap_ring_read(struct fast_tap_ring *ring)
{
	perf_buffer__consume(ring->buffer);
}

int fast_tap_ring_fd(const struct fast_tap_ring *ring)
{
	return perf_buffer__epoll_fd(ring->buffer);
}

void fast_tap_ring_close(struct fast_tap_ring *ring)
{
	if (!ring)
		return;
	/* Or libbpf would take away what stands in the slot, which may be
	 * another tap's by now. */
	if (ring->map >= 0)
		close(ring->map);
	perf_buffer__free(ring->buffer);
	free(ring);
}
