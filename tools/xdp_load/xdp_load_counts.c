// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "error.h"
#include "xdp_load_counts.h"

int load_counts_read(struct load_counts *counts, int map)
{
	enum { WORDS = sizeof(*counts) / sizeof(__u64) };
	int cpus = libbpf_num_possible_cpus(), cpu, i, err;
	__u64 *sum = (__u64 *)counts, *each;
	__u32 zero = 0;

	if (cpus < 0)
		return error_sys(cpus, "cannot count the CPUs");
	each = calloc(cpus, sizeof(*counts));
	if (!each)
		return error_sys(-ENOMEM, "cannot read the counts");
	err = bpf_map_lookup_elem(map, &zero, each);
	memset(counts, 0, sizeof(*counts));
	for (cpu = 0; cpu < cpus; cpu++)
		for (i = 0; i < WORDS; i++)
			sum[i] += each[cpu * WORDS + i];
	free(each);
	return err ? error_sys(err, "cannot read the counts") : 0;
}

const char *load_event_name(enum load_event event)
{
	static const char *const names[] = {
#define NAME(constant, name, what) name,
		LOAD_EVENTS(NAME)
#undef NAME
	};

	return names[event];
}

__u64 load_counts_samples(const struct load_counts *counts)
{
	__u64 samples = 0;
	int i;

	for (i = 0; i < LOAD_LATENCIES; i++)
		samples += counts->latency[i];
	return samples;
}

__u64 load_counts_latency(const struct load_counts *counts, double share)
{
	__u64 samples = load_counts_samples(counts), seen = 0;
	__u64 rank = share * samples;
	int i;

	if (!samples)
		return 0;
	rank += rank < share * samples;
	for (i = 0; i < LOAD_LATENCIES; i++) {
		seen += counts->latency[i];
		if (seen >= rank)
			break;
	}
	/* The bucket's end. */
	return load_bucket_ns(i + 1) - 1;
}
