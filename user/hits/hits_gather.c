// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "fast_hits.h"
#include "fast_instance.h"
#include "fastpath.h"
#include "hits_chunk.h"
#include "hits_db.h"
#include "hits_gather.h"
#include "hits_run.h"
#include "hits_tidy.h"
#include "hits_window.h"
#include "map_view.h"
#include "serve_look_client.h"
#include "server_list_read.h"
#include "state.h"

struct gather {
	struct hits_db *db;
	hits_missed_fn *missed;
	void *arg;
	int err; /* of writing */
};

/* Another may have been given the memory meanwhile; the counts of before are
 * saved by then. */
static int run_save(struct hits_db *db, struct hits_run *run)
{
	int err = hits_db_begin(db);

	if (err)
		return err;
	err = hits_run_save(db, run);
	if (err)
		hits_db_rollback(db);
	if (err == -ESTALE)
		return 0;
	return err ? err : hits_db_commit(db);
}

static int server_take(struct look_found *found, void *arg)
{
	struct gather *gather = arg;
	struct hits_window_page page;
	struct hits_window_run run;
	int i, err = hits_window_read(&page, found->fd);

	if (err) {
		gather->missed(found->server->pid, err, gather->arg);
		return 0;
	}
	for (i = 0; i < HITS_REGIONS && !gather->err; i++) {
		if (!page.region[i].number)
			continue;
		hits_window_run(&run, &page, i, found->fd, found->server->name);
		gather->err = run_save(gather->db, &run.run);
	}
	if (!gather->err && page.uncounted) {
		error_set(-EFBIG, "its map is too large for --hits-memory");
		gather->missed(found->server->pid, -EFBIG, gather->arg);
	}
	return gather->err;
}

static void server_missed(const struct server_list_entry *server, int err,
			  void *arg)
{
	struct gather *gather = arg;

	if (err == -EOPNOTSUPP || err == -ENOENT)
		error_set(err, "it does not count hits");
	gather->missed(server->pid, err, gather->arg);
}

/* Pages in which nothing was counted are passed over by who reads them. */
static int area_read(struct hits_run *run, unsigned int class, uint64_t first,
		     struct hit *hits, uint64_t *next)
{
	unsigned int i;

	(void)class;
	(void)next;
	fast_hits_read(run->memory, first, hits, HITS_CHUNK);
	for (i = 0; i < HITS_CHUNK; i++)
		if (hits[i].count)
			return 1;
	return 0;
}

/* It stays as long as it is held. */
static int area_valid(struct hits_run *run)
{
	(void)run;
	return 0;
}

int hits_gather_area(struct hits_db *db, const struct fast_hits *hits)
{
	struct hits_run run = {
		.owner = hits->arena,
		.number = hits->area,
		.server = "",
		.map = hits_map_key(map_header(hits->map)),
		.entries = hits->entries,
		.classes = 1,
		.read = area_read,
		.valid = area_valid,
		.memory = (void *)hits,
	};

	_Static_assert(sizeof(run.name) == sizeof(hits->loaded->name), "names");
	memcpy(run.name, hits->loaded->name, sizeof(run.name));
	run.name[sizeof(run.name) - 1] = '\0';
	return run_save(db, &run);
}

/* Without rules there is no map to count. */
static int area_take(const struct fast_hits *hits, void *arg)
{
	struct gather *gather = arg;

	if (*hits->loaded->name)
		gather->err = hits_gather_area(gather->db, hits);
	return gather->err;
}

static void fast_take(struct gather *gather, const char *state)
{
	int err = fast_hits_each(state, false, area_take, gather);

	if (!err || gather->err ||
	    (err == -ENOENT && !fast_instance_hidden(state)))
		return;
	if (err == -ENOENT || err == -EACCES || err == -EPERM)
		error_set(err, "this user may not see what it has counted");
	gather->missed(0, err, gather->arg);
}

/* The areas of the fast path, or of some that cannot be seen. */
struct areas {
	const char *state;
	bool unseen;
	uint64_t arena;
	uint64_t area[FAST_AREAS];
	unsigned int count;
};

static int area_note(const struct fast_hits *hits, void *arg)
{
	struct areas *areas = arg;

	areas->arena = hits->arena;
	if (areas->count < FAST_AREAS)
		areas->area[areas->count++] = hits->area;
	return 0;
}

static bool is_alive(uint64_t owner, uint64_t number, const char *server,
		     void *arg)
{
	const struct areas *areas = arg;
	unsigned int i;

	if (*server)
		return server_list_runs(areas->state, server);
	for (i = 0; i < areas->count; i++)
		if (areas->arena == owner && areas->area[i] == number)
			return true;
	return areas->unseen;
}

int hits_gather_tidy(struct hits_db *db, const char *state)
{
	struct areas areas = {.state = state};
	int lock = state_lock(state, stderr), err = -EACCES;

	/* Those, too, that are not live any more and have not gone. */
	if (lock >= 0)
		err = fast_hits_each(state, true, area_note, &areas);
	if (lock >= 0)
		close(lock);
	areas.unseen = err && (err != -ENOENT || fast_instance_hidden(state));
	return hits_tidy(db, state, time(NULL), is_alive, &areas);
}

int hits_gather(struct hits_db *db, const char *state, hits_missed_fn *missed,
		void *arg)
{
	struct gather gather = {db, missed, arg, 0};
	int err = serve_look_each(state, LOOK_HITS, server_take, server_missed,
				  &gather);

	if (err && !gather.err) {
		missed(-1, err, arg);
		err = 0;
	}
	if (!gather.err)
		fast_take(&gather, state);
	return gather.err;
}
