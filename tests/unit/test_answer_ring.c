// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "answer_ring.h"

static union {
	struct answer_record record;
	char room[ANSWER_RECORD_MAX];
} got;

/* A text of len bytes that the number decides. */
static void text_make(char *dst, size_t len, uint64_t number)
{
	size_t i;

	for (i = 0; i < len; i++)
		dst[i] = 'a' + (number + i) % 26;
}

static void ring_write(struct answer_ring *ring, size_t line, size_t agent)
{
	struct answer_record *record = answer_ring_begin(ring);
	uint64_t number = atomic_load(&ring->memory->number);
	static char text[ANSWER_RECORD_MAX];

	answer_record_init(record);
	text_make(text, ANSWER_RECORD_MAX, number);
	answer_record_put(record, ANSWER_LINE, text, line);
	answer_record_put(record, ANSWER_AGENT, text, agent);
	record->bytes = line + agent;
	answer_ring_commit(ring, record);
}

/* Whether what was read is as it was written. */
static void check(const struct answer_record *record)
{
	char text[ANSWER_LINE_MAX];
	size_t line, agent;
	const char *at;

	at = answer_record_text(record, ANSWER_LINE, &line);
	text_make(text, line, record->number);
	assert_memory_equal(at, text, line);
	at = answer_record_text(record, ANSWER_AGENT, &agent);
	text_make(text, agent, record->number);
	assert_memory_equal(at, text, agent);
	assert_int_equal(record->bytes, line + agent);
}

static void test_order(void **state)
{
	struct answer_reader reader;
	struct answer_ring *ring;
	unsigned int i, k, number = 0;

	(void)state;
	assert_int_equal(answer_ring_new(&ring), 0);
	answer_reader_init(&reader, ring->memory);
	assert_false(answer_reader_next(&reader, &got.record));
	/* Several times around, in records of all sizes. */
	for (i = 0; i < 4000; i++) {
		for (k = 0; k < 3; k++)
			ring_write(ring, (i * 37 + k) % 8192, i % 1024);
		for (k = 0; k < 3; k++) {
			assert_true(answer_reader_next(&reader, &got.record));
			assert_int_equal(got.record.number, number++);
			check(&got.record);
		}
		assert_false(answer_reader_next(&reader, &got.record));
	}
	assert_int_equal(reader.lost, 0);
	answer_ring_free(ring);
}

static void test_not_committed(void **state)
{
	struct answer_reader reader;
	struct answer_ring *ring;

	(void)state;
	assert_int_equal(answer_ring_new(&ring), 0);
	answer_reader_init(&reader, ring->memory);
	answer_record_init(answer_ring_begin(ring));
	assert_false(answer_reader_next(&reader, &got.record));
	ring_write(ring, 10, 10);
	assert_true(answer_reader_next(&reader, &got.record));
	check(&got.record);
	answer_ring_free(ring);
}

/* Who sleeps too long gets the last ones, and knows how many he missed. */
static void test_lost(void **state)
{
	struct answer_reader reader;
	struct answer_ring *ring;
	unsigned int i, seen = 0;

	(void)state;
	assert_int_equal(answer_ring_new(&ring), 0);
	answer_reader_init(&reader, ring->memory);
	for (i = 0; i < 20000; i++)
		ring_write(ring, 1000, 100);
	while (answer_reader_next(&reader, &got.record)) {
		check(&got.record);
		seen++;
	}
	assert_int_equal(got.record.number, 19999);
	assert_int_equal(seen + reader.lost, 20000);
	assert_in_range(seen, (ANSWER_RING_SIZE - ANSWER_RING_ROOM) / 1200,
			ANSWER_RING_SIZE / 1180);
	answer_ring_free(ring);
}

