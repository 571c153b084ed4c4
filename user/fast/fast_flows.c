// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <stdlib.h>

#include "fast_flows.h"
#include "fast_instance.h"
#include "fastpath.h"
#include "flow.h"

/* The first FAST_FLOWS entries are those of FLOW_OURS. */
static void entries_clear(int flows)
{
	LIBBPF_OPTS(bpf_map_batch_opts, opts);
	uint32_t *place = calloc(FAST_FLOWS, sizeof(*place));
	uint64_t *entry = calloc(FAST_FLOWS, sizeof(*entry));
	uint32_t count = FAST_FLOWS, i;

	if (place && entry) {
		for (i = 0; i < count; i++)
			place[i] = i;
		bpf_map_update_batch(flows, place, entry, &count, &opts);
	}
	free(place);
	free(entry);
}

void fast_flows_forget(const char *state)
{
	struct fast_instance *instance = NULL;
	int flows = -1;

	if (fast_instance_open(&instance, state))
		return;
	if (!fast_instance_check(instance))
		flows = fast_instance_map(instance, FAST_PIN_FLOWS);
	if (flows >= 0)
		entries_clear(flows);
	fast_instance_close(instance);
}
