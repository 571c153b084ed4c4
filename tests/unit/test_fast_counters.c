// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "fast_counters.h"

/* Another value for each counter and CPU. */
static uint64_t value_of(uint32_t key, int cpu)
{
	return (1ULL << 40) * (cpu + 1) + key * 7 + cpu;
}

static int map_make(enum bpf_map_type type, uint32_t size, uint32_t entries)
{
	return bpf_map_create(type, "counters", 4, size, entries, NULL);
}

static void map_fill(int fd, uint32_t entries)
{
	int cpus = libbpf_num_possible_cpus(), cpu;
	uint64_t *values;
	uint32_t key;

	assert_true(cpus > 0);
	values = calloc(cpus, sizeof(*values));
	assert_non_null(values);
	for (key = 0; key < entries; key++) {
		for (cpu = 0; cpu < cpus; cpu++)
			values[cpu] = value_of(key, cpu);
		assert_int_equal(bpf_map_update_elem(fd, &key, values, 0), 0);
	}
	free(values);
}

static void test_sum(void **state)
{
	static const int more[] = {0, -3, 5};
	uint64_t value[COUNTER_COUNT];
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		uint32_t entries = COUNTER_COUNT + more[i], key;
		int fd = map_make(BPF_MAP_TYPE_PERCPU_ARRAY, 8, entries), cpu;

		assert_true(fd >= 0);
		map_fill(fd, entries);
		memset(value, 0xff, sizeof(value));
		assert_int_equal(fast_counters_sum(value, fd), 0);
		for (key = 0; key < COUNTER_COUNT; key++) {
			uint64_t sum = 0;

			for (cpu = 0; cpu < libbpf_num_possible_cpus(); cpu++)
				sum += value_of(key, cpu);
			assert_int_equal(value[key], key < entries ? sum : 0);
		}
		close(fd);
	}
}

/* Larger values would be written behind the room for them. */
static void test_other_maps(void **state)
{
	static const struct {
		enum bpf_map_type type;
		uint32_t size;
	} table[] = {
		{BPF_MAP_TYPE_PERCPU_ARRAY, 4},
		{BPF_MAP_TYPE_PERCPU_ARRAY, 4096},
		{BPF_MAP_TYPE_ARRAY, 8},
		{BPF_MAP_TYPE_PERCPU_HASH, 8},
	};
	uint64_t value[COUNTER_COUNT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		int fd = map_make(table[i].type, table[i].size, COUNTER_COUNT);

		assert_true(fd >= 0);
		assert_int_equal(fast_counters_sum(value, fd), -EINVAL);
		close(fd);
	}
	assert_true(fast_counters_sum(value, -1) < 0);
	assert_non_null(strstr(error_text(), "fast path's counters"));
}

static void test_names(void **state)
{
	int i, k;

	(void)state;
	assert_string_equal(fast_counter_name(0), "pass_not_tcp");
	for (i = 0; i < COUNTER_COUNT; i++)
		for (k = 0; k < i; k++)
			assert_string_not_equal(fast_counter_name(i),
						fast_counter_name(k));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sum),
		cmocka_unit_test(test_other_maps),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