/* Another process: it begins with what comes, and can write nothing. */
static void test_other(void **state)
{
	struct answer_reader reader;
	struct answer_ring *ring;

	(void)state;
	assert_int_equal(answer_ring_new(&ring), 0);
	ring_write(ring, 5, 5);
	assert_int_equal(answer_reader_map(&reader, ring->fd), 0);
	assert_false(answer_reader_next(&reader, &got.record));
	ring_write(ring, 6, 6);
	assert_true(answer_reader_next(&reader, &got.record));
	assert_int_equal(got.record.number, 1);
	assert_int_equal(reader.lost, 0);
	assert_ptr_equal(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
			      ring->fd, 0),
			 MAP_FAILED);
	assert_int_equal(ftruncate(ring->fd, 0), -1);
	assert_int_equal(write(ring->fd, "x", 1), -1);
	answer_reader_unmap(&reader);
	answer_ring_free(ring);
}

static void test_other_bad(void **state)
{
	int fd = memfd_create("bad", MFD_CLOEXEC);
	struct answer_reader reader;

	(void)state;
	assert_int_equal(answer_reader_map(&reader, fd), -EBADMSG);
	assert_int_equal(ftruncate(fd, sizeof(struct answer_ring_memory)), 0);
	assert_int_equal(answer_reader_map(&reader, fd), -EBADMSG);
	assert_int_equal(answer_reader_map(&reader, -1), -EBADF);
	close(fd);
}

/* Memory that holds no records is none of them, and no endless loop. */
static void test_damaged(void **state)
{
	static const uint32_t sizes[] = {0, 8, 81, ANSWER_RECORD_MAX + 8, ~0u};
	struct answer_reader reader;
	struct answer_ring *ring;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		assert_int_equal(answer_ring_new(&ring), 0);
		answer_reader_init(&reader, ring->memory);
		ring_write(ring, 10, 10);
		memcpy(ring->memory->data, &sizes[i], sizeof(*sizes));
		assert_false(answer_reader_next(&reader, &got.record));
		ring_write(ring, 11, 11);
		assert_true(answer_reader_next(&reader, &got.record));
		check(&got.record);
		answer_ring_free(ring);
	}
}

static void *writer_main(void *arg)
{
	struct answer_ring *ring = arg;
	unsigned int i;

	for (i = 0; i < 300000; i++)
		ring_write(ring, i % 700, i % 100);
	return NULL;
}

/* A record is right or is none while it is written over. */
static void test_threads(void **state)
{
	struct answer_reader reader;
	struct answer_ring *ring;
	uint64_t seen = 0;
	pthread_t thread;

	(void)state;
	assert_int_equal(answer_ring_new(&ring), 0);
	answer_reader_init(&reader, ring->memory);
	assert_int_equal(pthread_create(&thread, NULL, writer_main, ring), 0);
	while (seen + reader.lost < 300000) {
		if (!answer_reader_next(&reader, &got.record))
			continue;
		check(&got.record);
		assert_int_equal(got.record.number, seen++ + reader.lost);
	}
	pthread_join(thread, NULL);
	assert_int_equal(seen + reader.lost, 300000);
	answer_ring_free(ring);
}

static void test_cut(void **state)
{
	static char text[ANSWER_RECORD_MAX];
	size_t len;
	int i;

	(void)state;
	memset(text, 'x', sizeof(text));
	answer_record_init(&got.record);
	for (i = 0; i < ANSWER_TEXTS; i++)
		answer_record_put(&got.record, i, text, sizeof(text));
	assert_int_equal(got.record.size, ANSWER_RECORD_MAX);
	assert_true(answer_record_sound(&got.record, ANSWER_RECORD_MAX));
	for (i = 0; i < ANSWER_TEXTS; i++)
		assert_true(got.record.flags & ANSWER_CUT_BIT << i);
	answer_record_text(&got.record, ANSWER_HOST, &len);
	assert_int_equal(len, ANSWER_HOST_MAX);
	got.record.target_at = ANSWER_LINE_MAX;
	got.record.target_len = 1;
	assert_false(answer_record_sound(&got.record, ANSWER_RECORD_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_not_committed),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_other),
		cmocka_unit_test(test_other_bad),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
