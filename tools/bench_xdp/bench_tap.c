// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench_tap.h"
#include "bench_xdp_load.h"
#include "error.h"
#include "fast_tap_ring.h"
#include "fast_tap_slot.h"
#include "fastpath.skel.h"

/* For all that a run tells: nothing is lost. */
enum { ROOM = 1 << 28 };

struct bench_tap {
	struct bench_load *load;
	struct fast_tap_slot slot;
	struct fast_tap_ring *ring;
	uint64_t told;
};

static int record_count(void *arg, int cpu, const void *data, size_t len)
{
	struct bench_tap *tap = arg;

	(void)cpu;
	(void)data;
	(void)len;
	tap->told++;
	return 0;
}

int bench_tap_open(struct bench_tap **result, struct bench_load *load,
		   uint32_t sample)
{
	const struct tap_want want = {.kinds = TAP_ANSWER | TAP_MISS,
				      .sample = sample};
	struct bench_tap *tap = calloc(1, sizeof(*tap));
	int err;

	if (!tap)
		return error_sys(-ENOMEM, "cannot make a tap");
	tap->load = load;
	err = fast_tap_slot_take(&tap->slot, bpf_map__fd(load->fast->maps.taps),
				 "/tmp", &want);
	if (!err)
		err = fast_tap_ring_open(
			&tap->ring, bpf_map__fd(load->fast->maps.tap_records),
			tap->slot.number, ROOM, record_count, tap);
	*result = tap;
	return err;
}

int bench_tap_next(struct bench_tap *tap)
{
	if (!tap)
		return 0;
	fast_tap_ring_read(tap->ring);
	fast_tap_slot_renew(&tap->slot, tap->load->arena);
	if (!fast_tap_slot_lost(&tap->slot))
		return 0;
	return error_set(-ENOSPC, "the tap's ring has no room for a run");
}

void bench_tap_close(struct bench_tap *tap)
{
	if (!tap)
		return;
	fprintf(stderr, "bench_xdp: %llu records were told\n",
		(unsigned long long)tap->told);
	fast_tap_slot_leave(&tap->slot);
	fast_tap_ring_close(tap->ring);
	free(tap);
}
