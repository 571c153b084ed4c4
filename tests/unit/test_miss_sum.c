// SPDX-License-Identifier: BSD-2-Clause
/*
 * Misses against an exact count of them: what is said of each item that is
 * listed, and of all that are not, holds; whoever reads, and while it is written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "map_key.h"
#include "miss_memory.h"
#include "miss_server.h"
#include "miss_sum.h"

enum {
	ITEMS = 20000, /* that a test asks for at most */
	REQUESTS = 200000,
	BUCKETS = 8, /* 64 items of each table */
	WRITERS = 3,
	NOW = 1700000000,
};

/* How often each was asked for; the path says which it is. */
static uint64_t model[ITEMS];
static uint64_t state = 88172645463325252;

static uint32_t random_below(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 32) * n >> 32;
}

static struct miss_memory *memory_new(unsigned int writers, uint32_t buckets)
{
	struct miss_memory *memory;

	assert_int_equal(miss_memory_new(&memory, writers, buckets), 0);
	return memory;
}

static void item_text(char *host, char *path, uint32_t item)
{
	sprintf(host, "h%u.example", item / 10);
	sprintf(path, "/a/path/of/some/bytes/%u", item);
}

static void ask(struct miss_memory *memory, unsigned int writer, uint32_t item)
{
	static struct map_key key;
	char host[32], path[64];

	item_text(host, path, item);
	map_key_of(&key, host, path);
	miss_memory_count(memory, writer, NULL, &key, NOW + item);
	model[item]++;
}

static void read_memory(struct miss_sum *sum, const struct miss_memory *memory)
{
	struct miss_header header;

	assert_int_equal(miss_server_read(sum, miss_memory_fd(memory), &header),
			 0);
}

/* The item of a text, which must be a whole one. */
static uint32_t item_of(const struct miss_found *found)
{
	char want[128], path[64], text[MISS_TEXT + 1];
	unsigned int item;

	assert_in_range(found->len, 1, MISS_TEXT);
	memcpy(text, found->text, found->len);
	text[found->len] = '\0';
	assert_int_equal(
		sscanf(text, "h%*u.example/a/path/of/some/bytes/%u", &item), 1);
	assert_in_range(item, 0, ITEMS - 1);
	item_text(want, path, item);
	assert_int_equal(found->host_len, strlen(want));
	strcat(want, path);
	assert_string_equal(text, want);
	assert_false(found->cut);
	return item;
}

/* What a list says, against the model; *listed receives how many it has. */
static void list_check(struct miss_sum *sum, size_t most, size_t *listed)
{
	static bool seen[ITEMS];
	struct miss_list list;
	uint64_t missed = 0;
	size_t i;

	memset(seen, 0, sizeof(seen));
	assert_int_equal(miss_sum_list(sum, MISS_URLS, most, &list), 0);
	for (i = 0; i < list.count; i++) {
		const struct miss_found *found = &list.found[i];
		uint32_t item = item_of(found);

		assert_false(seen[item]);
		assert_int_equal(found->last, NOW + item);
		seen[item] = true;
		assert_in_range(model[item], found->count,
				found->count + found->error);
		if (i)
			assert_true(found->count <= found[-1].count);
	}
	for (i = 0; i < ITEMS; i++) {
		missed += model[i];
		if (!seen[i] && model[i] > list.absent)
			fail_msg("item %zu: %lu times, at most %lu", i,
				 (unsigned long)model[i],
				 (unsigned long)list.absent);
	}
	assert_int_equal(list.missed, missed);
	*listed = list.count;
	miss_list_free(&list);
}

/* Which item is the next of so many requests. */
typedef uint32_t next_fn(uint32_t n);

/* Half are of 1, a quarter of 2 and 3 ...: about 1/n for item n. */
static uint32_t zipf(uint32_t n)
{
	uint32_t bits = random_below(14);

	(void)n;
	return (1 << bits) - 1 + random_below(1 << bits);
}

static uint32_t uniform(uint32_t n)
{
	(void)n;
	return random_below(ITEMS);
}

