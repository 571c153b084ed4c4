// SPDX-License-Identifier: BSD-2-Clause
/*
 * What stands for the fast path in a build without it (make FAST=0): nothing is
 * attached, and nothing can be.
 */
#include <errno.h>
#include <stddef.h>

#include "error.h"
#include "fast_attach.h"
#include "fast_attached_file.h"
#include "fast_change.h"
#include "fast_counters.h"
#include "fast_detach.h"
#include "fast_flows.h"
#include "fast_hits.h"
#include "fast_host.h"
#include "fast_instance.h"
#include "fast_misses.h"
#include "fast_reader.h"
#include "fast_tap.h"
#include "fast_watch.h"

static int absent(const char *what)
{
	return error_set(
		-EOPNOTSUPP,
		"cannot %s: this detour was built without the fast path", what);
}

int fast_attach(struct fast_attach *attach)
{
	(void)attach;
	return absent("attach");
}

int fast_detach(const char *state, const char *interface, unsigned int drain,
		FILE *out)
{
	(void)out;
	(void)state;
	(void)interface;
	(void)drain;
	return absent("detach");
}

bool fast_host_loose(void)
{
	return true;
}

int fast_misses_read(const char *state, const struct fast_misses_reader *reader)
{
	(void)state;
	(void)reader;
	return -ENOENT;
}

void fast_misses_saver(fast_misses_save_fn *save)
{
	(void)save;
}

/* One that another build has attached would answer from the release before. */
int fast_change_begin(struct fast_change **change, const char *state, FILE *out)
{
	(void)out;
	*change = NULL;
	if (!fast_attached_here(state))
		return 0;
	return error_set(
		-EOPNOTSUPP,
		"the fast path is attached to %s, and this detour was built without it",
		state);
}

void fast_change_repair(const struct fast_change *change, FILE *out)
{
	(void)out;
	(void)change;
}

int fast_change_load(struct fast_change *change, const struct live_file *next)
{
	(void)change;
	(void)next;
	return 0;
}

void fast_change_switch(const struct fast_change *change)
{
	(void)change;
}

void fast_change_free(struct fast_change *change)
{
	(void)change;
}

const char *fast_counter_name(enum counter counter)
{
	(void)counter;
	return "";
}

int fast_counters_read(uint64_t value[COUNTER_COUNT], const char *state)
{
	(void)value;
	(void)state;
	return -ENOENT;
}

void fast_flows_forget(const char *state)
{
	(void)state;
}

void fast_hits_read(const struct fast_hits *hits, uint64_t first,
		    struct hit *hit, size_t count)
{
	(void)hits;
	(void)first;
	(void)hit;
	(void)count;
}

int fast_hits_each(const char *state, bool locked, fast_hits_fn *each,
		   void *arg)
{
	(void)state;
	(void)locked;
	(void)each;
	(void)arg;
	return -ENOENT;
}

void fast_area_hits_saver(fast_hits_save_fn *save)
{
	(void)save;
}

bool fast_instance_hidden(const char *state)
{
	return fast_attached_here(state);
}

int fast_watch_open(struct fast_watch **watch, const char *state)
{
	(void)state;
	*watch = NULL;
	return 0;
}

bool fast_watch_here(const struct fast_watch *watch)
{
	(void)watch;
	return false;
}

int fast_watch_fd(const struct fast_watch *watch)
{
	(void)watch;
	return -1;
}

void fast_watch_share(struct fast_watch *watch, bool sealed)
{
	(void)sealed;
	(void)watch;
}

int fast_watch_look(struct fast_watch *watch, struct fast_reader_fds *fds)
{
	(void)watch;
	*fds = (struct fast_reader_fds){-1, -1};
	return 0;
}

void fast_watch_close(struct fast_watch *watch)
{
	(void)watch;
}

void fast_reader_fds_close(struct fast_reader_fds *fds)
{
	(void)fds;
}

int fast_reader_open(struct fast_reader **reader, struct fast_reader_fds *fds)
{
	(void)reader;
	(void)fds;
	return absent("read its memory");
}

int fast_reader_take(struct fast_reader *reader, const char *state,
		     const struct live_file *live, struct map *near,
		     struct map **map)
{
	(void)reader;
	(void)state;
	(void)live;
	(void)near;
	(void)map;
	return -ENOENT;
}

bool fast_reader_has(const struct fast_reader *reader, const struct map *map)
{
	(void)reader;
	(void)map;
	return false;
}

bool fast_reader_gone(const struct fast_reader *reader)
{
	(void)reader;
	return true;
}

bool fast_reader_busy(const struct fast_reader *reader)
{
	(void)reader;
	return false;
}

void fast_reader_close(struct fast_reader *reader)
{
	(void)reader;
}

int fast_tap_open(struct fast_tap **tap, const char *state,
		  const struct fast_tap_wants *wants, fast_tap_fn *fn,
		  void *arg)
{
	(void)wants;
	(void)fn;
	(void)arg;
	(void)state;
	*tap = NULL;
	return 0;
}

int fast_tap_follow(struct fast_tap *tap)
{
	(void)tap;
	return 0;
}

void fast_tap_read(struct fast_tap *tap)
{
	(void)tap;
}

int fast_tap_fd(const struct fast_tap *tap)
{
	(void)tap;
	return -1;
}

uint64_t fast_tap_lost(const struct fast_tap *tap)
{
	(void)tap;
	return 0;
}

uint64_t fast_tap_gaps(const struct fast_tap *tap)
{
	(void)tap;
	return 0;
}

void fast_tap_close(struct fast_tap *tap)
{
	(void)tap;
}
