// SPDX-License-Identifier: BSD-2-Clause
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "hits_chunk.h"
#include "hits_db.h"
#include "hits_fold.h"
#include "hits_run.h"
#include "hits_tidy.h"
#include "hits_walk.h"
#include "hits_window.h"
#include "map_at.h"
#include "map_build.h"
#include "map_file.h"
#include "map_view.h"
#include "rule.h"
#include "rule_line.h"
#include "rule_order.h"
#include "ruleset.h"
#include "ruleset_sort.h"
#include "state_dir.h"

/* A memory of this test: entries of both classes. */
enum { ENTRIES = 3 * HITS_CHUNK + 7 };
static struct hit memory[HITS_CLASSES][ENTRIES];
static bool is_stale;

static int setup(void **data)
{
	int err = state_dir_setup(data);

	memset(memory, 0, sizeof(memory));
	is_stale = false;
	return err ? err : mkdir(state_dir, 0755);
}

static int memory_read(struct hits_run *run, unsigned int class, uint64_t first,
		       struct hit *hits, uint64_t *next)
{
	uint64_t count = run->entries - first;

	(void)next;
	memset(hits, 0, HITS_CHUNK * sizeof(*hits));
	if (count > HITS_CHUNK)
		count = HITS_CHUNK;
	memcpy(hits, &memory[class][first], count * sizeof(*hits));
	return 1;
}

static int memory_valid(struct hits_run *run)
{
	(void)run;
	return is_stale ? error_set(-ESTALE, "stale") : 0;
}

static struct hits_run run_of(uint64_t owner, uint64_t number)
{
	return (struct hits_run){
		.owner = owner,
		.number = number,
		.server = "1",
		.map = 77,
		.name = "1.map",
		.entries = ENTRIES,
		.classes = HITS_CLASSES,
		.read = memory_read,
		.valid = memory_valid,
	};
}

static struct hits_db *db_open(void)
{
	struct hits_db *db = NULL;

	assert_int_equal(hits_db_open(&db, state_dir, HITS_DB_MAKE, 1000), 0);
	return db;
}

static int run_save(struct hits_db *db, struct hits_run *run)
{
	int err = hits_db_begin(db);

	if (!err)
		err = hits_run_save(db, run);
	if (err)
		hits_db_rollback(db);
	return err ? err : hits_db_commit(db);
}

static int chunk_sum(const struct hits_place *place, struct hits_chunk *chunk,
		     void *arg)
{
	uint64_t *sum = arg;
	size_t i;

	(void)place;
	for (i = 0; i < chunk->count; i++)
		*sum += chunk->record[i].count - chunk->record[i].folded;
	return 0;
}

/* All that was saved of the map and waits to be settled. */
static uint64_t sum_of(struct hits_db *db)
{
	uint64_t sum = 0;

	assert_int_equal(hits_walk_map(db, 77, chunk_sum, &sum), 0);
	return sum;
}

/* However often it is saved, a hit counts once; counts wrap. */
static void test_once(void **state)
{
	struct hits_run run = run_of(5, 1), other = run_of(5, 2);
	struct hits_db *db = db_open();
	int i;

	(void)state;
	memory[0][0] = (struct hit){3, 100};
	memory[1][ENTRIES - 1] = (struct hit){4, 200};
	for (i = 0; i < 3; i++) {
		assert_int_equal(run_save(db, &run), 0);
		assert_int_equal(sum_of(db), 7);
	}
	memory[0][0].count = UINT32_MAX;
	assert_int_equal(run_save(db, &run), 0);
	assert_int_equal(sum_of(db), 4ULL + UINT32_MAX);
	memory[0][0].count = 2;
	memory[0][HITS_CHUNK].count = 1;
	assert_int_equal(run_save(db, &run), 0);
	assert_int_equal(sum_of(db), 4ULL + UINT32_MAX + 3 + 1);
	/* Another memory of the same map. */
	assert_int_equal(run_save(db, &other), 0);
	assert_int_equal(sum_of(db), 4ULL + UINT32_MAX + 3 + 1 + 2 + 1 + 4);
	hits_db_close(db);
	db = db_open();
	assert_int_equal(sum_of(db), 4ULL + UINT32_MAX + 3 + 1 + 2 + 1 + 4);
	hits_db_close(db);
}

/* A memory that became another's while it was read. */
static void test_stale(void **state)
{
	struct hits_run run = run_of(5, 1);
	struct hits_db *db = db_open();

	(void)state;
	memory[0][9].count = 1;
	is_stale = true;
	assert_int_equal(run_save(db, &run), -ESTALE);
	assert_int_equal(sum_of(db), 0);
	hits_db_close(db);
}

