// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "error.h"
#include "fast_attached_file.h"
#include "fast_instance.h"
#include "fast_misses.h"
#include "hits_db.h"
#include "miss_server.h"
#include "miss_store.h"
#include "miss_sum.h"
#include "misses.h"
#include "serve_look_client.h"
#include "server_list_read.h"

enum { MISSES_WAIT = 1000 /* ms for others who write */ };

/* The memories that are there. */
struct misses {
	const char *state;
	struct miss_sum *sum; /* to be read into, or ... */
	struct hits_db *db;   /* ... kept in */
	uint64_t *run;	      /* that could be read */
	size_t runs, room;
	bool fast_known; /* whether the fast path has one */
	void (*failed)(int err, void *arg);
	void *arg;
};

static int run_add(struct misses *misses, uint64_t run)
{
	if (array_grow(&misses->run, &misses->room, misses->runs + 1,
		       sizeof(*misses->run)))
		return error_sys(-ENOMEM, "cannot read misses");
	misses->run[misses->runs++] = run;
	return 0;
}

static bool run_there(const struct misses *misses, uint64_t run)
{
	size_t i;

	for (i = 0; i < misses->runs; i++)
		if (misses->run[i] == run)
			return true;
	return false;
}

/* A server, which may say anything, is not to be taken for what others left. */
static int run_check(const struct misses *misses, uint64_t run)
{
	if (run && !run_there(misses, run))
		return 0;
	return error_set(-EBADMSG,
			 "what a server gives is no memory of misses");
}

static void misses_failed(const struct misses *misses, int err)
{
	if (misses->failed)
		misses->failed(err, misses->arg);
}

struct fast {
	struct miss_sum *sum;
	uint64_t run;
};

static int fast_header(const struct miss_header *header, void *arg)
{
	struct fast *fast = arg;
	int err = miss_sum_memory(fast->sum, header);

	fast->run = header->run;
	return err > 0 ? error_set(-EBADMSG,
				   "the fast path's misses are damaged")
		       : err;
}

static int fast_bucket(const struct miss_bucket *bucket, uint32_t table,
		       uint32_t number, void *arg)
{
	return miss_sum_bucket(((struct fast *)arg)->sum, table, number,
			       bucket);
}

/* *run is 0 where nothing is counted. */
static int fast_read(struct miss_sum *sum, const char *state, uint64_t *run)
{
	struct fast fast = {.sum = sum};
	struct fast_misses_reader reader = {fast_header, fast_bucket, &fast};
	int err = fast_misses_read(state, &reader);

	*run = fast.run;
	return err;
}

/* Whether what was the fast path's is gone for sure. */
static bool fast_gone(const char *state, int err)
{
	return !err || (err == -ENOENT && !fast_instance_hidden(state) &&
			!fast_attached_here(state));
}

static void fast_take(struct misses *misses)
{
	uint64_t run;
	int err = fast_read(misses->sum, misses->state, &run);

	misses->fast_known = fast_gone(misses->state, err);
	if (err == -ENOENT && !fast_instance_hidden(misses->state))
		return;
	if (err == -ENOENT || err == -EACCES || err == -EPERM)
		err = error_set(-EPERM,
				"this user may not see the fast path's misses");
	if (!err && run)
		err = run_add(misses, run);
	if (err)
		misses_failed(misses, err);
}

static int server_take(struct look_found *found, void *arg)
{
	struct misses *misses = arg;
	struct miss_header header;
	int err = miss_server_read(misses->sum, found->fd, &header);

	if (!err)
		err = run_check(misses, header.run);
	if (!err)
		err = run_add(misses, header.run);
	if (err)
		misses_failed(misses, err);
	return err == -ENOMEM ? err : 0;
}

static void server_failed(const struct server_list_entry *server, int err,
			  void *arg)
{
	if (err == -EOPNOTSUPP || err == -ENOENT)
		error_set(
			err,
			"the server with pid %d is left out: it does not count misses",
			(int)server->pid);
	misses_failed(arg, err);
}