/* One after the other, so that each is displaced before it comes again. */
static uint32_t in_turn(uint32_t n)
{
	return n % ITEMS;
}

/* A few, and between them those that never come again. */
static uint32_t scanned(uint32_t n)
{
	return n % 10 ? n / 11 % (ITEMS - 5) + 5 : n / 10 % 5;
}

/* Those that come first never come again. */
static uint32_t in_blocks(uint32_t n)
{
	return n / 50 % ITEMS;
}

static uint32_t few(uint32_t n)
{
	return n % 10;
}

static const struct {
	const char *about;
	next_fn *next;
	bool exact; /* there is room for all of them */
} streams[] = {
	{"a few", few, true},	     {"Zipf", zipf, false},
	{"uniform", uniform, false}, {"in turn", in_turn, false},
	{"a scan", scanned, false},  {"in blocks", in_blocks, false},
};

static void bounds(void **unused)
{
	size_t i, listed, all;
	uint32_t n, buckets;

	(void)unused;
	for (i = 0; i < sizeof(streams) / sizeof(*streams); i++)
		for (buckets = 2; buckets <= 64; buckets *= 8) {
			struct miss_memory *memory =
				memory_new(WRITERS, buckets);
			struct miss_sum *sum;

			memset(model, 0, sizeof(model));
			for (n = 0; n < REQUESTS; n++)
				ask(memory, random_below(WRITERS),
				    streams[i].next(n));
			assert_int_equal(miss_sum_new(&sum), 0);
			read_memory(sum, memory);
			list_check(sum, 0, &all);
			list_check(sum, 7, &listed);
			assert_int_equal(listed, all < 7 ? all : 7);
			if (streams[i].exact)
				assert_int_equal(all, 10);
			miss_sum_free(sum);
			miss_memory_free(memory);
		}
}

/* Those that come most often are found, whatever comes between them. */
static void heavy(void **unused)
{
	struct miss_memory *memory = memory_new(1, 64);
	struct miss_list list;
	struct miss_sum *sum;
	uint32_t n;
	size_t i;

	(void)unused;
	memset(model, 0, sizeof(model));
	for (n = 0; n < REQUESTS; n++)
		ask(memory, 0, scanned(n));
	assert_int_equal(miss_sum_new(&sum), 0);
	read_memory(sum, memory);
	assert_int_equal(miss_sum_list(sum, MISS_URLS, 5, &list), 0);
	assert_int_equal(list.count, 5);
	for (i = 0; i < 5; i++)
		assert_in_range(item_of(&list.found[i]), 0, 4);
	miss_list_free(&list);
	miss_sum_free(sum);
	miss_memory_free(memory);
}

/* What several memories have, and what is left of others. */
static void several(void **unused)
{
	struct miss_memory *memory[3];
	struct miss_sum *sum, *kept;
	struct miss_list list;
	size_t listed;
	uint32_t n;
	int i;

	(void)unused;
	memset(model, 0, sizeof(model));
	for (i = 0; i < 3; i++)
		memory[i] = memory_new(WRITERS, BUCKETS << i);
	for (n = 0; n < REQUESTS; n++)
		ask(memory[random_below(3)], random_below(WRITERS), zipf(n));
	assert_int_equal(miss_sum_new(&sum), 0);
	assert_int_equal(miss_sum_new(&kept), 0);
	for (i = 0; i < 3; i++)
		read_memory(sum, memory[i]);
	list_check(sum, 0, &listed);
	/* Of the first two a short list is left. */
	for (i = 0; i < 2; i++) {
		struct miss_sum *one;

		assert_int_equal(miss_sum_new(&one), 0);
		read_memory(one, memory[i]);
		assert_int_equal(miss_sum_list(one, MISS_URLS, 20, &list), 0);
		assert_int_equal(miss_sum_kept(kept, MISS_URLS, &list), 0);
		miss_list_free(&list);
		miss_sum_free(one);
	}
	read_memory(kept, memory[2]);
	list_check(kept, 0, &listed);
	list_check(kept, 20, &listed);
	/* And of these once more. */
	assert_int_equal(miss_sum_list(kept, MISS_URLS, 10, &list), 0);
	miss_sum_free(sum);
	assert_int_equal(miss_sum_new(&sum), 0);
	assert_int_equal(miss_sum_kept(sum, MISS_URLS, &list), 0);
	list_check(sum, 0, &listed);
	miss_list_free(&list);
	miss_sum_free(kept);
	miss_sum_free(sum);
	for (i = 0; i < 3; i++)
		miss_memory_free(memory[i]);
}

