// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "fast_counters.h"
#include "fast_instance.h"

static const char *const names[] = {
#define COUNTER_NAME(constant, name, verdict, what) name,
	COUNTERS(COUNTER_NAME)
#undef COUNTER_NAME
};

_Static_assert(sizeof(names) / sizeof(*names) == COUNTER_COUNT, "a name each");

const char *fast_counter_name(enum counter counter)
{
	return names[counter];
}

static int counters_fail(int err)
{
	return error_sys(err, "cannot read the fast path's counters");
}

/* The kernel writes a value for each CPU, as large as the map has them: what
 * that is must be known before there is room for it. */
static int counters_length(int fd, uint32_t *length)
{
	struct bpf_map_info info;
	uint32_t size = sizeof(info);

	memset(&info, 0, sizeof(info));
	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return counters_fail(-errno);
	if (info.type != BPF_MAP_TYPE_PERCPU_ARRAY || info.key_size != 4 ||
	    info.value_size != sizeof(uint64_t))
		return counters_fail(-EINVAL);
	*length = info.max_entries < COUNTER_COUNT ? info.max_entries
						   : COUNTER_COUNT;
	return 0;
}

static int counter_sum(uint64_t *sum, int fd, uint32_t key, uint64_t *percpu,
		       int cpus)
{
	int i;

	if (bpf_map_lookup_elem(fd, &key, percpu))
		return counters_fail(-errno);
	*sum = 0;
	for (i = 0; i < cpus; i++)
		*sum += percpu[i];
	return 0;
}

int fast_counters_sum(uint64_t value[COUNTER_COUNT], int fd)
{
	int cpus = libbpf_num_possible_cpus(), err;
	uint32_t length = 0, key;
	uint64_t *percpu;

	if (cpus < 0)
		return error_sys(cpus, "cannot count the CPUs");
	err = counters_length(fd, &length);
	if (err)
		return err;
	percpu = calloc(cpus, sizeof(*percpu));
	if (!percpu)
		return counters_fail(-ENOMEM);
	memset(value, 0, COUNTER_COUNT * sizeof(*value));
	for (key = 0; !err && key < length; key++)
		err = counter_sum(&value[key], fd, key, percpu, cpus);
	free(percpu);
	return err;
}

int fast_counters_read(uint64_t value[COUNTER_COUNT], const char *state)
{
	struct fast_instance *instance;
	int err, fd = -1;

	err = fast_instance_open(&instance, state);
	if (err)
		return err;
	err = fast_instance_check(instance);
	if (!err)
		fd = fast_instance_map(instance, FAST_PIN_COUNTERS);
	if (!err)
		err = fd < 0 ? fd : fast_counters_sum(value, fd);
	fast_instance_close(instance);
	return err;
}