/* Two that save the same memory, and one that is killed at any statement: SQLite
 * calls back before each. */
static int steps_left;

static int step(void *arg)
{
	(void)arg;
	if (!--steps_left)
		kill(getpid(), SIGKILL);
	return 0;
}

static bool killed_at(int steps)
{
	struct hits_run run = run_of(5, 1);
	int status;
	pid_t pid = fork();

	if (!pid) {
		struct hits_db *db = db_open();

		steps_left = steps;
		sqlite3_progress_handler(db->db, 1, step, NULL);
		_exit(run_save(db, &run) ? 1 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status))
		assert_int_equal(WEXITSTATUS(status), 0);
	return WIFSIGNALED(status);
}

static void test_killed(void **state)
{
	struct hits_run run = run_of(5, 1);
	uint64_t expected = 0;
	struct hits_db *db;
	int steps = 1;
	bool killed;

	(void)state;
	hits_db_close(db_open());
	do {
		memory[0][steps % ENTRIES].count += 2;
		memory[1][3].count++;
		expected += 3;
		killed = killed_at(steps);
		db = db_open();
		assert_true(sum_of(db) == expected ||
			    (killed && sum_of(db) == expected - 3));
		assert_int_equal(run_save(db, &run), 0);
		assert_int_equal(sum_of(db), expected);
		hits_db_close(db);
		steps += 1 + steps / 8;
	} while (killed);
	assert_true(steps > 50);
}

/* Rules, their map, and hits of each of them. */
static const char *const lines[] = {
	"a.example https://b.example 301",
	"a.example/x https://b.example/x 302",
	"a.example/{n} https://b.example/n/{n} 301/308",
	"a.example/Fold https://b.example/f 307 case=ignore",
	"a.example/q?a=1&* https://b.example/q 308",
	"s.example https://b.example 301 scheme=http",
	"s.example - 410 scheme=https",
	"*.w.example - pass",
	"* https://other.example/ 303",
};
enum { RULES = sizeof(lines) / sizeof(*lines) };

static struct map *map_make(void)
{
	static struct rule_buffer buffer;
	struct map_build *build = NULL;
	struct ruleset set = {0};
	struct rule_error error;
	struct map *map = NULL;
	char path[PATH_MAX];
	struct rule rule;
	size_t i;

	snprintf(path, sizeof(path), "%s/1.map", state_dir_base);
	assert_int_equal(map_build_open(&build, path), 0);
	for (i = 0; i < RULES; i++) {
		assert_int_equal(rule_parse(&rule, &buffer, lines[i],
					    strlen(lines[i]), &error),
				 1);
		assert_int_equal(ruleset_add(&set, &rule, i), 0);
	}
	assert_int_equal(ruleset_sort(&set), 0);
	for (i = 0; i < RULES; i++) {
		ruleset_get(&set.entries[i], &rule);
		assert_int_equal(map_build_add(build, &rule), 0);
	}
	assert_int_equal(map_build_finish(build), 0);
	map_build_free(build);
	ruleset_free(&set);
	assert_int_equal(map_open(&map, path), 0);
	return map;
}

/* Have each rule hit as many times as its source is long, by GET, and as its kind
 * and code say by others; and what is no rule, too. */
static unsigned int hits_make(const struct map *map)
{
	static struct rule_buffer buffer;
	const struct map_header *header = map_header(map);
	unsigned int rules = 0;
	struct map_at at;
	struct rule rule;
	uint64_t i;

	assert_int_equal(map_at_open(&at, map), 0);
	assert_true(hits_entries(header) <= ENTRIES);
	for (i = 0; i < hits_entries(header); i++) {
		memory[0][i] = (struct hit){1, 50};
		if (map_at_rule(&at, hits_addr(header, i), &rule, &buffer))
			continue;
		rules++;
		memory[0][i].count = strlen(rule.source);
		memory[1][i].count = rule.code + rule_order_kind(&rule);
		memory[1][i].last = 60;
	}
	assert_int_equal(map_at_rule(&at, 0, &rule, &buffer), -EBADMSG);
	assert_int_equal(map_at_rule(&at, UINT32_MAX, &rule, &buffer),
			 -EBADMSG);
	map_at_close(&at);
	return rules;
}

struct sums {
	unsigned int rows, times;
};

static int sum_check(const struct hits_sum *sum, void *arg)
{
	struct sums *sums = arg;

	sums->rows++;
	assert_int_equal(sum->count[0], sums->times * strlen(sum->source));
	assert_int_equal(sum->count[1], sums->times * (sum->code + sum->kind));
	assert_int_equal(sum->first, 50);
	assert_int_equal(sum->last, sum->count[1] ? 60 : 50);
	return 0;
}