/* Hosts and URLs are counted apart; what is too long is cut, and counts
 * together; what has no host or path is no trouble. */
static void texts(void **unused)
{
	static const struct {
		size_t host, path, len, host_len;
		bool cut;
	} rows[] = {
		{0, 1, 1, 0, false},
		{1, 1, 2, 1, false},
		{8, 8, 16, 8, false},
		{253, 1, MISS_TEXT, MISS_TEXT, true},
		{MISS_TEXT, 1, MISS_TEXT, MISS_TEXT, true},
		{MISS_TEXT - 1, 1, MISS_TEXT, MISS_TEXT - 1, false},
		{MISS_TEXT - 1, 2, MISS_TEXT, MISS_TEXT - 1, true},
		{10, LIMIT_PATH, MISS_TEXT, 10, true},
		{10, MISS_TEXT - 10, MISS_TEXT, 10, false},
		{10, MISS_TEXT - 9, MISS_TEXT, 10, true},
	};
	char host[LIMIT_HOST + 1], path[LIMIT_PATH + 1];
	struct map_key key;
	struct miss_list list;
	struct miss_sum *sum;
	size_t i;
	int turn;

	(void)unused;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct miss_memory *memory = memory_new(1, BUCKETS);

		memset(host, 'h', sizeof(host));
		memset(path, 'p', sizeof(path));
		path[0] = '/';
		host[rows[i].host] = path[rows[i].path] = '\0';
		for (turn = 0; turn < 2; turn++) {
			map_key_of(&key, host, path);
			/* It counts as much as what is cut off. */
			if (rows[i].path == LIMIT_PATH)
				key.path[LIMIT_PATH - 1] = '0' + turn;
			miss_memory_count(memory, 0, NULL, &key, NOW);
		}
		key.path_len = 0;
		miss_memory_count(memory, 0, NULL, &key, NOW);
		assert_int_equal(miss_sum_new(&sum), 0);
		read_memory(sum, memory);
		assert_int_equal(miss_sum_list(sum, MISS_URLS, 0, &list), 0);
		assert_int_equal(list.count, 1);
		assert_int_equal(list.found->count, 2);
		assert_int_equal(list.found->error, 0);
		assert_int_equal(list.found->len, rows[i].len);
		assert_int_equal(list.found->host_len, rows[i].host_len);
		assert_int_equal(list.found->cut, rows[i].cut);
		assert_int_equal(list.absent, 0);
		miss_list_free(&list);
		assert_int_equal(miss_sum_list(sum, MISS_HOSTS, 0, &list), 0);
		assert_int_equal(list.count, 1);
		assert_int_equal(list.found->count, 2);
		assert_int_equal(list.found->len, rows[i].host_len);
		miss_list_free(&list);
		assert_int_equal(miss_sum_list(sum, MISS_URLS | MISS_KNOWN, 0,
					       &list),
				 0);
		assert_int_equal(list.count, 0);
		miss_list_free(&list);
		miss_sum_free(sum);
		miss_memory_free(memory);
	}
}

struct writer {
	struct miss_memory *memory;
	atomic_bool stop;
	uint64_t asked;
};

static void *write_on(void *arg)
{
	struct writer *writer = arg;
	struct map_key key;
	char host[32], path[64];
	uint32_t item;

	while (!atomic_load(&writer->stop)) {
		item = writer->asked++ % 1000;
		item_text(host, path, item);
		map_key_of(&key, host, path);
		miss_memory_count(writer->memory, 0, NULL, &key, NOW + item);
	}
	return NULL;
}

/* Who reads while it is written, sees whole items, and never fewer requests
 * than before. */
