// SPDX-License-Identifier: BSD-2-Clause
/* Misses in hits.db against an exact count of them: what is said of those that
 * were saved, and of memories that are gone, holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "hits_db.h"
#include "map_key.h"
#include "miss_memory.h"
#include "miss_server.h"
#include "miss_store.h"
#include "miss_sum.h"
#include "state_dir.h"

enum { ITEMS = 3000, REQUESTS = 20000, MEMORIES = 5, NOW = 1700000000 };

static uint64_t model[ITEMS];
static struct hits_db *db;

static int setup(void **state)
{
	if (state_dir_setup(state) || mkdir(state_dir, 0700))
		return -1;
	memset(model, 0, sizeof(model));
	return hits_db_open(&db, state_dir, HITS_DB_MAKE, 1000);
}

static int teardown(void **state)
{
	hits_db_close(db);
	return state_dir_teardown(state);
}

/* Those that come first are asked for most often. */
static void ask(struct miss_memory *memory, unsigned int requests)
{
	static struct map_key key;
	char path[32];
	uint32_t item;

	while (requests--) {
		item = rand() % (rand() % ITEMS + 1);
		sprintf(path, "/%u", item);
		map_key_of(&key, "h.example", path);
		miss_memory_count(memory, 0, NULL, &key, NOW);
		model[item]++;
	}
}

static uint64_t save(const struct miss_memory *memory, const char *server)
{
	struct miss_header header;
	struct miss_sum *sum;

	assert_int_equal(miss_sum_new(&sum), 0);
	assert_int_equal(miss_server_read(sum, miss_memory_fd(memory), &header),
			 0);
	assert_int_equal(hits_db_begin(db), 0);
	assert_int_equal(miss_store_save(db, header.run, server, sum), 0);
	assert_int_equal(hits_db_commit(db), 0);
	miss_sum_free(sum);
	return header.run;
}

static bool all(uint64_t run, const char *server, void *arg)
{
	(void)run;
	(void)server;
	(void)arg;
	return true;
}

static bool one(uint64_t run, const char *server, void *arg)
{
	return *server && run == *(const uint64_t *)arg;
}

static int64_t count(const char *sql)
{
	sqlite3_stmt *stmt;
	int64_t value;

	assert_int_equal(hits_db_prepare(db, &stmt, sql), 0);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	value = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return value;
}

static void check(void)
{
	static bool seen[ITEMS];
	struct miss_list list;
	struct miss_sum *sum;
	uint64_t missed = 0;
	size_t i;

	memset(seen, 0, sizeof(seen));
	assert_int_equal(miss_sum_new(&sum), 0);
	assert_int_equal(miss_store_read(db, sum, all, NULL), 0);
	assert_int_equal(miss_sum_list(sum, MISS_URLS, 0, &list), 0);
	for (i = 0; i < list.count; i++) {
		const struct miss_found *found = &list.found[i];
		uint32_t item = atoi(found->text + found->host_len + 1);

		assert_in_range(item, 0, ITEMS - 1);
		assert_false(seen[item]);
		seen[item] = true;
		assert_int_equal(found->last, NOW);
		assert_in_range(model[item], found->count,
				found->count + found->error);
	}
	for (i = 0; i < ITEMS; i++) {
		missed += model[i];
		assert_true(seen[i] || model[i] <= list.absent);
	}
	assert_int_equal(list.missed, missed);
	miss_list_free(&list);
	miss_sum_free(sum);
}

/* Saved again and again, and put together in any order. */
static void kept(void **state)
{
	struct miss_memory *memory[MEMORIES];
	uint64_t run[MEMORIES];
	int i, turn;

	(void)state;
	for (i = 0; i < MEMORIES; i++)
		assert_int_equal(miss_memory_new(&memory[i], 1, 16 << i), 0);
	for (turn = 0; turn < 3; turn++)
		for (i = 0; i < MEMORIES; i++) {
			ask(memory[i], REQUESTS / MEMORIES);
			run[i] = save(memory[i], "server");
			assert_int_equal(save(memory[i], "server"), run[i]);
			if (turn)
				check();
		}
	for (i = 0; i < MEMORIES; i++) {
		assert_int_equal(hits_db_begin(db), 0);
		assert_int_equal(miss_store_fold(db, one, &run[i]), 0);
		assert_int_equal(hits_db_commit(db), 0);
		check();
		assert_int_equal(count("SELECT count(*) FROM miss_memory"),
				 MEMORIES - i);
	}
	assert_in_range(count("SELECT count(*) FROM miss"), 1,
			MISS_TABLES * MISS_STORE_MOST);
	for (i = 0; i < MEMORIES; i++)
		miss_memory_free(memory[i]);
}

/* What is not committed has not been. */
static void undone(void **state)
{
	struct miss_memory *memory;
	uint64_t run;

	(void)state;
	assert_int_equal(miss_memory_new(&memory, 1, 16), 0);
	ask(memory, 1000);
	run = save(memory, "server");
	assert_int_equal(hits_db_begin(db), 0);
	assert_int_equal(miss_store_fold(db, one, &run), 0);
	hits_db_rollback(db);
	check();
	assert_int_equal(count("SELECT count(*) FROM miss_memory"), 1);
	/* Nothing new: nothing is written. */
	assert_int_equal(
		sqlite3_exec(db->db, "DELETE FROM miss", NULL, NULL, NULL), 0);
	save(memory, "server");
	assert_int_equal(count("SELECT count(*) FROM miss"), 0);
	miss_memory_free(memory);
}

/* A file may hold anything. */
static void odd(void **state)
{
	static const char *const rows[] = {
		"INSERT INTO miss_memory VALUES(7, 'x')",
		"INSERT INTO miss_table VALUES(7, 1, -1, -1)",
		"INSERT INTO miss_table VALUES(7, 9, 5, 5)",
		"INSERT INTO miss_table VALUES(7, -1, 5, 5)",
		"INSERT INTO miss VALUES(7, 1, zeroblob(217), 1, 0, 1, 0, 1)",
		"INSERT INTO miss VALUES(7, 1, x'6162', 3, 0, 1, 0, 1)",
		"INSERT INTO miss VALUES(7, 1, x'6162', -1, 0, 1, 0, 1)",
		"INSERT INTO miss VALUES(7, 1, x'', 0, 0, -5, -7, -9)",
		"INSERT INTO miss VALUES(7, 1, 12345, 2, 8, 1, 0, 1)",
		"INSERT INTO miss VALUES(7, 1, x'ff00', 1, 1, 2, 3, 4)",
		"INSERT INTO miss VALUES(7, 1, 'text', 'a', 'b', 'c', 'd', 'e')",
	};
	struct miss_list list;
	struct miss_sum *sum;
	size_t i;

	(void)state;
	assert_int_equal(miss_sum_new(&sum), 0);
	assert_int_equal(miss_store_read(db, sum, all, NULL), 0);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (sqlite3_exec(db->db, rows[i], NULL, NULL, NULL))
			fail_msg("%s: %s", rows[i], sqlite3_errmsg(db->db));
	assert_int_equal(miss_store_read(db, sum, all, NULL), 0);
	assert_int_equal(miss_sum_list(sum, MISS_URLS, 0, &list), 0);
	assert_in_range(list.count, 1, 5);
	miss_list_free(&list);
	miss_sum_free(sum);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(kept),
		CASE(undone),
		CASE(odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
