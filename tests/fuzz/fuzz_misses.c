// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a server gives as its memory of misses: whatever stands there, what is
 * read of it is texts of their room. Each bucket's sums are right or not by
 * chance; so for half of them they are made right, for what stands behind them to
 * be met.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "error.h"
#include "miss_server.h"
#include "miss_sum.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *what)
{
	fprintf(stderr, "fuzz_misses: %s\n", what);
	abort();
}

static void buckets_mend(uint8_t *at, size_t size)
{
	struct miss_header *header = (void *)at;
	struct miss_bucket *bucket;
	size_t i;
	int way;

	header->magic = MISS_MAGIC;
	header->buckets &= 7;
	for (i = 1; i < size / MISS_BUCKET; i++) {
		bucket = (struct miss_bucket *)at + i;
		bucket->done = bucket->begun;
		for (way = 0; way < MISS_WAYS; way++) {
			struct miss_entry *entry = &bucket->entry[way];

			bucket->hash[way] =
				miss_hash(&header->key, entry->text, entry->len,
					  entry->host_len, entry->cut);
		}
	}
}

/* In memory, as long as the fuzzer says, and a bit behind it. */
static int memory_of(const uint8_t *data, size_t size)
{
	size_t room = size + MISS_BUCKET;
	uint8_t *copy = calloc(1, room);
	int fd = memfd_create("fuzz_misses", MFD_ALLOW_SEALING);

	if (fd < 0 || !copy)
		fail("no memory");
	memcpy(copy, data, size);
	if (size >= MISS_BUCKET && data[size - 1] & 1)
		buckets_mend(copy, size);
	if (pwrite(fd, copy, size, 0) != (ssize_t)size)
		fail("no memory");
	free(copy);
	return fd;
}

static void list_check(const struct miss_list *list)
{
	size_t i, k;

	for (i = 0; i < list->count; i++) {
		const struct miss_found *found = &list->found[i];

		if (found->len > MISS_TEXT || found->host_len > found->len)
			fail("a text that is none");
		for (k = 0; k < found->len; k++)
			(void)*(const volatile char *)&found->text[k];
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memory_of(data, size), err;
	struct miss_header header;
	struct miss_list list;
	struct miss_sum *sum;
	uint32_t table;

	if (miss_sum_new(&sum))
		fail("no memory");
	err = miss_server_read(sum, fd, &header);
	if (err && !error_text()[0])
		fail("a failure without a message");
	for (table = 0; table < MISS_TABLES; table++) {
		if (miss_sum_list(sum, table, table, &list))
			fail("no memory");
		list_check(&list);
		if (miss_sum_kept(sum, table ^ 1, &list))
			fail("no memory");
		miss_list_free(&list);
	}
	miss_sum_free(sum);
	close(fd);
	return 0;
}

#include "fuzz_replay.h"