static void beside(void **unused)
{
	struct writer writer = {.memory = memory_new(1, 2)};
	uint64_t before = 0;
	struct miss_list list;
	struct miss_sum *sum;
	pthread_t thread;
	size_t i;
	int turn;

	(void)unused;
	assert_int_equal(pthread_create(&thread, NULL, write_on, &writer), 0);
	for (turn = 0; turn < 2000; turn++) {
		assert_int_equal(miss_sum_new(&sum), 0);
		read_memory(sum, writer.memory);
		assert_int_equal(miss_sum_list(sum, MISS_URLS, 0, &list), 0);
		for (i = 0; i < list.count; i++)
			item_of(&list.found[i]);
		assert_true(list.missed >= before);
		before = list.missed;
		miss_list_free(&list);
		miss_sum_free(sum);
	}
	atomic_store(&writer.stop, true);
	pthread_join(thread, NULL);
	assert_int_equal(miss_sum_new(&sum), 0);
	read_memory(sum, writer.memory);
	assert_int_equal(miss_sum_list(sum, MISS_URLS, 0, &list), 0);
	assert_int_equal(list.missed, writer.asked);
	miss_list_free(&list);
	miss_sum_free(sum);
	miss_memory_free(writer.memory);
}

/* Nothing is counted, and nobody can write to what is. */
static void sharing(void **unused)
{
	struct miss_memory *none = memory_new(4, 0);
	struct miss_memory *memory = memory_new(4, 1);
	struct map_key key;
	int fd = miss_memory_fd(memory);
	struct stat st;

	(void)unused;
	map_key_of(&key, "h.example", "/");
	miss_memory_count(none, 3, NULL, &key, NOW);
	miss_memory_count(NULL, 3, NULL, &key, NOW);
	assert_int_equal(miss_memory_fd(none), -1);
	assert_int_equal(write(fd, "", 1), -1);
	assert_ptr_equal(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
			      fd, 0),
			 MAP_FAILED);
	assert_int_equal(ftruncate(fd, 0), -1);
	assert_int_equal(fstat(fd, &st), 0);
	assert_false(st.st_mode & 0377); /* nor opened anew to write */
	assert_true(fcntl(fd, F_GET_SEALS) & F_SEAL_SHRINK);
	miss_memory_free(none);
	miss_memory_free(memory);
	miss_memory_free(NULL);
}

static void sizes(void **unused)
{
	static const struct {
		uint64_t size;
		uint32_t buckets;
	} rows[] = {
		{0, 0},
		{1, 0},
		{MISS_MEMORY_MIN - 1, 0},
		{MISS_MEMORY_MIN, 1},
		{2 * MISS_MEMORY_MIN - 1, 1},
		{3 * MISS_MEMORY_MIN, 2},
		{512 << 10, 64},
		{MISS_MEMORY_USUAL, 64},
		{MISS_MEMORY_MAX, MISS_BUCKETS_MAX},
		{UINT64_MAX, MISS_BUCKETS_MAX},
	};
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(miss_memory_buckets(rows[i].size),
				 rows[i].buckets);
}

/* What is no memory is told. */
static void no_memory(void **unused)
{
	int pipes[2], fd = memfd_create("test", MFD_ALLOW_SEALING);
	struct miss_header header;
	struct miss_sum *sum;

	(void)unused;
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(miss_sum_new(&sum), 0);
	assert_int_equal(miss_server_read(sum, pipes[0], &header), -EBADMSG);
	assert_int_equal(miss_server_read(sum, fd, &header), -EBADMSG);
	assert_int_equal(ftruncate(fd, 1 << 20), 0);
	assert_int_equal(miss_server_read(sum, fd, &header), -EBADMSG);
	assert_int_equal(miss_server_read(sum, -1, &header), -EBADMSG);
	miss_sum_free(sum);
	miss_sum_free(NULL);
	close(fd);
	close(pipes[0]);
	close(pipes[1]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds),  cmocka_unit_test(heavy),
		cmocka_unit_test(several), cmocka_unit_test(texts),
		cmocka_unit_test(beside),  cmocka_unit_test(sharing),
		cmocka_unit_test(sizes),   cmocka_unit_test(no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