static bool is_kept(uint64_t run, const char *server, void *arg)
{
	(void)server;
	return !run_there(arg, run);
}

/* The copy of what is saved is made first: a memory that is saved, and gone,
 * after that is either there still or in the copy. */
int misses_read(struct miss_sum *sum, const char *state,
		void (*failed)(int err, void *arg), void *arg)
{
	struct misses misses = {
		.state = state, .sum = sum, .failed = failed, .arg = arg};
	struct hits_db *db = NULL;
	int err = hits_db_open(&db, state, HITS_DB_LOOK, MISSES_WAIT);

	if (err)
		misses_failed(&misses, err);
	fast_take(&misses);
	err = serve_look_each(state, LOOK_MISSES, server_take, server_failed,
			      &misses);
	if (!err && db && miss_store_read(db, sum, is_kept, &misses))
		misses_failed(&misses, -EIO);
	hits_db_close(db);
	free(misses.run);
	return err;
}

/* Keep what one memory has, which *run receives; whether it could be read does not
 * matter. In a transaction that has begun. */
static int server_put(struct hits_db *db, const char *server, int fd,
		      uint64_t *run)
{
	struct miss_header header;
	struct miss_sum *sum;
	int err = miss_sum_new(&sum);

	if (err)
		return err;
	if (!miss_server_read(sum, fd, &header) && header.run) {
		*run = header.run;
		err = miss_store_save(db, *run, server, sum);
	}
	miss_sum_free(sum);
	return err;
}

/* *known: whether there is one by now, *run, or none. */
static int fast_put(struct hits_db *db, const char *state, uint64_t *run,
		    bool *known)
{
	struct miss_sum *sum;
	int err = miss_sum_new(&sum), got;

	if (err)
		return err;
	got = fast_read(sum, state, run);
	*known = fast_gone(state, got);
	if (!got && *run)
		err = miss_store_save(db, *run, "", sum);
	miss_sum_free(sum);
	return err;
}

static int save_end(struct hits_db *db, int err)
{
	if (!err)
		return hits_db_commit(db);
	hits_db_rollback(db);
	return err;
}

static int server_save(struct hits_db *db, const char *server, int fd,
		       uint64_t *run)
{
	int err = hits_db_begin(db);

	*run = 0;
	return err ? err : save_end(db, server_put(db, server, fd, run));
}

static int fast_save(struct hits_db *db, const char *state, uint64_t *run,
		     bool *known)
{
	int err = hits_db_begin(db);

	*run = 0;
	return err ? err : save_end(db, fast_put(db, state, run, known));
}

int misses_save_server(struct hits_db *db, const char *server, int fd)
{
	uint64_t run;

	return server_save(db, server, fd, &run);
}

int misses_save_fast(struct hits_db *db, const char *state)
{
	uint64_t run;
	bool known;

	return fast_save(db, state, &run, &known);
}

static int server_keep(struct look_found *found, void *arg)
{
	struct misses *misses = arg;
	uint64_t run;
	int err = server_save(misses->db, found->server->name, found->fd, &run);

	return err || !run ? err : run_add(misses, run);
}

static bool is_gone(uint64_t run, const char *server, void *arg)
{
	const struct misses *misses = arg;

	if (!run || run_there(misses, run))
		return false;
	return *server ? !server_list_runs(misses->state, server)
		       : misses->fast_known;
}

int misses_save(struct hits_db *db, const char *state)
{
	struct misses misses = {.state = state, .db = db};
	uint64_t run;
	int err = fast_save(db, state, &run, &misses.fast_known);

	if (!err && run)
		err = run_add(&misses, run);
	if (!err)
		err = serve_look_each(state, LOOK_MISSES, server_keep,
				      server_failed, &misses);
	if (!err)
		err = hits_db_begin(db);
	if (!err)
		err = save_end(db, miss_store_fold(db, is_gone, &misses));
	free(misses.run);
	return err;
}