static int map_none(struct map **map, uint64_t key, const char *name, void *arg)
{
	(void)map;
	(void)key;
	(void)name;
	(void)arg;
	return -ENOENT;
}

static int fold(struct hits_db *db, const struct map *map)
{
	int err = hits_db_begin(db);

	if (!err)
		err = hits_fold(db, map);
	return err ? err : hits_db_commit(db);
}

/* By source, each rule of any kind, and once. */
static void test_fold(void **state)
{
	struct map *map = map_make();
	struct hits_run run = run_of(5, 1), other = run_of(6, 1);
	struct hits_db *db = db_open();
	struct sums sums = {0, 1};
	bool waits;

	(void)state;
	run.map = other.map = hits_map_key(map_header(map));
	run.entries = other.entries = hits_entries(map_header(map));
	assert_int_equal(hits_make(map), RULES);
	assert_int_equal(run_save(db, &run), 0);
	assert_int_equal(hits_fold_waits(db, run.map, &waits), 0);
	assert_true(waits);
	assert_int_equal(fold(db, map), 0);
	assert_int_equal(fold(db, map), 0);
	assert_int_equal(run_save(db, &run), 0);
	assert_int_equal(fold(db, map), 0);
	assert_int_equal(hits_fold_waits(db, run.map, &waits), 0);
	assert_false(waits);
	assert_int_equal(hits_sum_each(db, map_none, sum_check, &sums), 0);
	assert_int_equal(sums.rows, RULES);
	assert_int_equal(run_save(db, &other), 0);
	assert_int_equal(fold(db, map), 0);
	sums = (struct sums){0, 2};
	assert_int_equal(hits_sum_each(db, map_none, sum_check, &sums), 0);
	assert_int_equal(sums.rows, RULES);
	map_close(map);
	hits_db_close(db);
}

static bool is_alive(uint64_t owner, uint64_t number, const char *server,
		     void *arg)
{
	(void)number;
	(void)arg;
	assert_string_equal(server, "1");
	return owner == 6;
}

static int64_t number_of(struct hits_db *db, const char *sql)
{
	sqlite3_stmt *stmt;
	int64_t number;

	assert_int_equal(hits_db_prepare(db, &stmt, sql), 0);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	number = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return number;
}

/* Memories that are no more are put together, those of a map that is gone
 * forgotten; those that may come back are not touched. */
static void test_tidy(void **state)
{
	struct map *map = map_make();
	struct hits_run run = run_of(5, 1);
	struct hits_db *db = db_open();
	int64_t now = time(NULL);
	char path[PATH_MAX];

	(void)state;
	snprintf(path, sizeof(path), "%s/maps", state_dir);
	assert_int_equal(mkdir(path, 0755), 0);
	snprintf(path, sizeof(path), "mv %s/1.map %s/maps/other.map",
		 state_dir_base, state_dir);
	assert_int_equal(system(path), 0);
	memory[0][1].count = 5;
	memory[0][700].count = 5;
	for (run.number = 1; run.number < 5; run.number++) {
		assert_int_equal(run_save(db, &run), 0);
		memory[0][run.number].count += 5;
	}
	run.owner = 6;
	assert_int_equal(run_save(db, &run), 0);
	run.map = hits_map_key(map_header(map));
	for (run.owner = 5; run.number < 9; run.number++)
		assert_int_equal(run_save(db, &run), 0);
	assert_int_equal(hits_tidy(db, state_dir, now, is_alive, NULL), 0);
	assert_int_equal(number_of(db, "SELECT count(*) FROM run"), 9);
	assert_int_equal(hits_tidy(db, state_dir, now + 4000, is_alive, NULL),
			 0);
	/* Of a map without a file that which is alive, and of the other one
	 * the sum. */
	assert_int_equal(number_of(db, "SELECT count(*) FROM run"), 2);
	assert_int_equal(number_of(db, "SELECT count(*) FROM map"), 2);
	assert_int_equal(sum_of(db), 5 * 6);
	assert_int_equal(number_of(db, "SELECT count(*) FROM chunk"), 4);
	map_close(map);
	hits_db_close(db);
}

static void bytes_write(const char *bytes, size_t len)
{
	state_dir_write("hits.db", bytes, len);
}

