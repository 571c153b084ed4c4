/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RELEASE_MAP_H
#define RELEASE_MAP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "live_file.h"

/*
 * Private to the releases' own files: the map files of a state directory. The
 * lock is held. All return 0 or -errno with error_set() unless said otherwise.
 */

struct map;
struct rule;
struct store;

/* Rules in the order of their sources: 1 with a rule whose texts are valid
 * until the next call, 0 at the end, or -errno with error_set(). */
struct release_source {
	int (*next)(void *arg, struct rule *rule);
	void *arg;
	bool former; /* of a store that is not renewed yet */
};

/* The name of a release's map below maps/. */
void release_map_name(struct live_file *live, uint64_t release);

/* Compile and sync a map file; without any rule there is none. -ECANCELED when
 * *stop (may be NULL) becomes true. */
int release_map_write(const char *path, const struct release_source *source,
		      const atomic_bool *stop, uint64_t *rules);

/* The same from the rows of a release. */
int release_map_compile(const char *path, struct store *store, uint64_t rows,
			uint64_t *rules);

/* Where a map of that name is written first; PATH_MAX bytes of room. */
void release_map_tmp_path(char *path, const char *state, const char *map);

/* Give a finished map.tmp its name, or remove it. */
int release_map_publish(const char *state, const char *map);

/* Make the map of one release, or of a draft, that of another, by a hard link.
 * Fails where there is no sound map of that number of rules. */
int release_map_link(const char *state, const char *from, const char *map,
		     uint64_t rules);

/* A name for the map of a draft, as no other one has it: -errno if not. */
int release_map_draft(char *map, size_t size);

/* Remove the maps of drafts that the store does not name. Best effort. */
void release_map_clean_drafts(const char *state, struct store *store,
			      uint64_t live);

/* Open and verify a map. */
int release_map_check(const char *state, const char *name, struct map **map);

/* Whether an error of release_map_check() is mended by compiling anew. A map of
 * another layout is no such case: others may read it. */
bool release_map_damaged(int err);

/* Compile the map of a release that is live, without a lower map: a map.tmp
 * that is to be published, or also that. */
int release_map_whole(const char *state, struct store *store,
		      const struct live_file *live);
int release_map_rebuild(const char *state, struct store *store,
			const struct live_file *live);

/* The same for this process alone, in a file without a name: for one who cannot
 * read the map that is there. That error_text() is why is said on out first. */
int release_map_private(const char *state, struct store *store,
			const struct live_file *live, struct map **map,
			FILE *out);

/*
 * release_map_leaves - have fn called before a map file goes
 *
 * Once in a program, by who wants to keep what belongs to it. NULL: nobody. It
 * keeps error_text() as it is.
 */
typedef void release_map_leaves_fn(const char *state, const char *name);
void release_map_leaves(release_map_leaves_fn *fn);

/* Files without a name: their space is given back when they are closed, which
 * takes as long as they are large, and needs no lock. */
enum { RELEASE_MAP_GONE = 4 };
struct release_map_gone {
	int fd[RELEASE_MAP_GONE];
	unsigned int count;
};
void release_map_gone_free(struct release_map_gone *gone);

/* Remove temporary files, and maps outside the releases from..to that are no
 * lower map of theirs; the newest large one without a lower map stays that is
 * before that of the last, if it is not before the oldest. Best effort. gone: receives
 * some of them; may be NULL. */
void release_map_clean(const char *state, uint64_t oldest, uint64_t from,
		       uint64_t to, struct release_map_gone *gone);

#endif
