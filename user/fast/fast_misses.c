// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "fast_instance.h"
#include "fast_misses.h"
#include "fast_pin.h"
#include "miss_memory.h"

static fast_misses_save_fn *saver; /* of the program, or NULL */

enum { MISSES_TRIES = 16 }; /* for a bucket that is written meanwhile */

static int misses_fail(int err)
{
	return error_sys(err, "cannot use the fast path's misses");
}

/* How many buckets of each table fit into the map, whose values are ours. */
static int misses_room(int fd, uint32_t *buckets)
{
	struct bpf_map_info info;
	uint32_t size = sizeof(info);

	memset(&info, 0, sizeof(info));
	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return misses_fail(-errno);
	if (info.type != BPF_MAP_TYPE_PERCPU_ARRAY || info.key_size != 4 ||
	    info.value_size != MISS_BUCKET || !info.max_entries)
		return misses_fail(-EINVAL);
	*buckets = (info.max_entries - 1) / MISS_TABLES;
	return 0;
}

/* Memory for one value of each CPU. */
static int values_new(void **values, int *cpus)
{
	*cpus = libbpf_num_possible_cpus();
	if (*cpus < 0)
		return error_sys(*cpus, "cannot count the CPUs");
	*values = calloc(*cpus, MISS_BUCKET);
	return *values ? 0 : misses_fail(-ENOMEM);
}

/* Every CPU has a header of its own, all the same. */
static int header_write(int fd, uint32_t buckets)
{
	struct miss_header *headers;
	uint32_t zero = 0;
	void *values;
	int cpus, i, err;

	err = values_new(&values, &cpus);
	if (err)
		return err;
	headers = values;
	err = miss_memory_header(headers, buckets);
	for (i = 1; i < cpus && !err; i++)
		headers[i] = *headers;
	if (!err && bpf_map_update_elem(fd, &zero, headers, BPF_ANY))
		err = misses_fail(-errno);
	free(values);
	return err;
}

/* That of the first CPU. */
static int header_read(int fd, struct miss_header *header)
{
	uint32_t zero = 0;
	void *values;
	int cpus, err;

	err = values_new(&values, &cpus);
	if (err)
		return err;
	if (bpf_map_lookup_elem(fd, &zero, values))
		err = misses_fail(-errno);
	else
		memcpy(header, values, sizeof(*header));
	free(values);
	return err;
}

int fast_misses_begin(int fd)
{
	uint32_t room;
	int err = misses_room(fd, &room);

	return err ? err : header_write(fd, room);
}

int fast_misses_set(const struct fast_instance *instance, int buckets)
{
	int fd = fast_instance_map(instance, FAST_PIN_MISSES), err;
	struct miss_header header;
	uint32_t room;

	if (fd < 0)
		return fd;
	err = misses_room(fd, &room);
	if (!err)
		err = header_read(fd, &header);
	if (err)
		return err;
	if (buckets >= 0 && (uint32_t)buckets != room)
		return error_set(
			-EBUSY,
			"misses have memory of another size on what is attached already: detach that first");
	if (header.magic == MISS_MAGIC && header.buckets == room)
		return 0;
	return fast_misses_begin(fd);
}

/* One number of a bucket, of all CPUs: read it, and see which of them were not
 * written meanwhile. The kernel copies each value, while it may be written; so
 * `done` is taken from a copy before, `begun` from one behind. */
struct misses {
	int fd, cpus;
	struct miss_bucket *before, *value, *after;
	bool *told; /* by CPU: the reader has got it */
	const struct fast_misses_reader *reader;
};

static int bucket_copy(const struct misses *misses, uint32_t at)
{
	if (bpf_map_lookup_elem(misses->fd, &at, misses->before) ||
	    bpf_map_lookup_elem(misses->fd, &at, misses->value) ||
	    bpf_map_lookup_elem(misses->fd, &at, misses->after))
		return misses_fail(-errno);
	return 0;
}

/* Give those that are whole, at the last try all: 1 if some are left. */
static int bucket_give(struct misses *misses, uint32_t table, uint32_t number,
		       bool all)
{
	const struct fast_misses_reader *reader = misses->reader;
	int i, err = 0, left = 0;

	for (i = 0; i < misses->cpus && !err; i++) {
		if (misses->told[i])
			continue;
		if (!all && misses->before[i].done != misses->after[i].begun) {
			left = 1;
			continue;
		}
		misses->told[i] = true;
		if (misses->value[i].begun)
			err = reader->bucket(&misses->value[i], table, number,
					     reader->arg);
	}
	return err ? err : left;
}

static int bucket_read(struct misses *misses, uint32_t buckets, uint32_t table,
		       uint32_t number)
{
	int tries, err = 1;

	memset(misses->told, 0, misses->cpus * sizeof(*misses->told));
	for (tries = 1; err == 1; tries++) {
		err = bucket_copy(misses, 1 + table * buckets + number);
		if (!err)
			err = bucket_give(misses, table, number,
					  tries == MISSES_TRIES);
	}
	return err;
}

static int tables_read(struct misses *misses, uint32_t buckets)
{
	uint32_t table, number;
	int err = 0;

	for (table = 0; table < MISS_TABLES; table++)
		for (number = 0; number < buckets && !err; number++)
			err = bucket_read(misses, buckets, table, number);
	return err;
}

int fast_misses_each(int fd, const struct fast_misses_reader *reader)
{
	struct misses misses = {.fd = fd, .reader = reader};
	struct miss_header header = {.magic = 0};
	uint32_t room;
	int err = misses_room(fd, &room);

	if (!err)
		err = header_read(fd, &header);
	if (err || header.magic != MISS_MAGIC || !header.buckets ||
	    header.buckets > room)
		return err;
	err = reader->header(&header, reader->arg);
	if (err)
		return err;
	err = values_new((void **)&misses.before, &misses.cpus);
	if (!err)
		err = values_new((void **)&misses.value, &misses.cpus);
	if (!err)
		err = values_new((void **)&misses.after, &misses.cpus);
	if (!err) {
		misses.told = calloc(misses.cpus, sizeof(*misses.told));
		err = misses.told ? tables_read(&misses, header.buckets)
				  : misses_fail(-ENOMEM);
	}
	free(misses.told);
	free(misses.after);
	free(misses.value);
	free(misses.before);
	return err;
}

int fast_misses_read(const char *state, const struct fast_misses_reader *reader)
{
	struct fast_instance *instance;
	int err, fd = -1;

	err = fast_instance_open(&instance, state);
	if (err)
		return err;
	err = fast_instance_check(instance);
	if (!err)
		fd = fast_instance_map(instance, FAST_PIN_MISSES);
	if (!err)
		err = fd < 0 ? fd : fast_misses_each(fd, reader);
	fast_instance_close(instance);
	return err;
}

void fast_misses_saver(fast_misses_save_fn *save)
{
	saver = save;
}

void fast_misses_leave(const struct fast_instance *instance)
{
	char reason[ERROR_TEXT];

	if (!saver)
		return;
	error_save(reason);
	saver(fast_instance_state(instance));
	error_restore(reason);
}