/* Files that are not ours, damaged, newer, or cannot be written. */
static void test_bad_file(void **state)
{
	static char garbage[8192];
	struct hits_db *db = NULL;
	sqlite3 *other;
	char path[PATH_MAX];

	(void)state;
	assert_int_equal(hits_db_open(&db, state_dir, HITS_DB_THERE, 0),
			 -ENOENT);
	assert_int_equal(hits_db_open(&db, state_dir, HITS_DB_LOOK, 0), 0);
	assert_true(db->memory);
	hits_db_close(db);
	assert_false(state_dir_has("hits.db"));
	memset(garbage, 'x', sizeof(garbage));
	bytes_write(garbage, sizeof(garbage));
	assert_int_equal(hits_db_open(&db, state_dir, HITS_DB_MAKE, 0),
			 -EBADMSG);
	assert_non_null(strstr(error_text(), "hits.db is damaged"));
	assert_null(db);
	assert_int_equal(hits_db_open(&db, state_dir, HITS_DB_LOOK, 0),
			 -EBADMSG);
	bytes_write("", 0);
	snprintf(path, sizeof(path), "%s/hits.db", state_dir);
	assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "CREATE TABLE t(x)", NULL, NULL,
				      NULL),
			 SQLITE_OK);
	assert_int_equal(hits_db_open(&db, state_dir, HITS_DB_MAKE, 0),
			 -EBADMSG);
	assert_int_equal(
		sqlite3_exec(other,
			     "DROP TABLE t; PRAGMA application_id = 1685350505",
			     NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_exec(other, "PRAGMA user_version = 2", NULL, NULL, NULL);
	sqlite3_close(other);
	assert_int_equal(hits_db_open(&db, state_dir, HITS_DB_MAKE, 0),
			 -EPROTONOSUPPORT);
	assert_non_null(strstr(error_text(), "newer detour (version 2)"));
}

/* Bytes of a chunk that cannot be one. */
static void test_bad_chunk(void **state)
{
	static struct hits_chunk chunk;
	struct hits_record record[2] = {{.at = 3}, {.at = 3}};

	(void)state;
	assert_false(hits_chunk_read(&chunk, record, sizeof(record)));
	record[1].at = HITS_CHUNK;
	assert_false(hits_chunk_read(&chunk, record, sizeof(record)));
	assert_false(hits_chunk_read(&chunk, record, sizeof(record) - 1));
	record[1].at = HITS_CHUNK - 1;
	assert_true(hits_chunk_read(&chunk, record, sizeof(record)));
	assert_true(hits_chunk_read(&chunk, NULL, 0));
}

/* A server's memory as others read it. */
static void test_window(void **state)
{
	struct map *map = map_make();
	struct hits_window *window = NULL;
	struct hits_window_page page;
	struct hits_window_run run;
	struct hits_db *db = db_open();
	uint64_t number = 0;
	struct stat st;
	struct hit *hits;
	int i;

	(void)state;
	assert_int_equal(hits_window_new(&window, 1 << 20), 0);
	assert_int_equal(fcntl(hits_window_fd(window), F_GETFL) & O_ACCMODE,
			 O_RDONLY);
	assert_int_equal(fstat(hits_window_fd(window), &st), 0);
	assert_false(st.st_mode & 0377); /* nor opened anew to write */
	hits = hits_window_take(window, map_header(map), "1.map", &number);
	assert_non_null(hits);
	assert_int_equal(number, 1);
	assert_ptr_equal(
		hits_window_find(window, hits_map_key(map_header(map))), hits);
	hits[hits_entries(map_header(map)) + 2].count = 9;
	assert_int_equal(hits_window_read(&page, hits_window_fd(window)), 0);
	hits_window_run(&run, &page, 0, hits_window_fd(window), "1");
	assert_string_equal(run.run.name, "1.map");
	run.run.map = 77;
	assert_int_equal(run_save(db, &run.run), 0);
	assert_int_equal(sum_of(db), 9);
	hits_window_drop(window, number);
	assert_int_equal(hits[hits_entries(map_header(map)) + 2].count, 0);
	assert_int_equal(run_save(db, &run.run), -ESTALE);
	assert_int_equal(sum_of(db), 9);
	for (i = 0; i < HITS_REGIONS; i++)
		assert_non_null(hits_window_take(window, map_header(map), "2",
						 &number));
	assert_null(hits_window_take(window, map_header(map), "2", &number));
	hits_window_drop(window, 5);
	assert_non_null(
		hits_window_take(window, map_header(map), "2", &number));
	hits_window_free(window);
	assert_int_equal(hits_window_new(&window, MAP_PAGE), 0);
	map_close(map);
	hits_window_free(window);
	hits_db_close(db);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, state_dir_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_once),      TEST(test_stale),	 TEST(test_killed),
		TEST(test_fold),      TEST(test_tidy),	 TEST(test_bad_file),
		TEST(test_bad_chunk), TEST(test_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
